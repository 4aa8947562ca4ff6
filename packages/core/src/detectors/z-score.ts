import { checkOption } from '../errors.ts';
import { createTrailingWindow } from '../series/trailing-window.ts';
import { type Moments, momentsOf } from '../stats/moments.ts';
import type { Detector, NoOpinion } from './detector.ts';
import { checkWindowOptions, WINDOW_DEFAULTS, type WindowOptions } from './window-options.ts';

export interface ZScoreOptions extends WindowOptions {
  /** Flag beyond this many standard deviations; > 0. */
  readonly threshold?: number;
}

export const Z_SCORE_DEFAULTS = { ...WINDOW_DEFAULTS, threshold: 3 } as const;

/**
 * Distance from the mean of the trailing window in its standard deviations, level 2 of the
 * maturity model.
 *
 * The score is >= 0 and unbounded. No opinion: a missing sample, fewer than `warmupSamples`, or a
 * window in which nothing varies (a deviation of zero is no yardstick). The sample judged is not
 * in the window that judges it. Works badly with daily cycles, which widen the deviation, and with
 * heavy tails, whose outliers do the same. O(window) time, 8 bytes a sample.
 *
 * @throws {InvalidOptionError} an option is outside its range
 */
export function createZScore(options: ZScoreOptions = {}, snapshot?: Float64Array): Detector {
  const { windowSamples, periodMs, warmupSamples, threshold } = { ...Z_SCORE_DEFAULTS, ...options };
  checkOption(threshold > 0, 'threshold', '> 0', threshold);
  checkWindowOptions({ windowSamples, warmupSamples });
  const window = createTrailingWindow({ capacity: windowSamples, periodMs }, snapshot);

  let known: Moments | undefined; // of the window as it is; forgotten when it changes
  const moments = (): Moments => {
    known ??= momentsOf(window.values());
    return known;
  };

  const noOpinion = (_timestamp: number, value: number): NoOpinion | undefined => {
    if (!Number.isFinite(value)) return 'missing-sample';
    if (window.count < warmupSamples) return 'warming-up';
    return moments().standardDeviation === 0 ? 'no-spread' : undefined;
  };

  return {
    threshold,
    noOpinion,
    score(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return Number.NaN;
      const { mean, standardDeviation } = moments();
      return Math.abs(value - mean) / standardDeviation;
    },
    learn(timestamp, value) {
      if (!Number.isFinite(value)) return;
      window.push(timestamp, value);
      known = undefined;
    },
    expect() {
      const { mean, standardDeviation } = moments();
      const margin = window.count < warmupSamples ? Number.NaN : threshold * standardDeviation;
      return {
        expected: mean,
        lower: mean - margin,
        upper: mean + margin,
        mean,
        standardDeviation,
      };
    },
    snapshot: () => window.snapshot(),
  };
}
