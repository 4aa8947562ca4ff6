import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { createCloudWatchMetricSource } from '@plumbline/aws-adapters';
import type {
  CloudWatchLocator,
  MetricLocator,
  ReadOptions,
  ReadRequest,
  ReadResult,
  Samples,
  Series,
} from '@plumbline/core';
import { PERIOD_MS, samplesOf, timeOf } from '@plumbline/core/testing';
import type { AwsDouble, Place } from '@plumbline/harness';
import { startAws } from './aws.ts';

const DAY_MS = 86_400_000;

/** The time of the double: nine days after the first sample, of which nothing is forgotten yet. */
export const NOW = timeOf(0) + 9 * DAY_MS;

/** Twelve periods from the first sample on. */
export const SPAN = { periodMs: PERIOD_MS, after: timeOf(-1), until: timeOf(12) } as const;

/** The latency of a host, unless told otherwise. */
export function locatorOf(
  host: string,
  changes: Partial<CloudWatchLocator> = {},
): CloudWatchLocator {
  return {
    kind: 'cloudwatch',
    namespace: 'Shop',
    metric: 'Latency',
    dimensions: { Host: host },
    statistic: 'Average',
    ...changes,
  };
}

/** A series that nobody has discovered. */
export function seriesOf(locator: MetricLocator): Series {
  return { id: JSON.stringify(locator), locator, metric: 'Latency', resource: null };
}

/** What a request asks of its series, all of them over the same span. */
type Span = Omit<ReadRequest, 'series'>;

/** A double with metrics in it, and the source that reads them. */
export async function startMetrics() {
  const { aws, clients } = await startAws({ now: () => NOW });
  const source = createCloudWatchMetricSource(clients, { now: () => NOW });
  return {
    aws,
    clients,
    source,
    /** One sample a period from the first on, NaN for none; or samples as they are. */
    put(
      { namespace, metric, dimensions, region }: CloudWatchLocator,
      samples: readonly number[] | Samples,
      place: Place = {},
    ) {
      const where = { ...(region === undefined ? {} : { region }), ...place };
      const measured = 'timestamps' in samples ? samples : samplesOf(samples);
      aws.cloudwatch.put({ namespace, metric, dimensions, ...where }, measured);
    },
    /** Reads single series, as they are discovered. */
    async read(
      locators: readonly MetricLocator[],
      { remainingMs, ...span }: Partial<Span> & ReadOptions = {},
    ): Promise<readonly ReadResult[]> {
      const found = await Promise.all(locators.map((locator) => source.discover(locator)));
      const requests = found.flat().map((series) => ({ series, ...SPAN, ...span }));
      return source.read(requests, remainingMs && { remainingMs });
    },
  };
}

/** The values of a result that has any. */
export function valuesOf(result: ReadResult | undefined): number[] {
  if (result === undefined || !('values' in result)) {
    throw new Error(`expected samples, got ${JSON.stringify(result)}`);
  }
  return Array.from(result.values);
}

/** The queries that a recorded call asked for. */
export function queriesOf({ input }: AwsDouble['calls'][number]): readonly MetricDataQuery[] {
  return (input as { MetricDataQueries: readonly MetricDataQuery[] }).MetricDataQueries;
}

/** The host that a query asks for; undefined when it asks for math. */
export function hostOf({ MetricStat }: MetricDataQuery): string | undefined {
  return MetricStat?.Metric?.Dimensions?.find(({ Name }) => Name === 'Host')?.Value;
}
