import { checkOption } from '../errors.ts';
import { createRandom, type Random } from '../stats/random.ts';
import {
  type BatchModel,
  checkFeatures,
  checkTrainingMatrix,
  type FeatureMatrix,
  isComplete,
} from './batch-model.ts';
import { scoreLine } from './isolation-forest-line.ts';
import { averagePathLength, depthLimitOf, drawSplit, drawSubsample } from './isolation-tree.ts';

export interface IsolationForestOptions {
  /** Number of trees; an integer >= 1. */
  readonly trees?: number;
  /** Rows each tree is grown on, drawn without replacement; an integer >= 2, at most the rows used. */
  readonly subsample?: number;
  /** Where the randomness comes from; any integer. */
  readonly seed?: number;
}

/** The paper's numbers. */
export const ISOLATION_FOREST_DEFAULTS = { trees: 100, subsample: 256, seed: 42 } as const;

/** A node of the forest; its right child follows its left child. */
interface Nodes {
  /** The feature split on, or LEAF. */
  readonly feature: Int32Array;
  /** Rows with a feature of at most this go left; of a leaf: its path length. */
  readonly split: Float64Array;
  readonly left: Int32Array;
}

const LEAF = -1;

/**
 * Isolation forest (Liu, Ting and Zhou 2008): trees that split at random isolate an anomaly in few
 * steps. Any number of features.
 *
 * Scores are 2^(-mean path length / c(subsample)), in (0, 1]: near 1 anomalous, near 0.5 ordinary.
 * Seeded: the same rows, options and seed give the same scores. One feature is fitted on the rows in
 * ascending order, so there the order of rows does not matter at all.
 *
 * It sees no order in time and no scale, only ranks and gaps; a daily cycle is invisible to it.
 * As in scikit-learn, a feature constant in a node is not drawn there. Unlike it, features are not
 * rounded to 32 bits, and a range below 1e-7 is a range like any other: huge offsets and tiny units
 * keep their meaning, and values that differ in their last bit are different values.
 *
 * @throws {InvalidOptionError} an option is outside its range; rows are fewer than two or not finite
 */
export function fitIsolationForest(
  matrix: FeatureMatrix,
  options: IsolationForestOptions = {},
): BatchModel {
  const { trees, subsample, seed } = { ...ISOLATION_FOREST_DEFAULTS, ...options };
  checkForestOptions({ trees, subsample, seed });
  checkTrainingMatrix(matrix);

  const size = Math.min(subsample, matrix.rows);
  const sorted = matrix.features === 1 ? matrix.data.slice().sort() : undefined;
  const trainingRows = sorted === undefined ? matrix : { ...matrix, data: sorted };

  let grown: Nodes | undefined; // one feature needs no trees to score the rows it was fitted to
  const score = (rows: FeatureMatrix): Float64Array => {
    checkFeatures(rows, matrix.features);
    grown ??= growForest(trainingRows, trees, size, createRandom(seed));
    return scoreRows(grown, trees, size, rows);
  };
  const scoreTrainingRows = (): Float64Array => {
    if (sorted === undefined) return score(matrix);
    const ofSorted = scoreLine(sorted, trees, size, createRandom(seed));
    return matrix.data.map((value) => ofSorted[rankOf(sorted, value)]!);
  };

  let trainingScores: Float64Array | undefined;
  return {
    get trainingScores() {
      trainingScores ??= scoreTrainingRows();
      return trainingScores;
    },
    score,
  };
}

/** @throws {InvalidOptionError} an option is outside its range */
export function checkForestOptions({
  trees,
  subsample,
  seed,
}: Required<IsolationForestOptions>): void {
  checkOption(Number.isInteger(trees) && trees >= 1, 'trees', 'an integer >= 1', trees);
  checkOption(
    Number.isInteger(subsample) && subsample >= 2,
    'subsample',
    'an integer >= 2',
    subsample,
  );
  checkOption(Number.isInteger(seed), 'seed', 'an integer', seed);
}

/** Grows the trees one after another into shared arrays; tree i has its root at i * nodesPerTree. */
function growForest(matrix: FeatureMatrix, trees: number, size: number, random: Random): Nodes {
  const { features, data } = matrix;
  const nodesPerTree = nodesOfTree(size);
  const nodes: Nodes = {
    feature: new Int32Array(trees * nodesPerTree),
    split: new Float64Array(trees * nodesPerTree),
    left: new Int32Array(trees * nodesPerTree),
  };
  const depthLimit = depthLimitOf(size);
  const marks = new Uint8Array(matrix.rows);
  const rows = new Uint32Array(size); // a node owns a stretch of it
  const candidates = Uint32Array.from({ length: features }, (_, i) => i);
  let free = 0;

  const extremes = { low: 0, high: 0 };
  const measure = (start: number, end: number, feature: number): void => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) {
      const value = data[rows[i]! * features + feature]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    extremes.low = low;
    extremes.high = high;
  };

  /** A feature that varies among the rows of a node, each equally likely; LEAF when none does. */
  const drawFeature = (start: number, end: number): number => {
    for (let remaining = features; remaining > 0; remaining--) {
      const at = remaining === 1 ? 0 : random.below(remaining);
      const feature = candidates[at]!;
      measure(start, end, feature);
      if (extremes.low < extremes.high) return feature;
      candidates[at] = candidates[remaining - 1]!;
      candidates[remaining - 1] = feature;
    }
    return LEAF;
  };

  const partition = (start: number, end: number, feature: number, split: number): number => {
    let boundary = start;
    for (let i = start; i < end; i++) {
      const row = rows[i]!;
      if (data[row * features + feature]! > split) continue;
      rows[i] = rows[boundary]!;
      rows[boundary++] = row;
    }
    return boundary;
  };

  const grow = (node: number, start: number, end: number, depth: number): void => {
    const feature = depth >= depthLimit || end - start <= 1 ? LEAF : drawFeature(start, end);
    nodes.feature[node] = feature;
    if (feature === LEAF) {
      nodes.split[node] = depth + averagePathLength(end - start);
      return;
    }
    const split = drawSplit(random, extremes.low, extremes.high);
    const boundary = partition(start, end, feature, split);
    const left = free;
    free += 2;
    nodes.split[node] = split;
    nodes.left[node] = left;
    grow(left, start, boundary, depth + 1);
    grow(left + 1, boundary, end, depth + 1);
  };

  for (let tree = 0; tree < trees; tree++) {
    drawSubsample(random, matrix.rows, size, marks, rows);
    const root = tree * nodesPerTree;
    free = root + 1;
    grow(root, 0, size, 0);
  }
  return nodes;
}

function scoreRows(nodes: Nodes, trees: number, size: number, matrix: FeatureMatrix): Float64Array {
  const { rows, features, data } = matrix;
  const { feature, split, left } = nodes;
  const nodesPerTree = nodesOfTree(size);
  const pathLengths = new Float64Array(rows);
  // Tree by tree: one tree fits the nearest cache, the forest does not.
  for (let tree = 0; tree < trees; tree++) {
    for (let row = 0; row < rows; row++) {
      const at = row * features;
      let node = tree * nodesPerTree;
      for (let f = feature[node]!; f !== LEAF; f = feature[node]!) {
        node = left[node]! + (data[at + f]! <= split[node]! ? 0 : 1);
      }
      pathLengths[row]! += split[node]!;
    }
  }
  const normaliser = trees * averagePathLength(size);
  return pathLengths.map((sum, row) =>
    isComplete(matrix, row) ? 2 ** (-sum / normaliser) : Number.NaN,
  );
}

/** A full binary tree whose leaves hold at least one sample each. */
function nodesOfTree(size: number): number {
  return 2 * size - 1;
}

/** Index of the first element equal to a value that is present. */
function rankOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
