import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { FeatureMatrix } from '../detectors/batch-model.ts';

const FOLDER = new URL('../detectors/testdata/isolation-forest/', import.meta.url);

/** One matrix and what scikit-learn makes of it, once for each of the seeds 0, 1, 2, ... */
export interface IsolationForestFixture {
  readonly matrix: FeatureMatrix;
  readonly trees: number;
  readonly contamination: number;
  /** The score of each row by seed, -score_samples: higher is more anomalous; rounded to 32 bits. */
  readonly scores: readonly Float64Array[];
  /** By seed: -offset_, how many rows are flagged, and how many have the offset itself for a score. */
  readonly offsets: readonly number[];
  readonly flagged: readonly number[];
  readonly tied: readonly number[];
}

/** scikit-learn's c(n): `c[i]` for `n[i]` samples. */
export interface AveragePathLengths {
  readonly n: readonly number[];
  readonly c: readonly number[];
}

export function readIsolationForestFixture(name: string): IsolationForestFixture {
  const { rows, features, data, seeds, ...rest } = readJson(`${name}.json`);
  const bytes = gunzipSync(readFileSync(new URL(`${name}.scores.f32.gz`, FOLDER)));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scores = Array.from({ length: seeds }, (_, seed) =>
    Float64Array.from({ length: rows }, (_, row) => view.getFloat32(4 * (seed * rows + row), true)),
  );
  return { ...rest, scores, matrix: { rows, features, data: Float64Array.from(data) } };
}

export function readAveragePathLengths(): AveragePathLengths {
  return readJson('average-path-length.json');
}

function readJson(name: string) {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}
