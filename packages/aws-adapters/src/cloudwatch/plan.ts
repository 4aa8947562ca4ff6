import type { ReadRequest } from '@plumbline/core';
import { createQueryIds, distinctQueries, queriesOf, type SeriesQueries } from './queries.ts';
import type { ConcreteLocator } from './series-name.ts';

/**
 * Limits of one request.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export const MOST_QUERIES = 500;
export const MOST_DATAPOINTS = 100_800;

/**
 * Requests that begin within the last three hours have a quota of datapoints per second of their own,
 * 180,000; those that begin before, 396,000. Datapoints count as they are asked for.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const RECENT_MS = 3 * 3_600_000;
/** Longer spans are read together when none is longer than this many times another. */
const SPAN_RATIO = 4;

/** A series to be read, and which requests of the caller it answers. */
export interface PlannedSeries extends SeriesQueries {
  readonly locator: ConcreteLocator;
  readonly periodMs: number;
  readonly after: number;
  readonly until: number;
  readonly requests: readonly number[];
}

/** The series of one GetMetricData request, which has one span for all of them. */
export interface PlannedCall {
  readonly series: readonly PlannedSeries[];
  /** Aligned to the periods; `end` is left out. Ms since the epoch. */
  readonly start: number;
  readonly end: number;
}

export interface WantedSeries extends ReadRequest {
  readonly locator: ConcreteLocator;
  /** Place of the request among those of the caller. */
  readonly index: number;
}

/**
 * Packs what is wanted into as few requests as the limits allow, so that one page mostly answers one
 * request: what is asked for twice is read once, statistics of one metric stay together, for they are
 * billed as one, and short spans are not stretched to long ones.
 */
export function planCalls(wanted: readonly WantedSeries[]): readonly PlannedCall[] {
  const calls: OpenCall[] = [];
  let open: readonly OpenCall[] = []; // one for each stretch of time, the last that is not full
  for (const part of partsOf(merged(wanted))) {
    const kind = spanKindOf(part[0]!);
    const load = loadOf(part);
    const near = open.find((call) => call.kind === kind && isShort(sumOf(call.load, load), kind));
    if (near !== undefined && isSmall(sumOf(near.load, load))) {
      near.series.push(...part);
      near.load = sumOf(near.load, load);
    } else {
      const call = { series: [...part], kind, load };
      calls.push(call);
      open = [...open.filter((other) => other !== near), call];
    }
  }
  return calls.map(({ series }) => callOf(series));
}

/** One request for these series. */
export function callOf(series: readonly PlannedSeries[]): PlannedCall {
  return { series, ...alignedSpanOf(loadOf(series)) };
}

interface OpenCall {
  readonly series: PlannedSeries[];
  readonly kind: number;
  load: Load;
}

/** What a request is asked for. */
interface Load {
  readonly queries: number;
  /** How many of them return data, by their period in ms. */
  readonly returned: ReadonlyMap<number, number>;
  /** Start of the first period, end of the last; ms since the epoch. */
  readonly first: number;
  readonly last: number;
}

function loadOf(series: readonly PlannedSeries[]): Load {
  const queries = distinctQueries(series);
  const returned = new Map<number, number>();
  for (const { MetricStat, Period = MetricStat?.Period ?? 0, ReturnData } of queries) {
    const periodMs = Period * 1000;
    if (ReturnData !== false) returned.set(periodMs, (returned.get(periodMs) ?? 0) + 1);
  }
  return {
    queries: queries.length,
    returned,
    first: Math.min(...series.map(firstPeriod)),
    last: Math.max(...series.map(({ until }) => until)),
  };
}

/** What rests on the same queries counts twice, if it ever comes to that. */
function sumOf(a: Load, b: Load): Load {
  const returned = new Map(a.returned);
  for (const [periodMs, count] of b.returned) {
    returned.set(periodMs, (returned.get(periodMs) ?? 0) + count);
  }
  return {
    queries: a.queries + b.queries,
    returned,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
  };
}

function alignedSpanOf({ returned, first, last }: Load): { start: number; end: number } {
  const longest = Math.max(...returned.keys());
  const start = Math.floor(first / longest) * longest;
  // Not before the start, even where nothing can lie in between: that would be refused.
  const end = Math.max(Math.ceil(last / longest) * longest, start + longest);
  return { start, end };
}

/** Whether the span is still of its kind, but for a period. */
function isShort({ returned, first, last }: Load, kind: number): boolean {
  return last - first <= RECENT_MS * SPAN_RATIO ** kind + Math.max(...returned.keys());
}

/** Whether it is within the limits of one request, and its answer within those of one page. */
function isSmall(load: Load): boolean {
  const { start, end } = alignedSpanOf(load);
  let datapoints = 0;
  for (const [periodMs, count] of load.returned) {
    datapoints += count * Math.ceil((end - start) / periodMs);
  }
  return load.queries <= MOST_QUERIES && datapoints <= MOST_DATAPOINTS;
}

/**
 * Start of the first period to be asked for: that of the first sample that may be wanted, and for math
 * the one before, without which DIFF and RATE have nothing to begin with.
 */
function firstPeriod({ after, periodMs, locator }: PlannedSeries): number {
  const skipped = locator.kind === 'cloudwatch' ? 1 : 0;
  return (Math.floor(after / periodMs) + skipped) * periodMs;
}

/** What is wanted twice over the same span is one series; over another span it shares its queries. */
function merged(wanted: readonly WantedSeries[]): PlannedSeries[] {
  const byKey = new Map<string, WantedSeries[]>();
  for (const want of wanted) {
    const { series, periodMs, after, until, locator } = want;
    const minSamples = locator.kind === 'cloudwatch' ? locator.minSamples : undefined;
    const key = JSON.stringify([series.id, minSamples, periodMs, after, until]);
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [want]);
    else same.push(want);
  }
  const idOf = createQueryIds();
  return [...byKey.values()].map((same) => {
    const { locator, periodMs, after, until } = same[0]!;
    const requests = same.map((want) => want.index);
    return { locator, periodMs, after, until, requests, ...queriesOf(locator, periodMs, idOf) };
  });
}

/** What goes into one request as a whole: the series that share metrics, or each where they are too many. */
function partsOf(series: readonly PlannedSeries[]): readonly (readonly PlannedSeries[])[] {
  return groupsOf(series).flatMap((group) => {
    const load = loadOf(group);
    const whole = isShort(load, spanKindOf(group[0]!)) && isSmall(load);
    return whole ? [group] : group.map((one) => [one]);
  });
}

interface Group {
  readonly series: PlannedSeries[];
  readonly keys: Set<string>;
}

/** The series of like span that share metrics, for these are billed together; short spans first. */
function groupsOf(series: readonly PlannedSeries[]): readonly (readonly PlannedSeries[])[] {
  const groups = new Set<Group>();
  const byKey = new Map<string, Group>();
  for (const one of series) {
    const keys = one.metrics.map((metric) => `${spanKindOf(one)} ${metric}`);
    const related = new Set(keys.flatMap((key) => byKey.get(key) ?? []));
    const [home = { series: [], keys: new Set<string>() }, ...others] = related;
    groups.add(home);
    home.series.push(one, ...others.flatMap((other) => other.series));
    for (const key of [...keys, ...others.flatMap((other) => [...other.keys])]) {
      home.keys.add(key);
      byKey.set(key, home);
    }
    for (const other of others) groups.delete(other);
  }
  return [...groups]
    .map((group) => group.series)
    .sort(([a], [b]) => spanKindOf(a!) - spanKindOf(b!));
}

/** 0 for a span of up to three hours, and one more for each multiple. */
function spanKindOf({ after, until }: PlannedSeries): number {
  return Math.max(0, Math.ceil(Math.log((until - after) / RECENT_MS) / Math.log(SPAN_RATIO)));
}
