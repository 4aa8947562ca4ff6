import type { Arena } from './arena.ts';

/** The share of its samples by which a view's own past is measured: two in a thousand are above. */
export const TAIL_SHARE = 0.002;
/** Values before the tail of the past means anything. */
const FIRST_VALUES = 30;
const BINS = 72;
const BINS_PER_OCTAVE = 3;

/**
 * How large one view of a series has been in all its past: a histogram with bins of equal ratio, 24 octaves deep
 * below the largest value so far. Deeper values count in the lowest bin; only the top is asked for.
 */
export interface OwnTail {
  /** Values learned. */
  readonly values: number;
  /** The value that two in a thousand have exceeded; NaN while too few are known. */
  yardstick(): number;
  learn(value: number): void;
}

export function createOwnTail(arena: Arena): OwnTail {
  const bins = arena.floats(BINS);
  const [VALUES, LOWEST] = [0, 1] as const;
  const state = arena.doubles(2); // how many values; the octave-thirds at which the lowest bin begins
  state[LOWEST] = Number.NEGATIVE_INFINITY;

  let known = Number.NaN;
  let knownAt = -1;
  const yardstick = (): number => {
    const values = state[VALUES]!;
    if (values < FIRST_VALUES) return Number.NaN;
    if (values === knownAt) return known;
    const above = values * TAIL_SHARE;
    let bin = BINS - 1;
    let count = bins[bin]!;
    while (bin > 0 && count < above) count += bins[--bin]!;
    const within = bins[bin]! > 0 ? (count - above) / bins[bin]! : 0;
    known = 2 ** ((state[LOWEST]! + bin + within) / BINS_PER_OCTAVE);
    knownAt = values;
    return known;
  };

  return {
    get values() {
      return state[VALUES]!;
    },
    yardstick,
    learn(value) {
      const place = Math.floor(Math.log2(value) * BINS_PER_OCTAVE); // -Infinity for 0
      if (place > Number.NEGATIVE_INFINITY) {
        if (state[LOWEST] === Number.NEGATIVE_INFINITY) state[LOWEST] = place - BINS + 1;
        const shift = place - (state[LOWEST]! + BINS - 1);
        if (shift > 0) raise(bins, shift);
        state[LOWEST]! += Math.max(0, shift);
      }
      bins[Math.max(0, place - state[LOWEST]!) || 0]! += 1;
      state[VALUES]! += 1;
    },
  };
}

/** Makes room above: the lowest bins become one. */
function raise(bins: Float32Array, by: number): void {
  const merged = Math.min(by, BINS - 1);
  let lowest = 0;
  for (let bin = 0; bin <= merged; bin++) lowest += bins[bin]!;
  bins.copyWithin(0, merged);
  bins.fill(0, BINS - merged);
  bins[0] = lowest;
}
