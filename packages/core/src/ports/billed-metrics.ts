import type { CloudWatchMetric } from './metric-source.ts';

/** A metric that is asked for: where, under which period, under which statistic. */
export interface AskedMetric {
  /** Region and role, in one text: what is asked for elsewhere is another request. */
  readonly place: string;
  readonly periodMs: number;
  readonly metric: Omit<CloudWatchMetric, 'statistic'>;
}

/**
 * Statistics of one metric that a request of GetMetricData may ask for at the price of one metric.
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
const STATISTICS_BILLED_AS_ONE = 5;

/** How many metrics so many statistics of one metric are billed as, when one request asks for them. */
export function billedAs(statistics: number): number {
  return Math.ceil(statistics / STATISTICS_BILLED_AS_ONE);
}

/**
 * How many metrics are billed of what is asked for at one time, each entry being one statistic.
 *
 * Billed is what is asked for, whether or not it is there; of math its operands. AWS does not say
 * whether a metric under two periods is one: here it counts as two, so that the bill is at most this.
 */
export function billedMetrics(asked: readonly AskedMetric[]): number {
  const statistics = new Map<string, number>();
  for (const { place, periodMs, metric } of asked) {
    const key = `${place} ${periodMs} ${metricIdentity(metric)}`;
    statistics.set(key, (statistics.get(key) ?? 0) + 1);
  }
  let billed = 0;
  for (const count of statistics.values()) billed += billedAs(count);
  return billed;
}

/**
 * Names a metric whatever its statistic, URL-like: `AWS%2FEC2/CPUUtilization?InstanceId=i-1`. The order of its
 * dimensions means nothing, and no name can imitate another.
 */
export function metricIdentity({
  namespace,
  metric,
  dimensions,
}: Omit<CloudWatchMetric, 'statistic'>): string {
  const named = Object.entries(dimensions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.map(encodeURIComponent).join('='));
  const query = named.length === 0 ? '' : `?${named.join('&')}`;
  return `${encodeURIComponent(namespace)}/${encodeURIComponent(metric)}${query}`;
}
