import type { ReadRequest } from '@plumbline/core';
import { billedTogether, queriesOf, type SeriesQueries } from './queries.ts';
import type { ConcreteLocator } from './series-name.ts';

/**
 * Limits of one request.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export const MOST_QUERIES = 500;
export const MOST_DATAPOINTS = 100_800;

/** A span up to this is read under a higher quota of datapoints per second, ms. */
const RECENT_MS = 3 * 3_600_000;
/** Spans are read together when none is longer than this many times another, roughly. */
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
  const calls: PlannedSeries[][] = [];
  let kind = Number.NaN;
  for (const group of groupsOf(merged(wanted))) {
    const current = calls.at(-1);
    const spanKind = spanKindOf(group[0]!);
    if (current !== undefined && kind === spanKind && fits([...current, ...group])) {
      current.push(...group);
    } else {
      calls.push(...inLimits(group));
      kind = spanKind;
    }
  }
  return calls.map(callOf);
}

/** One request for these series. */
export function callOf(series: readonly PlannedSeries[]): PlannedCall {
  const longest = Math.max(...series.map(({ periodMs }) => periodMs));
  const first = Math.min(...series.map(firstPeriod));
  const last = Math.max(...series.map(({ until }) => until));
  const start = Math.floor(first / longest) * longest;
  // Not before the start, even where nothing can lie in between: that would be refused.
  const end = Math.max(Math.ceil(last / longest) * longest, start + longest);
  return { series, start, end };
}

/**
 * Start of the first period to be asked for: that of the first sample that may be wanted, and for math
 * the one before, without which DIFF and RATE have nothing to begin with.
 */
function firstPeriod({ after, periodMs, locator }: PlannedSeries): number {
  const skipped = locator.kind === 'cloudwatch' ? 1 : 0;
  return (Math.floor(after / periodMs) + skipped) * periodMs;
}

/** What is wanted twice over the same span is read once. */
function merged(wanted: readonly WantedSeries[]): PlannedSeries[] {
  const byKey = new Map<string, WantedSeries[]>();
  for (const want of wanted) {
    const { series, periodMs, after, until, locator } = want;
    const minSamples = locator.kind === 'cloudwatch' ? locator.minSamples : undefined;
    const key = JSON.stringify([series.id, minSamples, periodMs, after, until]);
    byKey.set(key, [...(byKey.get(key) ?? []), want]);
  }
  return [...byKey.values()].map((same, index) => {
    const { locator, periodMs, after, until } = same[0]!;
    const requests = same.map((want) => want.index);
    return { locator, periodMs, after, until, requests, ...queriesOf(locator, periodMs, index) };
  });
}

/** Series that are billed together, groups of like span next to each other. */
function groupsOf(series: readonly PlannedSeries[]): PlannedSeries[][] {
  const groups = new Map<string, PlannedSeries[]>();
  for (const one of series) {
    const key = `${spanKindOf(one)} ${billedTogether(one.locator)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].sort(([a], [b]) => spanKindOf(a!) - spanKindOf(b!));
}

/** 0 for a span of up to three hours, and one more for each multiple. */
function spanKindOf({ after, until }: PlannedSeries): number {
  return Math.max(0, Math.ceil(Math.log((until - after) / RECENT_MS) / Math.log(SPAN_RATIO)));
}

function fits(series: readonly PlannedSeries[]): boolean {
  const { start, end } = callOf(series);
  let queries = 0;
  let datapoints = 0;
  for (const one of series) {
    queries += one.queries.length;
    const returned = one.countId === undefined ? 1 : 2;
    datapoints += returned * Math.ceil((end - start) / one.periodMs);
  }
  return queries <= MOST_QUERIES && datapoints <= MOST_DATAPOINTS;
}

/** A group, in parts when it alone is more than a request takes; paging does the rest. */
function inLimits(group: readonly PlannedSeries[]): PlannedSeries[][] {
  const parts: PlannedSeries[][] = [];
  for (const one of group) {
    const part = parts.at(-1);
    if (part !== undefined && fits([...part, one])) part.push(one);
    else parts.push([one]);
  }
  return parts;
}
