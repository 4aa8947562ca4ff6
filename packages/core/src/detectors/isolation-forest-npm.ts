import { type DataObject, IsolationForest } from 'isolation-forest';
import {
  checkFeatures,
  checkTrainingMatrix,
  type FeatureMatrix,
  isComplete,
} from './batch-model.ts';
import { checkForestOptions, ISOLATION_FOREST_DEFAULTS } from './isolation-forest.ts';
import type { IsolationForestEngine } from './isolation-forest-detector.ts';

/**
 * The npm package `isolation-forest` 0.0.9 behind our contract; loaded by nobody who does not ask.
 *
 * Its faults, which are why it is not the default: it has no seed (`seed` is ignored, and two runs
 * differ); it draws a subsample and then grows each tree on all rows (its issue 19), while its depth
 * limit and its normalisation assume the subsample; it is tens of times slower. A second `fit`
 * of one object would score with stale trees; here every fit has an object of its own.
 */
export const isolationForestNpm: IsolationForestEngine = (matrix, options) => {
  const { trees, subsample, seed } = { ...ISOLATION_FOREST_DEFAULTS, ...options };
  checkForestOptions({ trees, subsample, seed });
  checkTrainingMatrix(matrix);
  const forest = new IsolationForest(trees, subsample);
  forest.fit(rowObjects(matrix));

  const score = (rows: FeatureMatrix): Float64Array => {
    checkFeatures(rows, matrix.features);
    const scores = forest.predict(rowObjects(rows));
    return Float64Array.from(scores, (each, row) => (isComplete(rows, row) ? each : Number.NaN));
  };
  let trainingScores: Float64Array | undefined;
  return {
    get trainingScores() {
      trainingScores ??= score(matrix);
      return trainingScores;
    },
    score,
  };
};

/** The package takes a row as an object with a property a feature. */
function rowObjects({ rows, features, data }: FeatureMatrix): DataObject[] {
  return Array.from({ length: rows }, (_, row) => {
    const entries = Array.from({ length: features }, (_, feature) => [
      `feature${feature}`,
      data[row * features + feature],
    ]);
    return Object.fromEntries(entries) as DataObject;
  });
}
