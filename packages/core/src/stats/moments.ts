/** Mean and spread of a set of values, in their unit; NaN where there are none. */
export interface Moments {
  readonly mean: number;
  /** Population standard deviation (divides by n, as numpy.std); exactly 0 when nothing varies. */
  readonly standardDeviation: number;
}

/**
 * Below this fraction of the largest magnitude a spread is rounding, not information: a double
 * carries 2^-53, and what computed the values has rounded a few times.
 */
const ROUNDING = 2 ** -50;

/** Values beyond this are brought down first, by an exact factor, so that no sum of squares overflows. */
const LARGEST_TO_SQUARE = 2 ** 400;
const DOWN = 2 ** -600;

/**
 * Mean and population standard deviation in two passes, the second corrected for the rounding of
 * the first (Chan, Golub and LeVeque 1983), which keeps them right under huge offsets.
 *
 * A spread no larger than rounding counts as zero: a constant series has deviation exactly 0.
 */
export function momentsOf(values: Float64Array): Moments {
  const count = values.length;
  if (count === 0) return { mean: Number.NaN, standardDeviation: Number.NaN };

  let sum = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    sum += values[i]!;
    largest = Math.max(largest, Math.abs(values[i]!));
  }
  if (largest > LARGEST_TO_SQUARE) {
    const { mean, standardDeviation } = momentsOf(values.map((value) => value * DOWN));
    return { mean: mean / DOWN, standardDeviation: standardDeviation / DOWN };
  }
  const roughMean = sum / count;

  let drift = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const difference = values[i]! - roughMean;
    drift += difference;
    squares += difference * difference;
  }
  const variance = (squares - (drift * drift) / count) / count;
  const deviation = Math.sqrt(Math.max(variance, 0));
  return {
    mean: roughMean + drift / count,
    standardDeviation: deviation <= largest * ROUNDING ? 0 : deviation,
  };
}
