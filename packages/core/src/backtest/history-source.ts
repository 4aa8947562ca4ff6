import { type AskedMetric, billedMetrics } from '../ports/billed-metrics.ts';
import type { MetricSource, ReadRequest } from '../ports/metric-source.ts';
import { NO_SAMPLES, type Samples, samplesBetween } from '../series/samples.ts';
import type { BacktestSeries } from './backtest.ts';

/** What a source was asked for. */
export interface ReadCount {
  /** Requests of one series. */
  readonly requests: number;
  /** What CloudWatch bills for them, each slot being a request. */
  readonly metrics: number;
}

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
      metrics += billedMetrics(requests.flatMap(askedOf));
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

function askedOf({ series: { locator }, periodMs }: ReadRequest): readonly AskedMetric[] {
  if (locator.kind === 'csv') return [];
  const place = JSON.stringify([locator.region, locator.role]);
  const metrics = locator.kind === 'cloudwatch' ? [locator] : Object.values(locator.metrics);
  return metrics.map((metric) => ({ place, periodMs, metric }));
}
