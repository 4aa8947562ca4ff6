import { contaminationOffset, type FeatureMatrix, fitIsolationForest } from '@plumbline/core';
import { IsolationForest as NpmForest } from 'isolation-forest';
import { IsolationForest as MlForest } from 'ml-isolation-forest';
import { perturbed } from './series.ts';
import { FAST, measure, SLOW, type Timing } from './timing.ts';

/** The article's forest. */
export const TREES = 100;
export const CONTAMINATION = 0.05;
const ROWS = 2016;

const SWEPT_ROWS = [256, 512, 1008, 2016, 4032] as const;
const SWEPT_TREES = [50, 100, 200, 400] as const;
const SWEPT_FEATURES = [1, 2, 4, 8, 16] as const;

export interface Measured {
  readonly name: string;
  readonly timing: Timing;
}

/** Fit to one series, score it, and flag 5 % of it: what scikit-learn's fit_predict does. */
export async function measureEngines(values: Float64Array): Promise<readonly Measured[]> {
  const rows = { rows: values.length, features: 1, data: values };
  const objects = Array.from(values, (value) => ({ value }));
  const arrays = Array.from(values, (value) => [value]);
  const check = (flags: Flags): void => checkFlags(flags, values.length);

  const ours = await measure(() => flag(fit(rows, TREES)), check, FAST);
  const npm = await measure(
    () => {
      const forest = new NpmForest(TREES);
      forest.fit(objects);
      return flag(Float64Array.from(forest.scores()));
    },
    check,
    SLOW,
  );
  const ml = await measure(
    () => {
      const forest = new MlForest({ nEstimators: TREES });
      forest.train(arrays);
      return flag(Float64Array.from(forest.predict(arrays)));
    },
    check,
    SLOW,
  );
  return [
    { name: 'ours', timing: ours },
    { name: 'npm isolation-forest 0.0.9 (trees on all rows)', timing: npm },
    { name: 'npm ml-isolation-forest 0.1.0 (trees on all rows)', timing: ml },
  ];
}

/** Ours over sizes, each with the others at the article's. */
export async function measureSweeps(
  values: Float64Array,
): Promise<Record<'rows' | 'trees' | 'features', readonly Measured[]>> {
  const time = async (name: string, matrix: FeatureMatrix, trees: number): Promise<Measured> => {
    const check = (flags: Flags): void => checkFlags(flags, matrix.rows);
    return { name, timing: await measure(() => flag(fit(matrix, trees)), check, FAST) };
  };
  const rows: Measured[] = [];
  for (const n of SWEPT_ROWS) rows.push(await time(String(n), matrixLike(values, n, 1), TREES));
  const trees: Measured[] = [];
  for (const n of SWEPT_TREES) trees.push(await time(String(n), matrixLike(values, ROWS, 1), n));
  const features: Measured[] = [];
  for (const n of SWEPT_FEATURES) {
    features.push(await time(String(n), matrixLike(values, ROWS, n), TREES));
  }
  return { rows, trees, features };
}

interface Flags {
  readonly scores: Float64Array;
  readonly flagged: number;
}

let seed = 0;

/** Another seed each time: else the branch predictor could learn the trees by heart. */
function fit(matrix: FeatureMatrix, trees: number): Float64Array {
  seed += 1;
  return fitIsolationForest(matrix, { trees, seed }).trainingScores;
}

function flag(scores: Float64Array): Flags {
  const offset = contaminationOffset(scores, CONTAMINATION);
  let flagged = 0;
  for (let row = 0; row < scores.length; row++) if (scores[row]! > offset) flagged += 1;
  return { scores, flagged };
}

/** Ties at the offset are not flagged, so fewer than the quota may be; never more. */
function checkFlags({ scores, flagged }: Flags, rows: number): void {
  const quota = Math.floor(CONTAMINATION * (rows - 1)) + 1;
  if (scores.length !== rows) throw new Error(`${scores.length} scores for ${rows} rows`);
  if (!scores.every((score) => score > 0 && score < 1)) throw new Error('a score not in (0, 1)');
  if (flagged > quota || flagged < quota / 2) {
    throw new Error(`${flagged} rows of ${rows} flagged, ${quota} expected`);
  }
}

/** Rows as long as wanted, week after week like the series; another of its like for each feature. */
function matrixLike(values: Float64Array, rows: number, features: number): FeatureMatrix {
  const data = new Float64Array(rows * features);
  for (let feature = 0; feature < features; feature++) {
    for (let start = 0; start < rows; start += values.length) {
      const week = start + feature === 0 ? values : perturbed(values, feature + start * features);
      for (let i = 0; i < Math.min(week.length, rows - start); i++) {
        data[(start + i) * features + feature] = week[i]!;
      }
    }
  }
  return { rows, features, data };
}
