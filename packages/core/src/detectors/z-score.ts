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
      const { mean, standardDeviation } = momentsAt(timestamp);
      return Math.abs(value - mean) / standardDeviation;
    },
    explain(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return undefined;
      const { mean, standardDeviation } = momentsAt(timestamp);
      const samples = window.countAt(timestamp);
      const score = Math.abs(value - mean) / standardDeviation;
      return { kind: 'z-score', samples, mean, standardDeviation, score, threshold };
    },
    learn(timestamp, value) {
      if (Number.isFinite(value)) window.push(timestamp, value);
    },
    expect(timestamp) {
      const { mean, standardDeviation } = momentsAt(timestamp);
      const ready = window.countAt(timestamp) >= warmupSamples;
      const margin = ready ? threshold * standardDeviation : Number.NaN;
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
