import { type CloudWatchClient, ListMetricsCommand, type Metric } from '@aws-sdk/client-cloudwatch';
import {
  type CloudWatchLocator,
  type Incomplete,
  isoTime,
  type MetricSource,
  type Series,
} from '@plumbline/core';
import { AwsCallError } from '../aws-call-error.ts';
import type { AwsClients } from '../clients.ts';
import { withinTime } from '../time-limit.ts';
import { ANY, seriesOf } from './series-name.ts';

/**
 * ListMetrics takes so many dimensions as a filter, and answers 500 metrics a page.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
 */
const MOST_FILTERS = 10;
const METRICS_PER_PAGE = 500;
/** 10,000 metrics: more than a function should watch, or an attacker should make it list. */
const MOST_PAGES = 20;
/** How long a run waits for a newer list when it has an older one, ms. */
const REFRESH_LIMIT_MS = 5_000;
/** A new metric takes up to this long to be listed at all, so looking more often finds nothing more. */
const NEW_METRIC_LISTED_MS = 15 * 60_000;

/**
 * What CloudWatch lets names and values of dimensions be; anything else did not come from it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

export interface DiscoveryOptions {
  /** How long what was found is good for, ms; 15 minutes unless told. */
  readonly keepMs?: number;
  /** The time, ms since the epoch; the clock unless told. */
  readonly now?: () => number;
}

/**
 * Finds the metrics that a locator stands for: itself, unless a dimension is `*`. Found are metrics
 * with exactly the dimensions of the locator, sorted. What was found is kept for a while, and longer,
 * with a remark, when CloudWatch does not answer.
 *
 * A metric that has been silent for two weeks is not found.
 */
export function createDiscovery(
  clients: Pick<AwsClients, 'region' | 'cloudWatch'>,
  { keepMs = NEW_METRIC_LISTED_MS, now = Date.now }: DiscoveryOptions,
): MetricSource['discover'] {
  const known = new Map<string, Found>();
  return async (locator, { remainingMs = () => Number.POSITIVE_INFINITY, onIncomplete } = {}) => {
    if (locator.kind === 'csv') throw new TypeError('a series of csv is not in CloudWatch');
    if (locator.kind === 'cloudwatch-expression' || !isPattern(locator)) {
      return [seriesOf(locator, clients.region)];
    }
    const key = JSON.stringify(locator);
    const kept = known.get(key);
    if (kept !== undefined && now() - kept.at < keepMs) {
      if (kept.more) onIncomplete?.(MORE);
      return kept.series;
    }
    const begun = performance.now();
    const limitMs = kept === undefined ? Number.POSITIVE_INFINITY : REFRESH_LIMIT_MS;
    const enoughMs = (): number => Math.min(remainingMs(), limitMs - (performance.now() - begun));
    try {
      const { metrics, more } = await list(clients.cloudWatch(locator), locator, enoughMs);
      const series = metrics
        .flatMap((metric) => matching(metric, locator))
        .map((dimensions) => seriesOf({ ...locator, dimensions }, clients.region, locator))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      known.set(key, { at: now(), series, more });
      if (more) onIncomplete?.(MORE);
      return series;
    } catch (error) {
      if (kept === undefined || !(error instanceof AwsCallError)) throw error;
      const reason = `${error.message}; watching what was found at ${isoTime(kept.at)}`;
      onIncomplete?.({ reason, retryable: error.retryable });
      return kept.series;
    }
  };
}

interface Found {
  /** When it was looked for, ms since the epoch. */
  readonly at: number;
  readonly series: readonly Series[];
  /** There are metrics that were not looked at. */
  readonly more: boolean;
}

const MORE: Incomplete = {
  reason: `more than ${MOST_PAGES * METRICS_PER_PAGE} metrics match, the rest is not looked at: name more of the dimensions`,
  retryable: false,
};

function isPattern({ dimensions }: CloudWatchLocator): boolean {
  return Object.values(dimensions).includes(ANY);
}

async function list(
  client: CloudWatchClient,
  locator: CloudWatchLocator,
  remainingMs: () => number,
): Promise<{ readonly metrics: Metric[]; readonly more: boolean }> {
  const filters = Object.entries(locator.dimensions).map(([Name, Value]) => {
    return Value === ANY ? { Name } : { Name, Value };
  });
  const metrics: Metric[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const command = new ListMetricsCommand({
      Namespace: locator.namespace,
      MetricName: locator.metric,
      Dimensions: filters.slice(0, MOST_FILTERS),
      NextToken: token,
    });
    const output = await withinTime(remainingMs, (abortSignal) =>
      client.send(command, abortSignal && { abortSignal }),
    ).catch((error: unknown) => {
      throw new AwsCallError('ListMetrics', error);
    });
    metrics.push(...(output.Metrics ?? []));
    token = output.NextToken;
    if (!token) return { metrics, more: false };
  }
  return { metrics, more: true };
}

/** The dimensions of a metric that has just those of the locator; none otherwise. */
function matching(
  { Dimensions = [] }: Metric,
  locator: CloudWatchLocator,
): Readonly<Record<string, string>>[] {
  const found = new Map(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
  const names = Object.keys(locator.dimensions);
  const fits =
    found.size === names.length &&
    names.every((name) => {
      const value = found.get(name);
      const wanted = locator.dimensions[name];
      return (
        value !== undefined && PRINTABLE_ASCII.test(value) && (wanted === ANY || wanted === value)
      );
    });
  return fits ? [Object.fromEntries(names.map((name) => [name, found.get(name)!]))] : [];
}
