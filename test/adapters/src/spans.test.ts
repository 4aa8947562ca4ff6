import type { MetricSource, ReadRequest } from '@plumbline/core';
import { PERIOD_MS, timeOf } from '@plumbline/core/testing';
import type { AwsDouble } from '@plumbline/harness';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { locatorOf, NOW, queriesOf, startMetrics, valuesOf } from './testing/metrics.ts';

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

    const nothing = { status: 'complete', timestamps: [], values: [], withheld: [] };
    expect(results).toEqual([nothing, nothing]);
  });
});

/**
 * Requests that begin within the last three hours have a quota of their own, and datapoints count as
 * they are asked for.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
describe('a short span', () => {
  const spansOf = (aws: AwsDouble) =>
    callsOf(aws, 'GetMetricData').map(({ input }) => {
      const { StartTime, EndTime } = input as { StartTime: number; EndTime: number };
      return { start: StartTime * 1_000, lengthMs: (EndTime - StartTime) * 1_000 };
    });

  /** Of each host of a row, the request for its samples of these spans. */
  async function requestsFor(
    source: MetricSource,
    spans: readonly Omit<ReadRequest, 'series'>[],
  ): Promise<ReadRequest[]> {
    const found = spans.map((_, i) => source.discover(locatorOf(`web-${i}`)));
    const series = (await Promise.all(found)).flat();
    return spans.map((span, i) => ({ series: series[i]!, ...span }));
  }

  test('of a metric that settles hours later is not read with one of now', async () => {
    const { aws, source } = await startMetrics();
    const at = (index: number) => ({
      periodMs: PERIOD_MS,
      after: timeOf(index),
      until: timeOf(index + 2),
    });

    // As two monitors come to be listed: one settles after minutes, the other after six hours.
    await source.read(await requestsFor(source, [at(100), at(28), at(100), at(28), at(101)]));

    expect(spansOf(aws).sort((a, b) => a.start - b.start)).toEqual([
      { start: timeOf(29), lengthMs: PERIOD_MS },
      { start: timeOf(101), lengthMs: 2 * PERIOD_MS },
    ]);
  });

  test('is read with others of the same hours, in one request', async () => {
    const { aws, source } = await startMetrics();
    const spans = [0, 5, 10, 20, 30].map((index) => ({
      periodMs: PERIOD_MS,
      after: timeOf(index),
      until: timeOf(36),
    }));

    await source.read(await requestsFor(source, spans));

    expect(spansOf(aws)).toEqual([{ start: timeOf(1), lengthMs: 35 * PERIOD_MS }]);
  });

  test('stays one of three hours and a few periods, whatever is read with it', async () => {
    const { aws, source } = await startMetrics();
    const starts = Array.from({ length: 60 }, (_, i) => NOW - i * 25 * 60_000 - (i % 7) * 1_000);
    const spans = [60_000, PERIOD_MS, HOUR_MS].flatMap((periodMs) =>
      [2 * periodMs, 3 * HOUR_MS].flatMap((lengthMs) =>
        starts.map((after) => ({ periodMs, after, until: after + lengthMs })),
      ),
    );

    await source.read(await requestsFor(source, spans));

    for (const call of callsOf(aws, 'GetMetricData')) {
      const { StartTime, EndTime } = call.input as { StartTime: number; EndTime: number };
      const longest = Math.max(...queriesOf(call).map(({ MetricStat }) => MetricStat!.Period!));
      expect(EndTime - StartTime).toBeLessThanOrEqual(3 * 3_600 + 3 * longest);
    }
    expect(callsOf(aws, 'GetMetricData').length).toBeLessThan(spans.length / 4);
  });
});

describe('a period', () => {
  const sum = locatorOf('web', { statistic: 'Sum' });

  test('fault 5: that has not settled is left alone, and later read once, as it has settled', async () => {
    const { aws, put, read } = await startMetrics();
    const minutesOfThird = [0, 1, 2].map((minute) => timeOf(2) + minute * 60_000);
    put(sum, [10, 10]);
    aws.cloudwatch.put(sum, { timestamps: minutesOfThird.slice(0, 2), values: [1, 1] });

    const first = await read([sum], { until: timeOf(1) + 1 });
    aws.cloudwatch.put(sum, { timestamps: minutesOfThird.slice(2), values: [8] });
    const second = await read([sum], { after: timeOf(1), until: timeOf(2) + 1 });

    expect(first).toMatchObject([{ status: 'complete', values: [10, 10] }]);
    expect(second).toMatchObject([{ timestamps: [timeOf(2)], values: [10] }]);
  });

  test('fault 6: that was filled in two days late is in whatever is read again', async () => {
    const { aws, read } = await startMetrics();
    const twoDays = { after: NOW - 48 * HOUR_MS - 1, until: NOW };
    const [late, recent] = [NOW - 48 * HOUR_MS, NOW - HOUR_MS];
    aws.cloudwatch.put(sum, { timestamps: [recent], values: [1] });

    const before = await read([sum], twoDays);
    aws.cloudwatch.put(sum, { timestamps: [late], values: [7] });
    const again = await read([sum], twoDays);

    expect(before).toMatchObject([{ status: 'complete', timestamps: [recent], values: [1] }]);
    expect(again).toMatchObject([{ timestamps: [late, recent], values: [7, 1] }]);
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
      {
        status: 'complete',
        timestamps: [timeOf(0), timeOf(3)],
        values: [0, 3],
        withheld: [1, 2].map(timeOf),
      },
    ]);
  });

  test('of a period without measurements is no sample, and not withheld either', async () => {
    const { aws, read } = await startMetrics();
    aws.cloudwatch.put(locator, { timestamps: [timeOf(3)], values: [5], counts: [10] });

    expect(await read([locator])).toMatchObject([{ values: [5], withheld: [] }]);
  });

  test('is used whatever it rests on, and asked for alone, unless told otherwise', async () => {
    const { aws, read } = await startMetrics();
    aws.cloudwatch.put(locator, measured([10, 1]));

    expect(await read([locatorOf('web', { statistic: 'p90' })])).toMatchObject([
      { values: [0, 1], withheld: [] },
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
  ])('fault 2: is good up to where %s break off', async (_, broken) => {
    const { aws, read } = await startMetrics();
    aws.cloudwatch.put(locator, measured([10, 9, 30, 40]));
    aws.fail({
      operation: 'GetMetricData',
      each: ({ MetricStat }: { MetricStat?: { Stat: string } }) =>
        MetricStat?.Stat === broken ? 'partial' : undefined,
    });

    expect(await read([locator])).toMatchObject([
      { status: 'partial', values: [0], withheld: [timeOf(1)] },
    ]);
  });
});
