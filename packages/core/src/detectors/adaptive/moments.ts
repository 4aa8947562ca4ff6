import type { Arena } from './arena.ts';

/**
 * Mean and population standard deviation of the samples, fading over about a week: exact until then. They are
 * for the message, where people look for them; the model goes by its spread.
 */
export interface Moments {
  mean(): number;
  standardDeviation(): number;
  /** Whether a sample of this time is newer than all learned. */
  isNew(timestamp: number): boolean;
  learn(timestamp: number, value: number): void;
  takeOver(from: Moments): void;
  /** Where all is kept. */
  readonly state: Float64Array;
}

export function createMoments(arena: Arena, weekSamples: number): Moments {
  const [COUNT, NEWEST, MEAN, VARIANCE] = [0, 1, 2, 3] as const;
  const state = arena.doubles(4);
  state[NEWEST] = Number.NEGATIVE_INFINITY;
  const known = (number: number): number => (state[COUNT] === 0 ? Number.NaN : number);
  return {
    state,
    takeOver: (from) => state.set(from.state),
    mean: () => known(state[MEAN]!),
    standardDeviation: () => known(Math.sqrt(state[VARIANCE]!)),
    isNew: (timestamp) => timestamp > state[NEWEST]!,
    learn(timestamp, value) {
      state[COUNT]! += 1;
      state[NEWEST] = timestamp;
      const share = 1 / Math.min(state[COUNT]!, Math.max(2, weekSamples));
      const distance = value - state[MEAN]!;
      state[MEAN]! += share * distance;
      state[VARIANCE] = (1 - share) * (state[VARIANCE]! + share * distance * distance);
    },
  };
}
