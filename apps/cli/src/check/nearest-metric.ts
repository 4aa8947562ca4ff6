import type { MetricName } from '@plumbline/aws-adapters';
import type { CloudWatchMetric, CloudWatchPlace } from '@plumbline/core';
import type { AccountMetrics } from '../source/account-metrics.ts';
import { nearestOf } from '../source/nearest.ts';

/** 10,000 metrics of a namespace: a list to find a name in, not to be complete. */
const MOST_PAGES = 20;

const ANY = '*';

/** Whether a metric is there, and else what is. */
export interface Existence {
  readonly exists: boolean;
  /** What there is to say, in one line. */
  readonly text: string;
}

/** Looks for metrics that gave nothing; what was listed once is not asked for again. */
export function createMetricFinder(
  account: AccountMetrics,
): (metric: CloudWatchMetric, place: CloudWatchPlace) => Promise<Existence> {
  const known = new Map<string, Promise<readonly MetricName[]>>();
  const list = ({ region, role }: CloudWatchPlace, namespace?: string) => {
    const key = JSON.stringify([region, role, namespace]);
    const listed =
      known.get(key) ??
      account
        .list({ region, role, namespace, mostPages: MOST_PAGES })
        .then(({ metrics }) => metrics);
    known.set(key, listed);
    return listed;
  };
  return async (wanted, place) => {
    const own = await list(place, wanted.namespace);
    if (own.length > 0) return within(wanted, own);
    return elsewhere(wanted, await list(place));
  };
}

/** The namespace has nothing: another has what was meant, or is called nearly so. */
function elsewhere({ namespace, metric }: CloudWatchMetric, all: readonly MetricName[]): Existence {
  const nothing = `namespace ${namespace} has had no metric for two weeks`;
  const same = all.find((other) => other.metric === metric);
  const near = nearestOf(namespace, distinct(all.map((other) => other.namespace)));
  const hint =
    same !== undefined
      ? `; ${metric} is in ${same.namespace}, with ${dimensionsText(same)}`
      : near === undefined
        ? ''
        : `; did you mean ${near}?`;
  return { exists: false, text: nothing + hint };
}

function within(wanted: CloudWatchMetric, own: readonly MetricName[]): Existence {
  const { namespace, metric, dimensions } = wanted;
  const called = own.filter((other) => other.metric === metric);
  if (called.length === 0) {
    const near = nearestOf(metric, distinct(own.map((other) => other.metric)));
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return { exists: false, text: `${namespace} has had no metric ${metric} for two weeks${hint}` };
  }
  const names = Object.keys(dimensions);
  const alike = called.filter((other) => sameNames(Object.keys(other.dimensions), names));
  if (alike.length === 0) {
    const most = [...called].sort((a, b) => shared(b, names) - shared(a, names))[0]!;
    const text = `${metric} has ${dimensionsText(most)}, not ${namesText(names)}`;
    return { exists: false, text };
  }
  const fits = ({ dimensions: found }: MetricName): boolean =>
    names.every((name) => dimensions[name] === ANY || dimensions[name] === found[name]);
  if (alike.some(fits))
    return { exists: true, text: 'it is listed, and had no sample in this time' };
  for (const name of names) {
    const value = dimensions[name]!;
    const values = distinct(alike.map((other) => other.dimensions[name]!));
    if (value === ANY || values.includes(value)) continue;
    const near = nearestOf(value, values) ?? values[0];
    return { exists: false, text: `${metric} has no ${name} ${value}; there is ${near}` };
  }
  return { exists: false, text: `${metric} has no series with all of these dimensions` };
}

function shared({ dimensions }: MetricName, names: readonly string[]): number {
  return names.filter((name) => Object.hasOwn(dimensions, name)).length;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function dimensionsText({ dimensions }: MetricName): string {
  return namesText(Object.keys(dimensions));
}

function namesText(names: readonly string[]): string {
  if (names.length === 0) return 'no dimensions';
  return `the dimension${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
