import { checkOption } from '../errors.ts';
import { createTrailingWindow } from '../series/trailing-window.ts';
import { type Moments, momentsOf } from '../stats/moments.ts';
import { expectedDepth } from './closed-form-forest.ts';
import type { Detector, NoOpinion } from './detector.ts';
import { averagePathLength } from './isolation-tree.ts';
import { checkWindowOptions, WINDOW_DEFAULTS, type WindowOptions } from './window-options.ts';

export interface ClosedFormForestOptions extends WindowOptions {
  /** Flag above this score, in (0, 1): 0.5 is an ordinary sample, 1 one alone in the world. */
  readonly threshold?: number;
}

export const CLOSED_FORM_FOREST_DEFAULTS = { ...WINDOW_DEFAULTS, threshold: 0.85 } as const;

/** An end of the band is placed within a gap to a millionth of it, 2^-20. */
const BAND_HALVINGS = 20;

/**
 * The isolation forest of infinitely many full trees over the trailing window and the sample judged,
 * by its closed form: exact, with no trees to grow and no seed to choose.
 *
 * The score is Liu, Ting and Zhou's own, 2^(-depth / c(n)), in (0, 1). It is not set against a
 * quantile of the window's scores, which would flag its quota whether or not anything happened.
 * It needs no such yardstick: a sample is shallow where it is new and far off beside the range known
 * so far, in whatever unit, and there are few such places in a window of n samples, whose number is in
 * c(n). Few samples make for caution: 2^(-1 / c(n)), the most that can be, passes 0.85 from n = 13 on.
 *
 * No opinion: a missing sample, fewer than `warmupSamples`, or a window in which nothing varies (any
 * departure would be infinitely far off). The expected value is the median, of two middle samples the
 * lower; the band reaches from it to where values begin to be flagged, be it in a gap between two levels.
 * A daily cycle is invisible to it, and a new level is news only until it has been seen some five times.
 * O(window log window) time, nearly all of it for sorting; 8 bytes a sample.
 *
 * @throws {InvalidOptionError} an option is outside its range
 */
export function createClosedFormForest(
  options: ClosedFormForestOptions = {},
  snapshot?: Float64Array,
): Detector {
  const { windowSamples, periodMs, warmupSamples, threshold } = {
    ...CLOSED_FORM_FOREST_DEFAULTS,
    ...options,
  };
  checkOption(threshold > 0 && threshold < 1, 'threshold', 'in (0, 1)', threshold);
  checkWindowOptions({ windowSamples, warmupSamples });
  const window = createTrailingWindow({ capacity: windowSamples, periodMs }, snapshot);

  let measured: Float64Array | undefined; // the values that `known` is of
  let known: Moments = { mean: Number.NaN, standardDeviation: Number.NaN };
  const momentsAt = (timestamp: number): Moments => {
    const values = window.valuesAt(timestamp);
    if (values !== measured) {
      measured = values;
      known = momentsOf(values);
    }
    return known;
  };

  const noOpinion = (timestamp: number, value: number): NoOpinion | undefined => {
    if (!Number.isFinite(value)) return 'missing-sample';
    if (window.countAt(timestamp) < warmupSamples) return 'warming-up';
    return momentsAt(timestamp).standardDeviation === 0 ? 'no-spread' : undefined;
  };

  return {
    threshold,
    noOpinion,
    score(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return Number.NaN;
      const sorted = window.sortedAt(timestamp);
      return scoreOf(expectedDepth(sorted, value), averagePathLength(sorted.length + 1));
    },
    explain(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return undefined;
      const sorted = window.sortedAt(timestamp);
      const depth = expectedDepth(sorted, value);
      const ordinaryDepth = averagePathLength(sorted.length + 1);
      return {
        kind: 'closed-form-forest',
        samples: sorted.length,
        depth,
        ordinaryDepth,
        least: sorted[0]!,
        most: sorted[sorted.length - 1]!,
        score: scoreOf(depth, ordinaryDepth),
        threshold,
      };
    },
    learn(timestamp, value) {
      if (Number.isFinite(value)) window.push(timestamp, value);
    },
    expect(timestamp) {
      const sorted = window.sortedAt(timestamp);
      const moments = momentsAt(timestamp);
      const expected = sorted[middleOf(sorted)] ?? Number.NaN;
      if (sorted.length < warmupSamples) {
        return { expected, lower: Number.NaN, upper: Number.NaN, ...moments };
      }
      if (moments.standardDeviation === 0) {
        return { expected, lower: expected, upper: expected, ...moments };
      }
      // The depth at which the score is the threshold.
      const shallow = -Math.log2(threshold) * averagePathLength(sorted.length + 1);
      const lower = edgeOf(sorted, shallow, -1);
      const upper = edgeOf(sorted, shallow, 1);
      return { expected, lower, upper, ...moments };
    },
    snapshot: () => window.snapshot(),
  };
}

function scoreOf(depth: number, ordinaryDepth: number): number {
  return 2 ** (-depth / ordinaryDepth);
}

function middleOf(sorted: Float64Array): number {
  return (sorted.length - 1) >>> 1;
}

/**
 * How far values go, from the median to one side (1 up, -1 down), until they are shallower than `shallow`;
 * infinitely far where none is.
 */
function edgeOf(sorted: Float64Array, shallow: number, side: 1 | -1): number {
  const isDeep = (value: number): boolean => expectedDepth(sorted, value, shallow) >= shallow;
  const outermost = side === 1 ? sorted.length - 1 : 0;
  const middle = middleOf(sorted);

  // Between which two samples, nearest to the median first.
  let near = 0;
  let beyond = Math.abs(outermost - middle) + 1;
  while (near + 1 < beyond) {
    const between = (near + beyond) >>> 1;
    if (isDeep(sorted[middle + side * between]!)) near = between;
    else beyond = between;
  }
  let inside = sorted[middle + side * near]!;
  let outside = sorted[middle + side * beyond] ?? Number.NaN;
  if (Number.isNaN(outside)) {
    // Past the outermost sample; the depth falls towards 1 there.
    let distance = sorted[sorted.length - 1]! - sorted[0]!;
    while (isDeep(inside + side * distance) && distance < Number.POSITIVE_INFINITY) distance *= 2;
    outside = inside + side * distance;
  }
  if (!Number.isFinite(outside)) return outside;
  for (let i = 0; i < BAND_HALVINGS; i++) {
    const between = inside / 2 + outside / 2; // their difference can overflow
    if (isDeep(between)) inside = between;
    else outside = between;
  }
  return inside;
}
