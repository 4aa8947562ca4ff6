import type { Arena } from './arena.ts';

/** Moves, and at least a day of them, before a series can be taken for a counter. */
const FEWEST_MOVES = 50;
/** A counter goes down only when it is reset; and no longer is one when it goes down often. */
const RESETS_AT_MOST = 0.02;
const NO_COUNTER_FROM = 0.1;
const YES = 1;

/**
 * Whether a series is a counter, one that only grows but for resets, and what it grows by. A counter sets a new
 * record with every sample; what can be unusual is its pace.
 */
export interface Counter {
  /** What the model is about: the value, or of a counter its growth per period; NaN for its first sample. */
  modelled(timestamp: number, value: number): number;
  /** Whether it is taken for one. */
  isOne(): boolean;
  /** The other way round: the value that it would come to. */
  unmodelled(timestamp: number, modelled: number): number;
  /** Takes a sample; true when it changed what the series is taken for. */
  learn(timestamp: number, value: number): boolean;
  takeOver(from: Counter): void;
  /** Where all is kept. */
  readonly state: Float64Array;
}

export function createCounter(
  arena: Arena,
  { periodMs, daySamples }: { periodMs: number; daySamples: number },
): Counter {
  const [LAST, LAST_AT, MOVES, DOWN_SHARE, KIND] = [0, 1, 2, 3, 4] as const;
  const state = arena.doubles(5);
  state[LAST] = Number.NaN;
  const memory = Math.max(FEWEST_MOVES, daySamples);
  const periodsUntil = (timestamp: number): number =>
    Math.max(1, Math.round((timestamp - state[LAST_AT]!) / periodMs));
  return {
    state,
    isOne: () => state[KIND] === YES,
    takeOver: (from) => state.set(from.state),
    modelled(timestamp, value) {
      if (state[KIND] !== YES) return value;
      // After a reset, all there is has grown since.
      const grown = value < state[LAST]! ? value : value - state[LAST]!;
      return grown / periodsUntil(timestamp);
    },
    unmodelled: (timestamp, modelled) =>
      state[KIND] === YES ? state[LAST]! + modelled * periodsUntil(timestamp) : modelled,
    learn(timestamp, value) {
      const last = state[LAST]!;
      state[LAST] = value;
      state[LAST_AT] = timestamp;
      if (Number.isNaN(last) || value === last) return false;
      state[MOVES]! += 1;
      const down = value < last ? 1 : 0;
      state[DOWN_SHARE]! += (down - state[DOWN_SHARE]!) / Math.min(state[MOVES]!, memory);
      const was = state[KIND]!;
      if (state[DOWN_SHARE]! > NO_COUNTER_FROM) state[KIND] = 0;
      else if (state[MOVES]! >= memory && state[DOWN_SHARE]! <= RESETS_AT_MOST) state[KIND] = YES;
      return state[KIND] !== was;
    },
  };
}
