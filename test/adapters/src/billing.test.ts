import type { GetMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { billedMetrics } from '@plumbline/aws-adapters';
import type { CloudWatchExpressionLocator, CloudWatchLocator } from '@plumbline/core';
import { timeOf } from '@plumbline/core/testing';
import type { AwsDouble } from '@plumbline/harness';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { locatorOf, queriesOf, SPAN, startMetrics, valuesOf } from './testing/metrics.ts';

const HOUR_MS = 3_600_000;

/** What was asked of CloudWatch, request by request. */
const requestsOf = (aws: AwsDouble) =>
  callsOf(aws, 'GetMetricData').map(({ input }) => input as GetMetricDataInput);

/** Of each request, the statistics it asks for, of whatever metric. */
const statisticsOf = (aws: AwsDouble) =>
  callsOf(aws, 'GetMetricData').map((call) =>
    queriesOf(call).map(({ MetricStat }) => MetricStat?.Stat),
  );

/** A query of a metric with these dimensions, as it is sent. */
function queryOf(
  Stat: string,
  dimensions: Readonly<Record<string, string>> = { Host: 'web' },
  Period = 300,
): NonNullable<GetMetricDataInput['MetricDataQueries']>[number] {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: 'Shop', MetricName: 'Latency', Dimensions };
  return { Id: 'q', MetricStat: { Metric, Period, Stat } };
}

const ofStatistics = (count: number) => Array.from({ length: count }, (_, i) => queryOf(`p${i}`));

/**
 * Five statistics of one metric in one request are billed as one metric, and more as one more for each
 * five; the price is a cent a thousand.
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
describe('the metrics that requests are billed for', () => {
  test.each([
    [0, 0],
    [1, 1],
    [5, 1],
    [6, 2],
    [10, 2],
    [11, 3],
  ])('of %i statistics of one metric are %i', (count, billed) => {
    expect(billedMetrics([{ MetricDataQueries: ofStatistics(count) }])).toBe(billed);
  });

  test('are as many as there are metrics, in whatever order their dimensions come', () => {
    const queries = [
      queryOf('Sum', { Host: 'web', Zone: 'a' }),
      queryOf('p99', { Zone: 'a', Host: 'web' }),
      queryOf('Sum', { Host: 'web', Zone: 'b' }),
      queryOf('Sum', { Host: 'web' }),
    ];

    expect(billedMetrics([{ MetricDataQueries: queries }])).toBe(3);
  });

  test('are billed in each request anew, and so in each page', () => {
    const request = { MetricDataQueries: ofStatistics(2) };

    expect(billedMetrics([request, request])).toBe(2);
  });

  test('are two where a metric is asked for under two periods, for nobody says that it is one', () => {
    const queries = [queryOf('Sum'), queryOf('Sum', { Host: 'web' }, 3_600)];

    expect(billedMetrics([{ MetricDataQueries: queries }])).toBe(2);
  });

  test('of math are its operands, and not its result', async () => {
    const { aws, read } = await startMetrics();

    await read([rateOf('web')]);

    expect(billedMetrics(requestsOf(aws))).toBe(2);
  });
});

/** Share of the requests to a host that go wrong. */
function rateOf(host: string): CloudWatchExpressionLocator {
  const ofMetric = (metric: string) => locatorOf(host, { metric, statistic: 'Sum' });
  return {
    kind: 'cloudwatch-expression',
    expression: '100 * errors / requests',
    metrics: { errors: ofMetric('Errors'), requests: ofMetric('Requests') },
    label: 'error rate',
  };
}

describe('one metric that several monitors watch is billed once', () => {
  const statistic = (name: string, changes: Partial<CloudWatchLocator> = {}) =>
    locatorOf('web', { statistic: name, ...changes });

  test('when one of them wants to know what its percentile rests on', async () => {
    const { aws, put, read } = await startMetrics();
    put(locatorOf('web'), [1, 2, 3]);

    const results = await read([statistic('p90', { minSamples: 2 }), statistic('p99')]);

    expect(results).toMatchObject([
      { values: [], withheld: [0, 1, 2].map(timeOf) },
      { values: [1, 2, 3] },
    ]);
    expect(statisticsOf(aws)).toEqual([['p90', 'SampleCount', 'p99']]);
    expect(billedMetrics(requestsOf(aws))).toBe(1);
  });

  test('when several do: what both rest on is asked for once', async () => {
    const { aws, put, read } = await startMetrics();
    put(locatorOf('web'), [1, 2, 3]);
    const wanted = [
      statistic('p90', { minSamples: 1 }),
      statistic('p99', { minSamples: 2 }),
      statistic('p90', { minSamples: 2 }),
      statistic('SampleCount'),
    ];

    const results = await read(wanted);

    expect(results.map(valuesOf)).toEqual([[1, 2, 3], [], [], [1, 1, 1]]);
    expect(statisticsOf(aws)).toEqual([['p90', 'SampleCount', 'p99']]);
  });

  test('when one is a period behind the other: one query over both spans, each in its own', async () => {
    const { aws, put, source } = await startMetrics();
    put(locatorOf('web'), [0, 1, 2, 3, 4, 5]);
    const [web] = await source.discover(locatorOf('web'));
    const span = { series: web!, periodMs: SPAN.periodMs };

    const results = await source.read([
      { ...span, after: timeOf(2), until: timeOf(4) },
      { ...span, after: timeOf(1), until: timeOf(4) },
      { ...span, after: timeOf(3), until: timeOf(6) },
    ]);

    expect(results.map(valuesOf)).toEqual([[3], [2, 3], [4, 5]]);
    expect(statisticsOf(aws)).toEqual([['Average']]);
    expect(requestsOf(aws)).toMatchObject([
      { StartTime: timeOf(2) / 1_000, EndTime: timeOf(6) / 1_000 },
    ]);
  });

  test('when it is also an operand of math, though others would have filled the request', async () => {
    const { aws, read } = await startMetrics();
    const hosts = Array.from({ length: 498 }, (_, i) => locatorOf(`web-${i}`));
    const requests = locatorOf('web', { metric: 'Requests', statistic: 'Sum' });

    await read([requests, ...hosts, rateOf('web')]);

    const lengths = callsOf(aws, 'GetMetricData').map((call) => queriesOf(call).length);
    expect(lengths.sort((a, b) => a - b)).toEqual([2, 500]);
    expect(billedMetrics(requestsOf(aws))).toBe(498 + 2);
  });

  test('but more than five statistics of it are billed as two, in one request', async () => {
    const { aws, read } = await startMetrics();
    const names = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount', 'p99'];

    await read(names.map((name) => statistic(name)));

    expect(statisticsOf(aws)).toEqual([names]);
    expect(billedMetrics(requestsOf(aws))).toBe(2);
  });

  test('but under two periods it is asked for twice, in one request', async () => {
    const { aws, put, source } = await startMetrics();
    put(locatorOf('web'), [1, 2, 3]);
    const [web] = await source.discover(locatorOf('web'));

    await source.read([
      { series: web!, ...SPAN },
      { series: web!, ...SPAN, periodMs: HOUR_MS },
    ]);

    expect(statisticsOf(aws)).toEqual([['Average', 'Average']]);
  });

  test('but not together with a span of days, which would make all of it long', async () => {
    const { aws, source } = await startMetrics();
    const [web] = await source.discover(locatorOf('web'));

    await source.read([
      { series: web!, ...SPAN, after: timeOf(8) },
      { series: web!, ...SPAN, after: timeOf(-288) },
    ]);

    expect(statisticsOf(aws)).toEqual([['Average'], ['Average']]);
  });
});

test('a slot of a thousand metrics is two requests, billed for a thousand metrics', async () => {
  const { aws, read } = await startMetrics();

  await read(Array.from({ length: 1_000 }, (_, i) => locatorOf(`web-${i}`)));

  expect(callsOf(aws, 'GetMetricData')).toHaveLength(2);
  expect(billedMetrics(requestsOf(aws))).toBe(1_000);
});
