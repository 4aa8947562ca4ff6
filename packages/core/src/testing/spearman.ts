/** Ranks from 1 in ascending order; equal values share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  order.sort((a, b) => values[a]! - values[b]!);

  const ranks = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
  }
  return ranks;
}

/**
 * Pearson's correlation of two series of one length; NaN where one does not vary. Of average ranks
 * it is Spearman's, as scipy.stats.spearmanr: rank once, correlate with many.
 */
export function correlation(a: Float64Array, b: Float64Array): number {
  const meanA = meanOf(a);
  const meanB = meanOf(b);
  let products = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const differenceA = a[i]! - meanA;
    const differenceB = b[i]! - meanB;
    products += differenceA * differenceB;
    squaresA += differenceA * differenceA;
    squaresB += differenceB * differenceB;
  }
  return products / Math.sqrt(squaresA * squaresB);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
