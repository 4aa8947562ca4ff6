import type { Arena } from './arena.ts';

/** What counts as noise at least, as a share of the range that the values have ever had. */
const NOISE_SHARE_OF_RANGE = 0.01;
/** What counts as noise at least, in the smallest steps that the values are known to move in. */
const NOISE_IN_QUANTA = 1;
/** How far beyond the range a value is believed, in ranges: one freak must not make all else look flat. */
const BELIEVED_RANGES = 3;
/** Samples before the range means anything. */
const FIRST_SAMPLES = 20;
/** Two values closer than this, relatively, are one value: rounding is no quantum. */
const SAME = 1e-9;
/** No value is more units than this away, so that 32 bits hold it and its square is finite. */
const MOST_UNITS = 1e30;

/**
 * The values of one metric in units of its own: what is beyond is free of where the metric lies and of
 * what it counts in, and so are its 32-bit memories.
 */
export interface ValueScale {
  /** Samples seen. */
  readonly count: number;
  /** The value in units, held to what is believed: at most three ranges beyond what was ever seen. */
  toUnits(value: number): number;
  fromUnits(units: number): number;
  /** A difference of values. Exact: the unit is a power of two. */
  differenceFromUnits(units: number): number;
  /**
   * The smallest deviation worth the name, in units: 1 % of the range ever seen, or the smallest step ever
   * seen, whichever is more; of a mean of so many slots, which is finer than its values, that step by the square
   * root. Where nothing has varied yet it is as good as none.
   */
  noiseFloor(slots?: number): number;
  /** Whether the values have varied at all. */
  hasSpread(): boolean;
  /** Puts origin and unit where the first values are: before they are told in units. True when it moved them. */
  anchor(value: number): boolean;
  learn(value: number): void;
}

export function createValueScale(arena: Arena): ValueScale {
  const [COUNT, ORIGIN, UNIT, LOW, HIGH, QUANTUM, LAST] = [0, 1, 2, 3, 4, 5, 6] as const;
  const state = arena.doubles(7);
  state.set([0, 0, 0, Infinity, -Infinity, Infinity, NaN]);

  const believed = (value: number): number => {
    const [low, high] = [state[LOW]!, state[HIGH]!];
    const range = high - low;
    if (state[COUNT]! < FIRST_SAMPLES || !(range > 0)) return value;
    const most = BELIEVED_RANGES * range;
    return Math.min(high + most, Math.max(low - most, value));
  };
  const unit = (): number => state[UNIT]! || 1;

  return {
    get count() {
      return state[COUNT]!;
    },
    toUnits(value) {
      const units = (believed(value) - state[ORIGIN]!) / unit();
      return Math.min(MOST_UNITS, Math.max(-MOST_UNITS, units));
    },
    fromUnits: (units) => units * unit() + state[ORIGIN]!,
    differenceFromUnits: (units) => units * unit(),
    noiseFloor(slots = 1) {
      const range = state[HIGH]! - state[LOW]!;
      if (!(range > 0)) return Number.MIN_VALUE;
      const quantum = Number.isFinite(state[QUANTUM]!) ? state[QUANTUM]! : 0;
      const step = (NOISE_IN_QUANTA * quantum) / Math.sqrt(slots);
      return Math.max(NOISE_SHARE_OF_RANGE * range, step) / unit();
    },
    hasSpread: () => state[HIGH]! > state[LOW]!,
    anchor(value) {
      if (state[COUNT] === 0) {
        state[ORIGIN] = value;
        return true;
      }
      const distance = Math.abs(value - state[ORIGIN]!);
      if (state[UNIT] !== 0 || distance === 0) return false;
      state[UNIT] = 2 ** Math.floor(Math.log2(distance)) || Number.MIN_VALUE;
      return true;
    },
    learn(raw) {
      const value = believed(raw);
      const last = state[LAST]!;
      const step = Math.abs(value - last);
      const size = Math.max(Math.abs(value), Math.abs(last), state[HIGH]! - state[LOW]!);
      if (step > SAME * size) state[QUANTUM] = Math.min(state[QUANTUM]!, step);
      state[LOW] = Math.min(state[LOW]!, value);
      state[HIGH] = Math.max(state[HIGH]!, value);
      state[LAST] = value;
      state[COUNT]! += 1;
    },
  };
}
