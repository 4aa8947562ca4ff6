/** How many values were how large, in bins of equal ratio; what is below the lowest bin counts there. */
export interface LogHistogram {
  /** The bin of a value. */
  binOf(value: number): number;
  /** How many lie in the bins from one to another, both included. */
  count(first: number, last: number): number;
  add(value: number): void;
}

export interface LogHistogramOptions {
  /** Lower edge of the lowest bin; > 0. */
  readonly lowest: number;
  readonly binsPerOctave: number;
}

/** @param bins - where the counts are kept */
export function createLogHistogram(
  bins: Float32Array,
  { lowest, binsPerOctave }: LogHistogramOptions,
): LogHistogram {
  const binOf = (value: number): number => {
    const bin = Math.floor(Math.log2(value / lowest) * binsPerOctave);
    return bin >= 0 ? Math.min(bin, bins.length - 1) : 0; // also for -Infinity, the logarithm of 0
  };
  return {
    binOf,
    count(first, last) {
      let sum = 0;
      for (let bin = first; bin <= Math.min(last, bins.length - 1); bin++) sum += bins[bin]!;
      return sum;
    },
    add(value) {
      bins[binOf(value)]! += 1;
    },
  };
}
