import { averagePathLength } from './isolation-tree.ts';

/**
 * The expected depth of a value in a full isolation tree over these samples and the value itself:
 * what the mean over more and more random trees tends to.
 *
 * A tree splits its interval at a uniform place until equal values alone are left. It parts the value
 * from its neighbours at the gap (a, b) to the right exactly if, of all splits that fall between the
 * value and b, the first falls into that gap: with the probability gap / (b - value). The depth is
 * the sum of these over all gaps, on both sides. Equal samples cannot be parted: as in any isolation
 * forest, a leaf of m of them counts as deep as a tree of m would go on average, c(m).
 *
 * The depth depends on ratios of distances alone. Far off, it is 1 + ln((distance + range) / distance)
 * or less, however many samples there are. O(samples) time, no memory; a division for each distinct
 * sample.
 *
 * @param sorted - ascending, finite; with duplicates
 * @param value - finite; not necessarily among them
 * @param enough - stop as soon as the depth is known to reach this; then at least this is returned
 * @returns >= 0, and 0 only for a value without any samples
 */
export function expectedDepth(
  sorted: Float64Array,
  value: number,
  enough = Number.POSITIVE_INFINITY,
): number {
  const count = sorted.length;
  const start = firstIndexOf(sorted, value);
  let end = start;
  while (end < count && sorted[end] === value) end += 1;
  // Distances beyond the range of a double: halves of them have the same ratios.
  const span = Math.max(value, sorted[count - 1] ?? value) - Math.min(value, sorted[0] ?? value);
  const unit = span === Number.POSITIVE_INFINITY ? 0.5 : 1;

  let depth = averagePathLength(end - start + 1);
  let near = 0; // distance to the near end of the gap
  for (let i = end; i < count && depth < enough; i++) {
    const far = sorted[i]! * unit - value * unit;
    if (far === near) continue;
    depth += (far - near) / far;
    near = far;
  }
  near = 0;
  for (let i = start - 1; i >= 0 && depth < enough; i--) {
    const far = value * unit - sorted[i]! * unit;
    if (far === near) continue;
    depth += (far - near) / far;
    near = far;
  }
  return depth;
}

/** Index of the first sample that is at least the value. */
function firstIndexOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
