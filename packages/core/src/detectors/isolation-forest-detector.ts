import { checkOption } from '../errors.ts';
import { createTrailingWindow } from '../series/trailing-window.ts';
import { momentsOf } from '../stats/moments.ts';
import { quantileOfSorted } from '../stats/quantile.ts';
import { type BatchModel, type FeatureMatrix, matrixOfValues } from './batch-model.ts';
import type { Detector, NoOpinion } from './detector.ts';
import {
  checkForestOptions,
  fitIsolationForest,
  ISOLATION_FOREST_DEFAULTS,
  type IsolationForestOptions,
} from './isolation-forest.ts';
import { checkWindowOptions, WINDOW_DEFAULTS, type WindowOptions } from './window-options.ts';

/** Fits an isolation forest; what the detector uses and another implementation can replace. */
export type IsolationForestEngine = (
  matrix: FeatureMatrix,
  options: IsolationForestOptions,
) => BatchModel;

export interface IsolationForestDetectorOptions extends WindowOptions, IsolationForestOptions {
  /**
   * The share of the window taken for anomalous, in (0, 0.5]: a quota, which is flagged whether or
   * not anything happened.
   */
  readonly contamination?: number;
  /** The implementation; ours unless told. */
  readonly engine?: IsolationForestEngine;
}

export const ISOLATION_FOREST_DETECTOR_DEFAULTS = {
  ...WINDOW_DEFAULTS,
  ...ISOLATION_FOREST_DEFAULTS,
  contamination: 0.05,
} as const;

/**
 * The isolation forest as a streaming detector, level 3 of the maturity model: each sample is judged
 * by a forest fitted anew to the trailing window that ends with it.
 *
 * The score is the forest's score minus the `contamination` quantile of the window's own scores
 * (scikit-learn's `decision_function` with its sign turned), in (-1, 1); above 0 is flagged, and a
 * tie with the quantile is not. The expected value is the median, the band the central
 * 1 - contamination of the window: the forest itself has no band. No opinion: a missing sample, or
 * fewer than `warmupSamples` points with the one judged.
 *
 * Flags about contamination x samples for ever; a daily cycle is invisible to it.
 * A few milliseconds a score, all of it in the fit; 8 bytes a sample.
 *
 * @throws {InvalidOptionError} an option is outside its range
 */
export function createIsolationForestDetector(
  options: IsolationForestDetectorOptions = {},
  snapshot?: Float64Array,
): Detector {
  const {
    windowSamples,
    periodMs,
    warmupSamples,
    contamination,
    engine = fitIsolationForest,
    ...forest
  } = { ...ISOLATION_FOREST_DETECTOR_DEFAULTS, ...options };
  checkOption(
    contamination > 0 && contamination <= 0.5,
    'contamination',
    'in (0, 0.5]',
    contamination,
  );
  checkWindowOptions({ windowSamples, warmupSamples }, 3); // two to learn from, and the one judged
  checkForestOptions(forest);
  const past = createTrailingWindow({ capacity: windowSamples - 1, periodMs }, snapshot);

  const noOpinion = (timestamp: number, value: number): NoOpinion | undefined => {
    if (!Number.isFinite(value)) return 'missing-sample';
    return past.countAt(timestamp) + 1 < warmupSamples ? 'warming-up' : undefined;
  };

  const judged = (timestamp: number, value: number) => {
    const before = past.valuesAt(timestamp);
    const values = new Float64Array(before.length + 1);
    values.set(before);
    values[before.length] = value;
    const scores = engine(matrixOfValues(values), forest).trainingScores;
    const isolation = scores[before.length]!;
    const quotaFrom = contaminationOffset(scores, contamination);
    return { samples: values.length, isolation, quotaFrom, score: isolation - quotaFrom };
  };

  return {
    threshold: 0,
    noOpinion,
    score: (timestamp, value) =>
      noOpinion(timestamp, value) === undefined ? judged(timestamp, value).score : Number.NaN,
    explain(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return undefined;
      return {
        kind: 'isolation-forest',
        contamination,
        ...judged(timestamp, value),
        threshold: 0,
      };
    },
    learn(timestamp, value) {
      if (Number.isFinite(value)) past.push(timestamp, value);
    },
    expect(timestamp) {
      const sorted = past.sortedAt(timestamp);
      const ready = past.countAt(timestamp) + 1 >= warmupSamples;
      return {
        expected: quantileOfSorted(sorted, 0.5),
        lower: ready ? quantileOfSorted(sorted, contamination / 2) : Number.NaN,
        upper: ready ? quantileOfSorted(sorted, 1 - contamination / 2) : Number.NaN,
        ...momentsOf(past.valuesAt(timestamp)),
      };
    },
    snapshot: () => past.snapshot(),
  };
}

/**
 * The score above which a row belongs to the `contamination` share of most anomalous ones:
 * the negative of scikit-learn's `offset_`.
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.ensemble.IsolationForest.html
 */
export function contaminationOffset(scores: Float64Array, contamination: number): number {
  // Negated and from below, as scikit-learn has it: 1 - contamination would round the position.
  const descending = scores.map((score) => -score).sort();
  return -quantileOfSorted(descending, contamination);
}
