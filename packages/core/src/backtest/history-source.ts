import type { CloudWatchMetric, MetricSource, ReadRequest } from '../ports/metric-source.ts';
import { NO_SAMPLES, type Samples, samplesBetween } from '../series/samples.ts';
import type { BacktestSeries } from './backtest.ts';

/** What a source was asked for. */
export interface ReadCount {
  /** Requests of one series. */
  readonly requests: number;
  /** What CloudWatch bills: up to five statistics of one metric in one slot are one; of math its operands. */
  readonly metrics: number;
}

/** @see https://aws.amazon.com/cloudwatch/pricing/ */
const STATISTICS_BILLED_AS_ONE = 5;

/** The history of the series, which counts what it is asked for: each call is one slot's. */
export function createHistorySource(
  series: readonly BacktestSeries[],
): MetricSource & { reads(): ReadCount } {
  const histories = new Map(
    series.map(({ watched: { series: of, monitor }, samples }) => [
      keyOf({ series: of, periodMs: monitor.periodMs }),
      samples,
    ]),
  );
  let [requested, metrics] = [0, 0];
  return {
    reads: () => ({ requests: requested, metrics }),
    async discover() {
      return series.map(({ watched }) => watched.series);
    },
    async read(requests) {
      requested += requests.length;
      metrics += billedMetrics(requests);
      return requests.map((request) => ({
        status: 'complete',
        ...between(histories.get(keyOf(request)), request),
      }));
    },
  };
}

function between(samples: Samples = NO_SAMPLES, { after, until }: ReadRequest): Samples {
  return samplesBetween(samples, after, until);
}

/** The same metric under two periods has two histories. */
function keyOf({ series, periodMs }: Pick<ReadRequest, 'series' | 'periodMs'>): string {
  return `${periodMs} ${series.id}`;
}

function billedMetrics(requests: readonly ReadRequest[]): number {
  const statistics = new Map<string, number>();
  for (const { series, periodMs } of requests) {
    const { locator } = series;
    if (locator.kind === 'csv') continue;
    const { region = '', role = '' } = locator;
    const asked = locator.kind === 'cloudwatch' ? [locator] : Object.values(locator.metrics);
    for (const metric of asked) {
      const key = JSON.stringify([region, role, periodMs, ...identity(metric)]);
      statistics.set(key, (statistics.get(key) ?? 0) + 1);
    }
  }
  let billed = 0;
  for (const count of statistics.values()) billed += Math.ceil(count / STATISTICS_BILLED_AS_ONE);
  return billed;
}

function identity({ namespace, metric, dimensions }: CloudWatchMetric): string[] {
  const named = Object.entries(dimensions).map(([name, value]) => JSON.stringify([name, value]));
  return [namespace, metric, ...named.sort()];
}
