import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type CloudWatchMetric,
  isoTime,
  type MetricLocator,
  type Monitor,
  messageOf,
  slotOf,
} from '@plumbline/core';
import { type CsvSeries, parseCsv } from '@plumbline/core/files';
import type { MetricSamples } from '../put-samples.ts';
import { REPOSITORY } from '../repository.ts';
import { UsageError } from './problem.ts';

/** What a monitor will find. */
export interface Example {
  readonly metrics: readonly MetricSamples[];
  /** Where the samples are from and where they end, for people. */
  readonly description: string;
}

/**
 * Moments within the labelled anomalies of the Numenta Anomaly Benchmark, each the first sample of
 * its window that stands out, with a week of history before it.
 */
const ANOMALIES = {
  either: [
    ['rds_cpu_utilization_cc0c53.csv', '2014-02-25T07:15:00Z'],
    ['elb_request_count_8c0756.csv', '2014-04-22T19:34:00Z'],
    ['ec2_cpu_utilization_24ae8d.csv', '2014-02-26T22:05:00Z'],
    ['ec2_cpu_utilization_fe7f93.csv', '2014-02-22T00:02:00Z'],
    ['ec2_cpu_utilization_5f5533.csv', '2014-02-24T21:57:00Z'],
  ],
  below: [['grok_asg_anomaly.csv', '2014-01-29T00:45:00Z']],
} as const;

const EXAMPLES = join(REPOSITORY, 'examples/local-run/data');

/** Measurements that a sample rests on where a percentile wants many. */
const MANY_MEASUREMENTS = 100;

/** What a `*` stands for. */
const ANY_VALUE = 'example';

/**
 * A real series for each monitor, moved in time so that its anomaly, or its last row, is the newest
 * settled sample at `slot`. Monitors of one metric share the series of the first of them.
 *
 * @param data - a CSV file for all monitors in place of the examples
 * @throws {UsageError} the file cannot be used
 */
export function exampleSeries(
  monitors: readonly Monitor[],
  {
    slot,
    region,
    data,
  }: { readonly slot: number; readonly region: string; readonly data?: string | undefined },
): Example[] {
  const taken = new Set<string>();
  return monitors.map((monitor, index) => {
    const { file, moment } = data === undefined ? anomalyFor(monitor, index) : { file: data };
    const { samples, periodMs } = readSeries(file);
    const endMs = moment ?? samples.timestamps.at(-1) ?? 0;
    const newest = slotOf(slot - monitor.periodMs - monitor.settleMs, monitor.periodMs);
    const oldest = newest - monitor.trainingMs - monitor.periodMs;

    // A row of the file is a period of the monitor, whatever time lies between two rows.
    const byTime = new Map<number, number>();
    samples.timestamps.forEach((timestamp, i) => {
      const rowsBefore = Math.round((endMs - timestamp) / (periodMs || monitor.periodMs));
      const time = newest - rowsBefore * monitor.periodMs;
      if (rowsBefore >= 0 && time >= oldest) byTime.set(time, samples.values[i]!);
    });
    const metrics = metricsOf(monitor.source, region, byTime).filter((samples) => {
      const key = JSON.stringify([
        samples.region,
        samples.namespace,
        samples.metric,
        samples.dimensions,
      ]);
      const isFirst = !taken.has(key);
      taken.add(key);
      return isFirst;
    });
    if (metrics.length === 0) return { metrics, description: 'as put for a monitor above' };
    const what = moment === undefined ? 'its last row' : 'a labelled anomaly';
    return {
      metrics,
      description:
        `${basename(file)}, ${byTime.size} samples; ${isoTime(endMs)}, ${what}, ` +
        `is now ${isoTime(newest)}`,
    };
  });
}

function anomalyFor({ direction }: Monitor, index: number): { file: string; moment: number } {
  const suited = ANOMALIES[direction === 'below' ? 'below' : 'either'];
  const [file, moment] = suited[index % suited.length]!;
  return { file: join(EXAMPLES, file), moment: Date.parse(moment) };
}

function readSeries(file: string): CsvSeries {
  try {
    const series = parseCsv(readFileSync(file, 'utf8'));
    if (series.samples.values.length > 0) return series;
  } catch (error) {
    throw new UsageError(`cannot use the data of ${file}: ${messageOf(error)}`);
  }
  throw new UsageError(
    `cannot use the data of ${file}: expected rows of timestamp,value, got none`,
  );
}

/** The series as metrics of CloudWatch. Of an expression's metrics one varies, the others are 1. */
function metricsOf(
  locator: MetricLocator,
  ownRegion: string,
  byTime: ReadonlyMap<number, number>,
): MetricSamples[] {
  if (locator.kind === 'csv') return [];
  const region = locator.region ?? ownRegion;
  if (locator.kind === 'cloudwatch') return [samplesOf(locator, region, byTime)];
  const ones = new Map([...byTime.keys()].map((time) => [time, 1]));
  return Object.values(locator.metrics).map((metric, index) =>
    samplesOf(metric, region, index === 0 ? byTime : ones),
  );
}

function samplesOf(
  { namespace, metric, dimensions, statistic }: CloudWatchMetric,
  region: string,
  byTime: ReadonlyMap<number, number>,
): MetricSamples {
  const sorted = [...byTime].sort(([a], [b]) => a - b);
  // The number of measurements is what this statistic says; a percentile rests on many; elsewhere one
  // measurement is the sample.
  const countOf = (value: number): number =>
    statistic === 'SampleCount'
      ? Math.round(value)
      : isPercentile(statistic)
        ? MANY_MEASUREMENTS
        : 1;
  const given = Object.entries(dimensions).map(([name, value]) => [
    name,
    value === '*' ? ANY_VALUE : value,
  ]);
  return {
    namespace,
    metric,
    dimensions: Object.fromEntries(given),
    region,
    timestamps: sorted.map(([time]) => time),
    values: sorted.map(([, value]) => value),
    counts: sorted.map(([, value]) => countOf(value)),
  };
}

/** Anything but the five plain statistics: p99, tm90, IQM, ... */
export function isPercentile(statistic: string): boolean {
  return !['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'].includes(statistic);
}
