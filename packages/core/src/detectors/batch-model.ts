import { checkOption } from '../errors.ts';

/** Rows of features, one after another: feature f of row r is `data[r * features + f]`. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly features: number;
  readonly data: Float64Array;
}

/** A model fitted to rows, which scores rows: higher is more anomalous. */
export interface BatchModel {
  /** The score of each row it was fitted to, in their order. */
  readonly trainingScores: Float64Array;
  /** The score of each row; NaN for one with a feature that is missing. */
  score(matrix: FeatureMatrix): Float64Array;
}

/** One value a row. */
export function matrixOfValues(values: Float64Array): FeatureMatrix {
  return { rows: values.length, features: 1, data: values };
}

/** Whether a row has all its features. */
export function isComplete({ features, data }: FeatureMatrix, row: number): boolean {
  for (let at = row * features; at < (row + 1) * features; at++) {
    if (!Number.isFinite(data[at])) return false;
  }
  return true;
}

/** @throws {InvalidOptionError} fewer than two rows, a wrong length, or a feature that is not finite */
export function checkTrainingMatrix({ rows, features, data }: FeatureMatrix): void {
  checkOption(Number.isInteger(rows) && rows >= 2, 'rows', 'an integer >= 2', rows);
  checkFeatures({ rows, features, data });
  checkOption(data.every(Number.isFinite), 'data', 'finite in every feature', 'NaN or infinity');
}

/** @throws {InvalidOptionError} the length of `data` is not rows x features, or not the features wanted */
export function checkFeatures({ rows, features, data }: FeatureMatrix, wanted = features): void {
  checkOption(Number.isInteger(features) && features >= 1, 'features', 'an integer >= 1', features);
  checkOption(features === wanted, 'features', `${wanted}, as fitted`, features);
  checkOption(data.length === rows * features, 'data', `${rows} x ${features} long`, data.length);
}
