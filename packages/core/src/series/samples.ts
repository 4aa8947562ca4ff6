/**
 * Samples of one series as parallel arrays: `timestamps[i]` in milliseconds since the epoch, UTC,
 * strictly ascending; `values[i]` finite, in the unit of the metric. What is missing is not there.
 */
export interface Samples {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/** How many samples of a raw series could not be used, and why. */
export interface RefusedSamples {
  /** NaN or infinite, or beyond `LARGEST_VALUE`. */
  readonly notFinite: number;
  /** The timestamp occurred before; the first sample was kept. */
  readonly duplicate: number;
  /** Came after a sample with a later timestamp; put in order and used. */
  readonly outOfOrder: number;
}

/**
 * The largest magnitude CloudWatch stores; beyond it a value is damage, and its square would soon
 * overflow.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
export const LARGEST_VALUE = 2 ** 360;

export const NO_SAMPLES: Samples = {
  timestamps: new Float64Array(0),
  values: new Float64Array(0),
};

/**
 * Brings raw samples into the form of `Samples`: drops what is not a number, puts the rest in
 * order, keeps the first of equal timestamps. Counts what it did, and copies nothing where there is
 * nothing to do. Throws for nothing but arrays of different lengths.
 */
export function tidySamples(
  timestamps: ArrayLike<number>,
  values: ArrayLike<number>,
): { readonly samples: Samples; readonly refused: RefusedSamples } {
  if (timestamps.length !== values.length) {
    throw new RangeError(`${timestamps.length} timestamps for ${values.length} values`);
  }
  const tidy = asTidy(timestamps, values);
  if (tidy !== undefined) return { samples: tidy, refused: NONE_REFUSED };

  const kept: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  let outOfOrder = 0;
  for (let i = 0; i < values.length; i++) {
    const usable = Number.isFinite(timestamps[i]) && Math.abs(values[i]!) <= LARGEST_VALUE;
    if (!usable) continue;
    kept.push(i);
    if (timestamps[i]! < latest) outOfOrder += 1;
    else latest = timestamps[i]!;
  }
  const notFinite = values.length - kept.length;
  if (outOfOrder > 0) kept.sort((a, b) => timestamps[a]! - timestamps[b]! || a - b);

  const first = kept.filter((at, i) => i === 0 || timestamps[at] !== timestamps[kept[i - 1]!]);
  return {
    samples: {
      timestamps: Float64Array.from(first, (at) => timestamps[at]!),
      values: Float64Array.from(first, (at) => values[at]!),
    },
    refused: { notFinite, duplicate: kept.length - first.length, outOfOrder },
  };
}

const NONE_REFUSED: RefusedSamples = { notFinite: 0, duplicate: 0, outOfOrder: 0 };

/** The arrays themselves where nothing is to be done, as for nearly all that is read. */
function asTidy(timestamps: ArrayLike<number>, values: ArrayLike<number>): Samples | undefined {
  if (!(timestamps instanceof Float64Array && values instanceof Float64Array)) return undefined;
  for (let i = 0; i < values.length; i++) {
    const ascends = i === 0 || timestamps[i]! > timestamps[i - 1]!;
    const usable = Number.isFinite(timestamps[i]) && Math.abs(values[i]!) <= LARGEST_VALUE;
    if (!ascends || !usable) return undefined;
  }
  return { timestamps, values };
}

/** The samples with `after` < timestamp < `until`; views, not copies. */
export function samplesBetween(samples: Samples, after: number, until: number): Samples {
  const start = firstIndex(samples.timestamps, (timestamp) => timestamp > after);
  const end = firstIndex(samples.timestamps, (timestamp) => timestamp >= until);
  return {
    timestamps: samples.timestamps.subarray(start, Math.max(start, end)),
    values: samples.values.subarray(start, Math.max(start, end)),
  };
}

/** First index at which a condition that stays true once true holds; the length when it never does. */
function firstIndex(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
