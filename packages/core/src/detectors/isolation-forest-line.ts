import type { Random } from '../stats/random.ts';
import { averagePathLength, depthLimitOf, drawSplit, drawSubsample } from './isolation-tree.ts';

/**
 * The scores that an isolation forest over one feature gives to the very rows it is fitted to.
 *
 * On a line a node is an interval, so with the rows in ascending order nothing has to be moved or
 * walked: a split is one binary search, and a leaf adds its path length to a run of rows, kept as
 * two differences and summed at the end. The draws are those of the general forest over the same
 * rows, in the same order, so the trees are the same trees; a test holds the two together.
 *
 * O(trees * (rows + subsample * log(subsample))) time; memory for a few arrays of `rows`.
 *
 * @param sorted - the rows, ascending and finite; at least `size` of them
 * @param size - rows drawn for each tree, >= 2
 * @returns scores in (0, 1], aligned with `sorted`; equal rows have equal scores to the last bit
 */
export function scoreLine(
  sorted: Float64Array,
  trees: number,
  size: number,
  random: Random,
): Float64Array {
  const rows = sorted.length;
  const depthLimit = depthLimitOf(size);
  const leafLengths = Float64Array.from({ length: size + 1 }, (_, n) => averagePathLength(n));
  const steps = new Float64Array(rows + 1); // path length at a row minus that at the row before
  const marks = new Uint8Array(rows);
  const drawn = new Uint32Array(size); // ranks of the subsample, ascending

  /**
   * One node: the drawn ranks in [from, to), and the rows in [start, end) that end up in it.
   * Left before right, as in the general forest, so that both use the same draws.
   */
  const grow = (from: number, to: number, start: number, end: number, depth: number): void => {
    const low = sorted[drawn[from]!]!;
    const high = sorted[drawn[to - 1]!]!;
    if (depth >= depthLimit || low === high) {
      const pathLength = depth + leafLengths[to - from]!;
      steps[start]! += pathLength;
      steps[end]! -= pathLength;
      return;
    }
    const split = drawSplit(random, low, high);

    let below = from + 1; // the drawn ranks at or below the split end here; at least one is
    for (let top = to - 1; below < top; ) {
      const middle = (below + top) >>> 1;
      if (sorted[drawn[middle]!]! <= split) below = middle + 1;
      else top = middle;
    }
    let boundary = drawn[below - 1]! + 1; // and so do the rows, between two drawn neighbours
    for (let top = drawn[below]!; boundary < top; ) {
      const middle = (boundary + top) >>> 1;
      if (sorted[middle]! <= split) boundary = middle + 1;
      else top = middle;
    }
    grow(from, below, start, boundary, depth + 1);
    grow(below, to, boundary, end, depth + 1);
  };

  for (let tree = 0; tree < trees; tree++) {
    drawSubsample(random, rows, size, marks, drawn);
    grow(0, size, 0, rows, 0);
  }

  const normaliser = trees * averagePathLength(size);
  const scores = new Float64Array(rows);
  let pathLength = 0;
  for (let row = 0; row < rows; row++) {
    const step = steps[row]!;
    pathLength += step;
    scores[row] = step === 0 && row > 0 ? scores[row - 1]! : 2 ** (-pathLength / normaliser);
  }
  return scores;
}
