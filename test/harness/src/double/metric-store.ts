/** A metric as CloudWatch tells them apart. */
export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
  /** All the dimensions; empty when it has none. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Measurements summed up before they were sent. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Measurements of one metric; several at one timestamp add up, as in CloudWatch. */
export interface Measurements {
  /** Milliseconds since the epoch, in any order. */
  readonly timestamps: ArrayLike<number>;
  /** One each; NaN stands for none. */
  readonly values: ArrayLike<number>;
  /** How many times each value was measured; once unless told. */
  readonly counts?: ArrayLike<number>;
  readonly unit?: string;
  /** Finest period of the metric, in seconds; 60 unless told. */
  readonly resolutionSeconds?: 1 | 60;
}

/** What is stored of one metric. */
export interface StoredMetric extends MetricName {
  /** 1 as soon as one measurement was put so. */
  resolutionSeconds: 1 | 60;
  /** By their unit. */
  readonly columns: Map<string, Column>;
}

/**
 * Measurements in the order of their time, one per row, sharing an index. Ten thousand series of a
 * week must fit in memory: what is the same for all rows, as a count of one, takes no room.
 */
export interface Column {
  length: number;
  /** Seconds since the epoch. */
  seconds: Uint32Array;
  values: Float64Array;
  /** How many times each value was measured; undefined: once. */
  counts: Float64Array | undefined;
  /** Where a row stands for many measurements; undefined: nowhere. Its value is then NaN. */
  sets: (StatisticSet | undefined)[] | undefined;
}

/** The metrics of one account in one region. */
export interface MetricStore {
  /** Undefined when nothing was ever put there. */
  find(name: MetricName): StoredMetric | undefined;
  /** In the order in which they first appeared. */
  all(): Iterable<StoredMetric>;
  put(name: MetricName, measurements: Measurements): void;
  putSet(name: MetricName, ms: number, set: StatisticSet, unit?: string): void;
}

export function createMetricStore(): MetricStore {
  const metrics = new Map<string, StoredMetric>();

  function columnOf(name: MetricName, unit: string, resolutionSeconds: 1 | 60): Column {
    const key = keyOf(name);
    let metric = metrics.get(key);
    if (!metric) {
      metric = { ...name, resolutionSeconds, columns: new Map() };
      metrics.set(key, metric);
    }
    if (resolutionSeconds === 1) metric.resolutionSeconds = 1;
    let column = metric.columns.get(unit);
    if (!column) {
      column = emptyColumn();
      metric.columns.set(unit, column);
    }
    return column;
  }

  return {
    find: (name) => metrics.get(keyOf(name)),
    all: () => metrics.values(),
    put(name, { timestamps, values, counts, unit = 'None', resolutionSeconds = 60 }) {
      if (timestamps.length !== values.length || (counts && counts.length !== values.length)) {
        throw new RangeError(
          `${name.metric}: timestamps, values and counts must be equally many, got ` +
            `${timestamps.length}, ${values.length} and ${counts?.length ?? 'none'}`,
        );
      }
      const column = columnOf(name, unit, resolutionSeconds);
      const before = column.length;
      reserve(column, values.length);
      for (let i = 0; i < values.length; i++) {
        if (Number.isNaN(values[i])) continue;
        if (!Number.isFinite(values[i])) {
          throw new RangeError(`${name.metric}: values must be finite or NaN, got ${values[i]}`);
        }
        append(column, secondsOf(timestamps[i]!), values[i]!, counts?.[i]);
      }
      sortByTime(column, before);
    },
    putSet(name, ms, set, unit = 'None') {
      const column = columnOf(name, unit, 60);
      reserve(column, 1);
      column.sets ??= new Array(column.length).fill(undefined);
      column.sets[column.length] = set;
      append(column, secondsOf(ms), Number.NaN, undefined);
      sortByTime(column, column.length - 1);
    },
  };
}

/** When the metric was last measured up to a time, in seconds; -Infinity when it never was. */
export function lastMeasured(metric: StoredMetric, untilSeconds: number): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const column of metric.columns.values()) {
    const end = firstAtOrAfter(column, untilSeconds + 1);
    if (end > 0) last = Math.max(last, column.seconds[end - 1]!);
  }
  return last;
}

/** Index of the first row at or after a time; the number of rows when there is none. */
export function firstAtOrAfter({ seconds, length }: Column, time: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (seconds[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All the measurements of a metric as one column, or those in one unit. */
export function columnIn(metric: StoredMetric, unit: string | undefined): Column | undefined {
  if (unit !== undefined) return metric.columns.get(unit);
  const [first, ...others] = metric.columns.values();
  if (!first || others.length === 0) return first;
  const all = emptyColumn();
  for (const column of [first, ...others]) {
    reserve(all, column.length);
    for (let i = 0; i < column.length; i++) {
      const set = column.sets?.[i];
      if (set) {
        all.sets ??= new Array(all.length).fill(undefined);
        all.sets[all.length] = set;
      }
      append(all, column.seconds[i]!, column.values[i]!, column.counts?.[i]);
    }
  }
  sortByTime(all, 0);
  return all;
}

function keyOf({ namespace, metric, dimensions }: MetricName): string {
  return JSON.stringify([namespace, metric, Object.entries(dimensions).sort(byName)]);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

function secondsOf(ms: number): number {
  const seconds = Math.floor(ms / 1000);
  if (!(seconds >= 0 && seconds < 2 ** 32)) {
    throw new RangeError(`a timestamp must be milliseconds since 1970, before 2106, got ${ms}`);
  }
  return seconds;
}

function emptyColumn(): Column {
  return {
    length: 0,
    seconds: new Uint32Array(),
    values: new Float64Array(),
    counts: undefined,
    sets: undefined,
  };
}

/** Makes room for more rows; at least doubles, so that appending one by one stays linear. */
function reserve(column: Column, more: number): void {
  const needed = column.length + more;
  if (needed <= column.values.length) return;
  const capacity = Math.max(needed, 2 * column.length);
  const seconds = new Uint32Array(capacity);
  const values = new Float64Array(capacity);
  seconds.set(column.seconds.subarray(0, column.length));
  values.set(column.values.subarray(0, column.length));
  column.seconds = seconds;
  column.values = values;
  if (column.counts) {
    const counts = new Float64Array(capacity);
    counts.set(column.counts.subarray(0, column.length));
    column.counts = counts;
  }
}

/** Adds a row in room that was reserved. */
function append(column: Column, seconds: number, value: number, count = 1): void {
  const row = column.length;
  if (count !== 1) column.counts ??= new Float64Array(column.values.length).fill(1);
  column.seconds[row] = seconds;
  column.values[row] = value;
  if (column.counts) column.counts[row] = count;
  column.length += 1;
}

/** Sorts what was appended after sorted rows; in order already, as mostly, it takes one look at each. */
function sortByTime(column: Column, appendedFrom: number): void {
  const { length, seconds, values, counts, sets } = column;
  let sorted = true;
  for (let i = Math.max(1, appendedFrom); i < length && sorted; i++)
    sorted = seconds[i - 1]! <= seconds[i]!;
  if (sorted) return;
  const order = Uint32Array.from({ length }, (_, i) => i).sort(
    (a, b) => seconds[a]! - seconds[b]! || a - b,
  );
  column.seconds = Uint32Array.from(order, (i) => seconds[i]!);
  column.values = Float64Array.from(order, (i) => values[i]!);
  if (counts) column.counts = Float64Array.from(order, (i) => counts[i]!);
  if (sets) column.sets = Array.from(order, (i) => sets[i]);
}
