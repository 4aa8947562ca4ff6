/**
 * Quantile of values already in ascending order, by linear interpolation between order statistics
 * (type 7 of Hyndman and Fan 1996; the default of numpy.percentile).
 *
 * @param sorted - ascending, finite; NaN is returned when it is empty
 * @param p - in [0, 1]
 * @param count - how many of the leading values to use; all of them unless told
 */
export function quantileOfSorted(sorted: Float64Array, p: number, count = sorted.length): number {
  if (count === 0) return Number.NaN;
  const position = p * (count - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, count - 1)]!;
  // Equal neighbours are returned as they are, so that a tie at a threshold stays a tie.
  return low === high ? low : low + (position - below) * (high - low);
}
