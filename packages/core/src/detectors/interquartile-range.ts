import { checkOption } from '../errors.ts';
import { createTrailingWindow } from '../series/trailing-window.ts';
import { momentsOf } from '../stats/moments.ts';
import { quantileOfSorted } from '../stats/quantile.ts';
import type { Detector, NoOpinion } from './detector.ts';
import { checkWindowOptions, WINDOW_DEFAULTS, type WindowOptions } from './window-options.ts';

export interface InterquartileRangeOptions extends WindowOptions {
  /** Flag beyond this many interquartile ranges outside the quartiles; > 0. */
  readonly threshold?: number;
}

export const INTERQUARTILE_RANGE_DEFAULTS = { ...WINDOW_DEFAULTS, threshold: 1.5 } as const;

/**
 * Tukey's fences over the trailing window, level 2 of the maturity model.
 *
 * The score is the distance outside [Q1, Q3] in interquartile ranges, >= 0 and unbounded; quartiles
 * are those of numpy.percentile. No opinion: a missing sample, fewer than `warmupSamples`, or
 * quartiles that coincide (most samples have one value, common for counters and quantised
 * metrics). Robust to outliers in the window up to a quarter of it; flags often where tails are
 * heavy. O(window log window) time, 8 bytes a sample.
 *
 * @throws {InvalidOptionError} an option is outside its range
 * @see Tukey 1977, "Exploratory Data Analysis", section 2D
 */
export function createInterquartileRange(
  options: InterquartileRangeOptions = {},
  snapshot?: Float64Array,
): Detector {
  const { windowSamples, periodMs, warmupSamples, threshold } = {
    ...INTERQUARTILE_RANGE_DEFAULTS,
    ...options,
  };
  checkOption(threshold > 0, 'threshold', '> 0', threshold);
  checkWindowOptions({ windowSamples, warmupSamples });
  const window = createTrailingWindow({ capacity: windowSamples, periodMs }, snapshot);

  const quartileAt = (timestamp: number, p: number): number =>
    quantileOfSorted(window.sortedAt(timestamp), p);

  const noOpinion = (timestamp: number, value: number): NoOpinion | undefined => {
    if (!Number.isFinite(value)) return 'missing-sample';
    if (window.countAt(timestamp) < warmupSamples) return 'warming-up';
    const spread = quartileAt(timestamp, 0.75) - quartileAt(timestamp, 0.25);
    return spread === 0 ? 'no-spread' : undefined;
  };

  const score = (timestamp: number, value: number): number => {
    if (noOpinion(timestamp, value) !== undefined) return Number.NaN;
    const q1 = quartileAt(timestamp, 0.25);
    const q3 = quartileAt(timestamp, 0.75);
    return Math.max(q1 - value, value - q3, 0) / (q3 - q1);
  };

  return {
    threshold,
    noOpinion,
    score,
    explain(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return undefined;
      const q1 = quartileAt(timestamp, 0.25);
      const q3 = quartileAt(timestamp, 0.75);
      const margin = threshold * (q3 - q1);
      return {
        kind: 'interquartile-range',
        samples: window.countAt(timestamp),
        q1,
        median: quartileAt(timestamp, 0.5),
        q3,
        lowerFence: q1 - margin,
        upperFence: q3 + margin,
        score: score(timestamp, value),
        threshold,
      };
    },
    learn(timestamp, value) {
      if (Number.isFinite(value)) window.push(timestamp, value);
    },
    expect(timestamp) {
      const q1 = quartileAt(timestamp, 0.25);
      const q3 = quartileAt(timestamp, 0.75);
      const ready = window.countAt(timestamp) >= warmupSamples;
      const margin = ready ? threshold * (q3 - q1) : Number.NaN;
      return {
        expected: quartileAt(timestamp, 0.5),
        lower: q1 - margin,
        upper: q3 + margin,
        ...momentsOf(window.valuesAt(timestamp)),
      };
    },
    snapshot: () => window.snapshot(),
  };
}
