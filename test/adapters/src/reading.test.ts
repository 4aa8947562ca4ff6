import type { GetMetricDataCommandOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from '@plumbline/aws-adapters';
import { PERIOD_MS, timeOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import {
  hostOf,
  locatorOf,
  NOW,
  queriesOf,
  SPAN,
  startMetrics,
  valuesOf,
} from './testing/metrics.ts';

const WEEK = { periodMs: PERIOD_MS, after: timeOf(-1), until: timeOf(2_016) };

const hosts = (count: number): string[] => Array.from({ length: count }, (_, i) => `web-${i}`);

/** Makes the service answer fewer values at a time than it was asked for, which it may. */
function answerAtMost(clients: AwsClients, MaxDatapoints: number): void {
  clients
    .cloudWatch({})
    .middlewareStack.add(
      (next) => (args) => next({ ...args, input: { ...args.input, MaxDatapoints } }),
      { step: 'initialize' },
    );
}

/** Breaks the first answer: a timestamp more than there are values. */
function loseTheFirstValue(clients: AwsClients): void {
  let broken = false;
  clients.cloudWatch({}).middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { MetricDataResults = [] } = answer.output as GetMetricDataCommandOutput;
      if (!broken) MetricDataResults[0]?.Values?.shift();
      broken = true;
      return answer;
    },
    { step: 'initialize' },
  );
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
describe('a request', () => {
  test.each([
    [500, [500]],
    [501, [500, 1]],
    [1_000, [500, 500]],
    [1_001, [500, 500, 1]],
  ])('has at most 500 queries: %i series', async (count, expected) => {
    const { aws, put, read } = await startMetrics();
    const locators = hosts(count).map((host) => locatorOf(host));
    for (const [i, locator] of locators.entries()) put(locator, [i]);

    const results = await read(locators);

    const calls = callsOf(aws, 'GetMetricData');
    expect(calls.map((call) => queriesOf(call).length).sort((a, b) => b - a)).toEqual(expected);
    expect(results.map(valuesOf)).toEqual(locators.map((_, i) => [i]));
  });

  test('counts what a percentile rests on among its 500 queries', async () => {
    const { aws, put, read } = await startMetrics();
    const locators = hosts(251).map((host) => locatorOf(host, { statistic: 'p90', minSamples: 1 }));
    for (const [i, locator] of locators.entries()) put(locator, [i]);

    const results = await read(locators);

    const calls = callsOf(aws, 'GetMetricData');
    expect(calls.map((call) => queriesOf(call).length).sort()).toEqual([2, 500]);
    expect(results.map(valuesOf)).toEqual(locators.map((_, i) => [i]));
  });

  test.each([
    [50, 1],
    [51, 2],
  ])('asks for at most 100,800 values: a week of %i series', async (count, calls) => {
    const { aws, put, read } = await startMetrics();
    const locators = hosts(count).map((host) => locatorOf(host));
    const values = Array.from({ length: 2_016 }, (_, i) => i);
    for (const locator of locators) put(locator, values);

    const results = await read(locators, WEEK);

    expect(callsOf(aws, 'GetMetricData')).toHaveLength(calls);
    for (const result of results) expect(result).toMatchObject({ status: 'complete', values });
  });

  test('asks for the oldest samples first, and has only the members that are needed', async () => {
    const { aws, put, read } = await startMetrics();
    put(locatorOf('web'), [3, 1, 2]);

    expect(await read([locatorOf('web')])).toEqual([
      {
        status: 'complete',
        timestamps: [0, 1, 2].map(timeOf),
        values: [3, 1, 2],
        withheld: [],
      },
    ]);
    expect(callsOf(aws, 'GetMetricData').map(({ input }) => input)).toEqual([
      {
        MetricDataQueries: [
          {
            Id: 'v0',
            MetricStat: {
              Metric: {
                Namespace: 'Shop',
                MetricName: 'Latency',
                Dimensions: [{ Name: 'Host', Value: 'web' }],
              },
              Period: 300,
              Stat: 'Average',
            },
          },
        ],
        StartTime: timeOf(0) / 1_000,
        EndTime: timeOf(12) / 1_000,
        ScanBy: 'TimestampAscending',
        MaxDatapoints: 100_800,
      },
    ]);
  });

  /** Five statistics of one metric cost as one. @see https://aws.amazon.com/cloudwatch/pricing/ */
  test('holds all statistics of a metric, though others would have filled it', async () => {
    const { aws, put, read } = await startMetrics();
    const statistics = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'];
    const locators = [
      ...hosts(498).map((host) => locatorOf(host)),
      ...statistics.map((statistic) => locatorOf('db', { statistic })),
    ];
    put(locatorOf('db'), [7]);

    const results = await read(locators);

    const queries = callsOf(aws, 'GetMetricData').map((call) => queriesOf(call));
    expect(queries.map((some) => some.length).sort()).toEqual([498, 5]);
    const ofDb = (some: readonly MetricDataQuery[]) => some.filter((one) => hostOf(one) === 'db');
    expect(queries.map((some) => ofDb(some).length).sort()).toEqual([0, 5]);
    expect(results.slice(498).map(valuesOf)).toEqual([[7], [7], [7], [7], [1]]);
  });

  test('asks once for what is wanted twice', async () => {
    const { aws, put, source } = await startMetrics();
    put(locatorOf('web'), [1, 2, 3]);
    const [web] = await source.discover(locatorOf('web'));
    const wanted = { series: web!, ...SPAN };

    const results = await source.read([wanted, { ...wanted, until: timeOf(2) }, wanted]);

    expect(results.map(valuesOf)).toEqual([
      [1, 2, 3],
      [1, 2],
      [1, 2, 3],
    ]);
    expect(callsOf(aws, 'GetMetricData').flatMap((call) => queriesOf(call))).toHaveLength(1);
  });

  test('of a week is not made of a quarter of an hour because another series is new', async () => {
    const { aws, put, source } = await startMetrics();
    for (const host of ['old', 'new']) put(locatorOf(host), [1, 2, 3, 4]);
    const [old] = await source.discover(locatorOf('old'));
    const [fresh] = await source.discover(locatorOf('new'));
    const recent = { periodMs: PERIOD_MS, after: timeOf(0), until: timeOf(3) };

    const results = await source.read([
      { series: old!, ...recent },
      { series: fresh!, ...WEEK },
    ]);

    expect(results.map(valuesOf)).toEqual([
      [2, 3],
      [1, 2, 3, 4],
    ]);
    const spans = callsOf(aws, 'GetMetricData').map(({ input }) => {
      const { StartTime, EndTime } = input as { StartTime: number; EndTime: number };
      return (EndTime - StartTime) / 300;
    });
    expect(spans.sort((a, b) => a - b)).toEqual([2, 2_016]);
  });

  test('is not made when nothing is wanted of CloudWatch', async () => {
    const { aws, source } = await startMetrics();
    const locator = { kind: 'csv', path: 'web.csv' } as const;
    const series = { id: 'web', locator, metric: 'web', resource: null };

    expect(await source.read([])).toEqual([]);
    expect(await source.read([{ series, ...SPAN }])).toEqual([
      { status: 'failed', reason: 'a series of csv is not in CloudWatch', retryable: false },
    ]);
    expect(aws.calls).toEqual([]);
  });
});

describe('an answer of several pages', () => {
  test('fault 2: is put together, in ascending order', async () => {
    const { aws, clients, put, read } = await startMetrics();
    const locators = hosts(3).map((host) => locatorOf(host));
    for (const [i, locator] of locators.entries()) put(locator, [i, i + 10, i + 20, i + 30]);
    answerAtMost(clients, 3);

    const results = await read(locators);

    expect(results.map(valuesOf)).toEqual([0, 1, 2].map((i) => [i, i + 10, i + 20, i + 30]));
    for (const result of results) {
      expect(result).toMatchObject({ status: 'complete', timestamps: [0, 1, 2, 3].map(timeOf) });
    }
    const tokens = callsOf(aws, 'GetMetricData').map(
      ({ input }) => (input as { NextToken?: string }).NextToken !== undefined,
    );
    expect(tokens).toEqual([false, true, true, true]);
  });

  test('fault 2: is good up to where a page fails, and the series after it are asked for later', async () => {
    const { aws, clients, put, read } = await startMetrics();
    const locators = hosts(3).map((host) => locatorOf(host));
    for (const locator of locators) put(locator, [1, 2, 3, 4]);
    answerAtMost(clients, 3);
    aws.fail({ operation: 'GetMetricData', skip: 2, with: 'accessDenied' });

    const results = await read(locators);

    expect(results.map((result) => [result.status, valuesOf(result)])).toEqual([
      ['complete', [1, 2, 3, 4]],
      ['partial', [1, 2]],
      ['partial', []],
    ]);
  });

  test('fault 2: is read again when a page makes no sense, rather than used with a hole', async () => {
    const { aws, clients, put, read } = await startMetrics();
    put(locatorOf('web'), [1, 2, 3, 4]);
    answerAtMost(clients, 2);
    loseTheFirstValue(clients);

    expect(await read([locatorOf('web')])).toMatchObject([
      { status: 'complete', timestamps: [0, 1, 2, 3].map(timeOf), values: [1, 2, 3, 4] },
    ]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(4);
  });

  test('that never ends is given up', async () => {
    const { aws, clients, put, read } = await startMetrics();
    const values = Array.from({ length: 1_001 }, (_, i) => i);
    put(locatorOf('web'), values);
    answerAtMost(clients, 1);

    const [result] = await read([locatorOf('web')], { until: NOW });

    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1_000);
    expect(result).toMatchObject({ status: 'partial', values: values.slice(0, 1_000) });
  });
});
