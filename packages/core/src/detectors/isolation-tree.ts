import type { Random } from '../stats/random.ts';

const EULER_MASCHERONI = 0.577_215_664_901_532_9;

/**
 * c(n), the average path length of an unsuccessful search in a binary search tree of n items: what
 * an unsplit leaf of n samples adds to its depth, and what a forest's path lengths are divided by.
 *
 * @see Liu, Ting and Zhou 2008, "Isolation Forest", equation 1; exact at n <= 2, where the paper's
 *   approximation of the harmonic number is not
 */
export function averagePathLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + EULER_MASCHERONI) - (2 * (n - 1)) / n;
}

/** Depth at which a tree over `subsample` samples stops: the average height of such a tree. */
export function depthLimitOf(subsample: number): number {
  return Math.ceil(Math.log2(Math.max(subsample, 2)));
}

/** A split uniform between the extremes of a node: at least `low`, below `high`, given low < high. */
export function drawSplit(random: Random, low: number, high: number): number {
  const share = random.uniform();
  const split = low * (1 - share) + high * share; // not low + share * (high - low): it can overflow
  return split > low && split < high ? split : low;
}

/**
 * Draws `size` of `count` items without replacement, each subset equally likely, and writes their
 * indices in ascending order to `out`.
 *
 * @param marks - scratch of at least `count` zeros; zeros again afterwards
 * @see Bentley and Floyd 1987, "A sample of brilliance"
 */
export function drawSubsample(
  random: Random,
  count: number,
  size: number,
  marks: Uint8Array,
  out: Uint32Array,
): void {
  for (let last = count - size; last < count; last++) {
    const candidate = random.below(last + 1);
    marks[marks[candidate] === 0 ? candidate : last] = 1;
  }
  let found = 0;
  for (let i = 0; found < size; i++) {
    if (marks[i] === 0) continue;
    out[found++] = i;
    marks[i] = 0;
  }
}
