import type { Arena } from './arena.ts';
import { createLogHistogram } from './log-histogram.ts';

/** A near miss is a peak between a third and four fifths of what is judged. */
const FAR_BELOW = 3;
const JUST_BELOW = 1.25;
/** Deviations up to here are the bulk of any series, whatever its tail. */
const BULK = 1.5;
/** So many near misses take little: every series has a few. */
const A_FEW = 3;
/** How fast more near misses make a departure less. */
const DISCOUNT = 0.2;
const SEARCH_STEP = 1.03;

/**
 * What earlier peaks say of a departure. Noise with a heavy tail leaves a continuum: where one sample is ten
 * deviations out, dozens have been four or six. An incident leaves a gap below it. So a departure is discounted
 * by the number of peaks of the past that came near to it; those beyond it, which may be incidents, do not
 * count, and recurring incidents do not hide one another.
 */
export interface NearMisses {
  /** The departure in deviations, less what near misses take; 0 in the bulk, NaN stays NaN. */
  discount(deviations: number): number;
  /** Peaks of the past that came near to it. */
  peaksNear(deviations: number): number;
  /** The smallest deviations that come to so many, to 3 %. */
  undo(discounted: number): number;
  learn(deviations: number): void;
}

export function createNearMisses(arena: Arena): NearMisses {
  const peaks = createLogHistogram(arena.floats(64), { lowest: 0.1, binsPerOctave: 5 });
  const [BEFORE, LAST] = [0, 1] as const;
  const state = arena.doubles(2, Number.NaN); // the two deviations before

  // The band is asked for at every sample, and peaks are fewer.
  let undone: { readonly of: number; readonly deviations: number } | undefined;
  const peaksNear = (deviations: number): number =>
    peaks.count(peaks.binOf(deviations / FAR_BELOW), peaks.binOf(deviations / JUST_BELOW));
  const factorAt = (deviations: number): number => {
    if (!(deviations > BULK)) return 1;
    return (1 + peaksNear(deviations) / A_FEW) ** -DISCOUNT;
  };
  return {
    peaksNear: (deviations) => (deviations > BULK ? peaksNear(deviations) : 0),
    discount: (deviations) => (deviations <= BULK ? 0 : deviations * factorAt(deviations)),
    undo(discounted) {
      if (undone?.of === discounted) return undone.deviations;
      // The discount can jump, so the first that is large enough is searched for.
      let deviations = discounted;
      while (deviations * factorAt(deviations) < discounted) deviations *= SEARCH_STEP;
      undone = { of: discounted, deviations };
      return deviations;
    },
    learn(deviations) {
      // A peak is known one sample later.
      const [before, last] = [state[BEFORE]!, state[LAST]!];
      if (last >= deviations && last > before) {
        peaks.add(last);
        undone = undefined;
      }
      state[BEFORE] = last;
      state[LAST] = deviations;
    },
  };
}
