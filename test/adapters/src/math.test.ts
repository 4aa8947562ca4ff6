import type { CloudWatchExpressionLocator, CloudWatchMetric } from '@plumbline/core';
import { timeOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { locatorOf, queriesOf, startMetrics, valuesOf } from './testing/metrics.ts';

const countOf = (metric: string, host = 'web') => locatorOf(host, { metric, statistic: 'Sum' });

function mathOf(
  expression: string,
  metrics: Readonly<Record<string, CloudWatchMetric>> = {
    errors: countOf('Errors'),
    requests: countOf('Requests'),
  },
): CloudWatchExpressionLocator {
  return { kind: 'cloudwatch-expression', expression, metrics, label: 'error rate' };
}

const RATE = mathOf('100 * errors / requests');

async function startShop() {
  const started = await startMetrics();
  started.put(countOf('Errors'), [1, 0, 5]);
  started.put(countOf('Requests'), [10, 10, 20]);
  return started;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
describe('metric math', () => {
  test('is computed by CloudWatch, and only its result travels', async () => {
    const { aws, read } = await startShop();

    expect(await read([RATE])).toEqual([
      { status: 'complete', timestamps: [0, 1, 2].map(timeOf), values: [10, 0, 25], withheld: [] },
    ]);
    expect(queriesOf(callsOf(aws, 'GetMetricData')[0]!)).toMatchObject([
      { ReturnData: false, MetricStat: { Stat: 'Sum', Period: 300 } },
      { ReturnData: false, MetricStat: { Stat: 'Sum', Period: 300 } },
      { Period: 300, Expression: expect.stringMatching(/^100 \* \w+errors \/ \w+requests$/) },
    ]);
  });

  test('of several expressions fits in one request, though they use the same ids', async () => {
    const { aws, put, read } = await startShop();
    put(countOf('Errors', 'db'), [4]);
    put(countOf('Requests', 'db'), [8]);
    const ofDb = mathOf('100 * errors / requests', {
      errors: countOf('Errors', 'db'),
      requests: countOf('Requests', 'db'),
    });

    const results = await read([RATE, ofDb, countOf('Errors'), mathOf('requests - errors')]);

    expect(results.map(valuesOf)).toEqual([[10, 0, 25], [50], [1, 0, 5], [9, 10, 15]]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1);
  });

  test.each([
    ['an id within another', 'm1 + m11', { m1: 'Errors', m11: 'Requests' }, [11, 10, 25]],
    ['an id within a number', '1e1 + e1', { e1: 'Errors' }, [11, 10, 15]],
    ['an id like a function', 'ABS(abs)', { abs: 'Errors' }, [1, 0, 5]],
    ['an id used twice', 'e * e', { e: 'Errors' }, [1, 0, 25]],
    ['a text in quotes', "SUM(METRICS('e'))", { e: 'Errors', me: 'Requests' }, [11, 10, 25]],
    ['nothing between signs', '(e+e)/r', { e: 'Errors', r: 'Requests' }, [0.2, 0, 0.5]],
    ['an id that looks like ours', 'v0 + m0_v0', { v0: 'Errors', m0_v0: 'Requests' }, [11, 10, 25]],
    ['a quantity and a condition', 'IF(r > 15, e, 0)', { e: 'Errors', r: 'Requests' }, [0, 0, 5]],
  ])('is renamed without harm: %s', async (_, expression, named, values) => {
    const { read } = await startShop();
    const metrics = Object.entries(named).map(([id, metric]) => [id, countOf(metric)]);

    const results = await read([mathOf(expression, Object.fromEntries(metrics))]);

    expect(results.map(valuesOf)).toEqual([values]);
  });

  test('leaves out where an operand has no sample, or its result is not a number', async () => {
    const { put, read } = await startMetrics();
    put(countOf('Errors'), [1, Number.NaN, 5, 7]);
    put(countOf('Requests'), [10, 10, 0, 7]);

    expect(await read([RATE])).toMatchObject([
      { status: 'complete', timestamps: [timeOf(0), timeOf(3)], values: [10, 100] },
    ]);
  });

  test.each([
    ['DIFF(errors)', [-1, 5]],
    ['RATE(errors) * 300', [-1, 5]],
  ])('has what came before the span to begin with: %s', async (expression, values) => {
    const { read } = await startShop();

    const results = await read([mathOf(expression)], { after: timeOf(0) });

    expect(results).toMatchObject([{ timestamps: [timeOf(1), timeOf(2)], values }]);
  });

  test('fault 2: that was computed in part is a failure, not samples', async () => {
    const { aws, read } = await startShop();
    aws.fail({
      operation: 'GetMetricData',
      each: ({ Expression }: { Expression?: string }) => (Expression ? 'partial' : undefined),
    });

    const results = await read([RATE, countOf('Errors')]);

    expect(results).toMatchObject([
      { status: 'failed', reason: expect.stringContaining('only in part'), retryable: true },
      { status: 'complete', values: [1, 0, 5] },
    ]);
  });

  test.each([
    ['has a syntax of its own', 'errors +* requests'],
    ['names what is not there', 'errors / visits'],
    ['gives many series', '[errors, requests]'],
  ])('that %s fails alone, and says what is wrong with it', async (_, expression) => {
    const { read } = await startShop();

    const [wrong, right] = await read([mathOf(expression), RATE]);

    expect(wrong).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^GetMetricData: Validation\w+: Error in expression/),
      retryable: false,
    });
    expect(right).toMatchObject({ status: 'complete', values: [10, 0, 25] });
  });

  test('counts each of its operands among the 500 queries of a request', async () => {
    const { aws, read } = await startShop();
    const many = Array.from({ length: 167 }, (_, i) => mathOf(`${i} + errors / requests`));

    const results = await read(many);

    const calls = callsOf(aws, 'GetMetricData');
    expect(calls.every((call) => queriesOf(call).length <= 500)).toBe(true);
    expect(calls).toHaveLength(2);
    expect(results.map((result) => valuesOf(result)[1])).toEqual(many.map((_, i) => i));
  });
});
