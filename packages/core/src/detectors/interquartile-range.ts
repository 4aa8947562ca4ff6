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
 * quartiles that coincide (half of all samples have one value, common for counters and quantised
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

  const quartile = (p: number): number => quantileOfSorted(window.sorted(), p);

  const noOpinion = (_timestamp: number, value: number): NoOpinion | undefined => {
    if (!Number.isFinite(value)) return 'missing-sample';
    if (window.count < warmupSamples) return 'warming-up';
    return quartile(0.25) === quartile(0.75) ? 'no-spread' : undefined;
  };

  return {
    threshold,
    noOpinion,
    score(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return Number.NaN;
      const q1 = quartile(0.25);
      const q3 = quartile(0.75);
      return Math.max(q1 - value, value - q3, 0) / (q3 - q1);
    },
    learn(timestamp, value) {
      if (Number.isFinite(value)) window.push(timestamp, value);
    },
    expect() {
      const q1 = quartile(0.25);
      const q3 = quartile(0.75);
      const margin = window.count < warmupSamples ? Number.NaN : threshold * (q3 - q1);
      return {
        expected: quartile(0.5),
        lower: q1 - margin,
        upper: q3 + margin,
        ...momentsOf(window.values()),
      };
    },
    snapshot: () => window.snapshot(),
  };
}
