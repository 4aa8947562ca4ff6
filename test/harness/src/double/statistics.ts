import { type Column, firstAtOrAfter } from './metric-store.ts';

/** One sample per period, oldest first; periods without a sample are not there. */
export interface SampledSeries {
  /** Start of the period, in seconds since the epoch. */
  readonly seconds: Float64Array;
  readonly values: Float64Array;
  readonly periodSeconds: number;
}

/** Which samples: `startSeconds` <= timestamp < `endSeconds`. */
export interface SampledSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly periodSeconds: number;
  /** Nothing measured later than this is known yet. */
  readonly nowSeconds: number;
}

/** A statistic over the rows `from` <= i < `to` of a column; NaN when they have none. */
type Statistic = (column: Column, from: number, to: number) => number;

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

const STATISTICS: Readonly<Record<string, Statistic>> = {
  SampleCount: countOf,
  Sum: sumOf,
  Average: (column, from, to) => sumOf(column, from, to) / countOf(column, from, to),
  Minimum: ({ values, sets }, from, to) => {
    let least = Number.POSITIVE_INFINITY;
    for (let i = from; i < to; i++) least = Math.min(least, sets?.[i]?.minimum ?? values[i]!);
    return least;
  },
  Maximum: ({ values, sets }, from, to) => {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) most = Math.max(most, sets?.[i]?.maximum ?? values[i]!);
    return most;
  },
};

/** The statistic of that name, or undefined when the double knows none such. */
export function statisticNamed(name: string): Statistic | undefined {
  if (Object.hasOwn(STATISTICS, name)) return STATISTICS[name];
  const [, percent] = PERCENTILE.exec(name) ?? [];
  return percent === undefined ? undefined : percentile(Number(percent));
}

/** A statistic per period, at periods that start at whole multiples of their length. */
export function sample(
  column: Column,
  { startSeconds, endSeconds, periodSeconds, nowSeconds }: SampledSpan,
  statistic: Statistic,
): SampledSeries {
  const first = Math.ceil(startSeconds / periodSeconds) * periodSeconds;
  const periods = Math.max(0, Math.ceil((endSeconds - first) / periodSeconds));
  const until = firstAtOrAfter(column, Math.min(first + periods * periodSeconds, nowSeconds + 1));
  let from = firstAtOrAfter(column, first);
  // No more samples than periods, and none of a period without a row.
  const seconds = new Float64Array(Math.min(periods, Math.max(0, until - from)));
  const values = new Float64Array(seconds.length);
  let length = 0;
  while (from < until) {
    const start = column.seconds[from]! - (column.seconds[from]! % periodSeconds);
    let to = from + 1;
    while (to < until && column.seconds[to]! < start + periodSeconds) to += 1;
    const value = statistic(column, from, to);
    if (!Number.isNaN(value)) {
      seconds[length] = start;
      values[length] = value;
      length += 1;
    }
    from = to;
  }
  return {
    seconds: seconds.subarray(0, length),
    values: values.subarray(0, length),
    periodSeconds,
  };
}

function countAt({ counts, sets }: Column, i: number): number {
  return sets?.[i]?.sampleCount ?? counts?.[i] ?? 1;
}

function countOf(column: Column, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) count += countAt(column, i);
  return count;
}

function sumOf({ values, counts, sets }: Column, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += sets?.[i]?.sum ?? values[i]! * (counts?.[i] ?? 1);
  return sum;
}

/**
 * The least value that at least that share of the measurements does not exceed (nearest rank). AWS
 * does not publish its definition. As there, negative values have no percentiles, and neither has a
 * statistic set unless all that it stands for is one value.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Percentiles
 */
function percentile(percent: number): Statistic {
  return (column, from, to) => {
    const { values, sets } = column;
    const order: number[] = [];
    for (let i = from; i < to; i++) {
      const set = sets?.[i];
      if (set && set.minimum !== set.maximum) return Number.NaN;
      if ((set?.minimum ?? values[i]!) < 0) return Number.NaN;
      order.push(i);
    }
    const valueAt = (i: number) => sets?.[i]?.minimum ?? values[i]!;
    order.sort((a, b) => valueAt(a) - valueAt(b));
    const total = countOf(column, from, to);
    let counted = 0;
    for (const i of order) {
      counted += countAt(column, i);
      if (counted * 100 >= percent * total) return valueAt(i);
    }
    return Number.NaN;
  };
}
