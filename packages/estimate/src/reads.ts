import type { Config } from '@plumbline/config';
import { billedAs, type CloudWatchMetric, type Monitor, metricIdentity } from '@plumbline/core';
import { discovers, placeOf, readEveryMs } from './monitors.ts';
import { MONTH_MS } from './month.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const METRICS_PER_LIST = 500;

/** What was found is good for so long, in one environment of the function. */
const LIST_MINUTES = 15;

/** A metric that is asked for, of so many series, in the requests of so many monitors. */
interface Asked {
  readonly statistics: Set<string>;
  readonly monitors: Set<number>;
  readonly everyMs: number;
  series: number;
}

/**
 * Metrics that GetMetricData is asked for in a month, by monitor. Billed is each metric in each request, whatever the
 * number of its samples and, up to five, of its statistics; of math its operands. Monitors that ask for one metric at
 * the same time share it and its price, but with several shards, where they may be in two.
 *
 * A monitor that names a metric which another one finds by `*` shares it too; here both pay, so that it is at most this.
 */
export function metricsRead({ monitors, deploy }: Config): number[] {
  const asked = new Map<string, Asked>();
  monitors.forEach((monitor, index) => {
    const everyMs = readEveryMs(monitor, deploy.scheduleMinutes);
    for (const metric of metricsOf(monitor)) {
      const apart = deploy.shards === 1 ? '' : monitor.name;
      const key = [
        placeOf(monitor),
        metricIdentity(metric),
        monitor.periodMs,
        everyMs,
        apart,
      ].join();
      const known = asked.get(key) ?? {
        statistics: new Set(),
        monitors: new Set(),
        everyMs,
        series: 0,
      };
      known.statistics.add(metric.statistic);
      known.monitors.add(index);
      known.series = Math.max(known.series, monitor.maxSeries ?? 1);
      asked.set(key, known);
    }
  });
  const read = monitors.map(() => 0);
  for (const { statistics, monitors: sharing, everyMs, series } of asked.values()) {
    const each = (billedAs(statistics.size) * series * (MONTH_MS / everyMs)) / sharing.size;
    for (const index of sharing) read[index]! += each;
  }
  return read;
}

function metricsOf({ source }: Monitor): readonly CloudWatchMetric[] {
  if (source.kind === 'csv') return [];
  if (source.kind === 'cloudwatch-expression') return Object.values(source.metrics);
  // How many measurements a sample rests on is a statistic of the same metric.
  return source.minSamples === undefined
    ? [source]
    : [source, { ...source, statistic: 'SampleCount' }];
}

/**
 * Requests of ListMetrics in a month. With several shards the planner may meet another environment in each slot,
 * which has to look anew: at most this.
 *
 * @param found - metrics that match, which may be more than are watched
 */
export function listRequests(
  { monitors, deploy }: Config,
  found: (monitor: Monitor) => number,
): number {
  const { scheduleMinutes, shards } = deploy;
  const everyMinutes =
    shards === 1 ? Math.ceil(LIST_MINUTES / scheduleMinutes) * scheduleMinutes : scheduleMinutes;
  const pages = new Map<string, number>();
  for (const monitor of monitors.filter(discovers)) {
    pages.set(
      JSON.stringify(monitor.source),
      Math.max(1, Math.ceil(found(monitor) / METRICS_PER_LIST)),
    );
  }
  const all = [...pages.values()].reduce((sum, count) => sum + count, 0);
  return (all * MONTH_MS) / (everyMinutes * 60_000);
}
