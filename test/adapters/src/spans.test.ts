import { PERIOD_MS, timeOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { locatorOf, NOW, startMetrics, valuesOf } from './testing/metrics.ts';

const HOUR_MS = 3_600_000;

describe('a span', () => {
  test.each([
    ['both ends on samples', timeOf(1), timeOf(4), [2, 3]],
    ['both just outside', timeOf(1) - 1, timeOf(4) + 1, [1, 2, 3, 4]],
    ['both just inside', timeOf(1) + 1, timeOf(4) - 1, [2, 3]],
    ['a beginning within a period', timeOf(1) + 90_000, timeOf(4), [2, 3]],
    ['an end within a period, which has begun', timeOf(1), timeOf(3) + 90_000, [2, 3]],
    ['within one period', timeOf(1) + 1, timeOf(1) + 2, []],
    ['from one sample to the next', timeOf(1), timeOf(2), []],
    ['without any room', timeOf(1), timeOf(1), []],
    ['after all samples', timeOf(9), timeOf(30), []],
    ['before all samples', timeOf(-30), timeOf(0), []],
  ])('leaves out its ends: %s', async (_, after, until, values) => {
    const { put, read } = await startMetrics();
    put(locatorOf('web'), [0, 1, 2, 3, 4, 5]);

    const results = await read([locatorOf('web')], { after, until });

    expect(results).toMatchObject([{ status: 'complete', values }]);
  });

  /**
   * CloudWatch computes faster over a span that begins and ends with periods, and rounds others down.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html#API_GetMetricData_RequestParameters
   */
  test.each([
    ['five minutes', PERIOD_MS, timeOf(6), timeOf(40)],
    ['an hour', HOUR_MS, timeOf(12), timeOf(48)],
  ])('is asked for in whole periods of %s', async (_, periodMs, start, end) => {
    const { aws, read } = await startMetrics();

    await read([locatorOf('web')], { periodMs, after: timeOf(5) + 1, until: timeOf(40) - 1 });

    expect(callsOf(aws, 'GetMetricData')).toMatchObject([
      { input: { StartTime: start / 1_000, EndTime: end / 1_000 } },
    ]);
  });

  test('is that of each series, also where a request asks for more of them together', async () => {
    const { aws, put, source } = await startMetrics();
    for (const host of ['web', 'db']) put(locatorOf(host), [0, 1, 2, 3, 4, 5]);
    const [web] = await source.discover(locatorOf('web'));
    const [db] = await source.discover(locatorOf('db'));

    const results = await source.read([
      { series: web!, periodMs: PERIOD_MS, after: timeOf(0), until: timeOf(3) },
      { series: db!, periodMs: PERIOD_MS, after: timeOf(2), until: timeOf(5) },
    ]);

    expect(results.map(valuesOf)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1);
  });

  test('holds periods of different length in one request, each series in its own', async () => {
    const { aws, put, source } = await startMetrics();
    put(locatorOf('web'), [
      ...Array.from({ length: 12 }, () => 1),
      ...Array.from({ length: 12 }, () => 3),
    ]);
    const [web] = await source.discover(locatorOf('web'));
    const span = { series: web!, after: timeOf(-1), until: timeOf(24) };

    const [hours, fives] = await source.read([
      { ...span, periodMs: HOUR_MS },
      { ...span, periodMs: PERIOD_MS, after: timeOf(10), until: timeOf(13) },
    ]);

    expect(hours).toMatchObject({ timestamps: [timeOf(0), timeOf(12)], values: [1, 3] });
    expect(fives).toMatchObject({ timestamps: [timeOf(11), timeOf(12)], values: [1, 3] });
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1);
  });

  test('of a metric that is silent, or was never there, is complete and empty', async () => {
    const { put, read } = await startMetrics();
    put(locatorOf('silent'), [1]);

    const results = await read([locatorOf('silent'), locatorOf('nobody')], {
      after: NOW - HOUR_MS,
      until: NOW,
    });

    const nothing = { status: 'complete', timestamps: [], values: [], withheld: 0 };
    expect(results).toEqual([nothing, nothing]);
  });
});

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Percentiles */
describe('a percentile', () => {
  const locator = locatorOf('web', { statistic: 'p90', minSamples: 10 });
  const measured = (counts: readonly number[]) => ({
    timestamps: counts.map((_, i) => timeOf(i)),
    values: counts.map((_, i) => i),
    counts,
  });

  test('that rests on too few measurements is withheld, and counted', async () => {
    const { aws, read } = await startMetrics();
    aws.cloudwatch.put(locator, measured([10, 9, 1, 200]));

    expect(await read([locator])).toEqual([
      { status: 'complete', timestamps: [timeOf(0), timeOf(3)], values: [0, 3], withheld: 2 },
    ]);
  });

  test('of a period without measurements is no sample, and not withheld either', async () => {
    const { aws, read } = await startMetrics();
    aws.cloudwatch.put(locator, { timestamps: [timeOf(3)], values: [5], counts: [10] });

    expect(await read([locator])).toMatchObject([{ values: [5], withheld: 0 }]);
  });

  test('is used whatever it rests on, and asked for alone, unless told otherwise', async () => {
    const { aws, read } = await startMetrics();
    aws.cloudwatch.put(locator, measured([10, 1]));

    expect(await read([locatorOf('web', { statistic: 'p90' })])).toMatchObject([
      { values: [0, 1], withheld: 0 },
    ]);
    expect(callsOf(aws, 'GetMetricData')).toMatchObject([
      { input: { MetricDataQueries: [{ MetricStat: { Stat: 'p90' } }] } },
    ]);
  });

  test('is not the same series with another demand on its measurements', async () => {
    const { aws, read } = await startMetrics();
    aws.cloudwatch.put(locator, measured([10, 50]));

    const results = await read([locator, { ...locator, minSamples: 50 }]);

    expect(results.map(valuesOf)).toEqual([[0, 1], [1]]);
  });

  test.each([
    ['the values', 'p90'],
    ['the counts', 'SampleCount'],
  ])('is good up to where %s break off', async (_, broken) => {
    const { aws, read } = await startMetrics();
    aws.cloudwatch.put(locator, measured([10, 9, 30, 40]));
    aws.fail({
      operation: 'GetMetricData',
      each: ({ MetricStat }: { MetricStat?: { Stat: string } }) =>
        MetricStat?.Stat === broken ? 'partial' : undefined,
    });

    expect(await read([locator])).toMatchObject([{ status: 'partial', values: [0], withheld: 1 }]);
  });
});
