import { timeOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { locatorOf, queriesOf, startMetrics, valuesOf } from './testing/metrics.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

const web = locatorOf('web');

/** Reads one series while CloudWatch refuses so many times. @returns when it was asked, ms after the first time */
async function timesAsked(refusals: number): Promise<number[]> {
  const { aws, put, read } = await startMetrics();
  put(web, [1]);
  const asked: number[] = [];
  const note = () => {
    asked.push(Date.now());
    return false;
  };
  aws.fail({ operation: 'GetMetricData', when: note, with: 'throttled' });
  aws.fail({ operation: 'GetMetricData', with: 'throttled', times: refusals });
  await withoutWaiting(() => read([web]));
  return asked.map((at) => at - asked[0]!);
}

describe('fault 1: a read that is throttled', () => {
  test('is tried again, and what comes of it is all there is', async () => {
    const { aws, put, read } = await startMetrics();
    put(web, [1, 2]);
    aws.fail({ operation: 'GetMetricData', with: 'throttled', times: 2 });

    const results = await withoutWaiting(() => read([web]));

    expect(results).toMatchObject([{ status: 'complete', values: [1, 2] }]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(3);
  });

  test('is tried again after waits that differ from one client to the next', async () => {
    const clients = [await timesAsked(4), await timesAsked(4), await timesAsked(4)];

    for (const times of clients) {
      expect(times).toHaveLength(5);
      expect(times.at(-1)).toBeGreaterThan(0);
    }
    expect(new Set(clients.map((times) => times.join(' '))).size).toBeGreaterThan(1);
  });

  test('five times is a failure that may pass, and no samples', async () => {
    const { aws, put, read } = await startMetrics();
    put(web, [1, 2]);
    put(locatorOf('web', { region: 'eu-west-1' }), [3]);
    aws.fail({
      operation: 'GetMetricData',
      when: (_, { region }) => region === 'us-east-1',
      with: 'throttled',
    });

    const results = await withoutWaiting(() =>
      read([web, locatorOf('web', { region: 'eu-west-1' })]),
    );

    expect(results).toMatchObject([
      { status: 'failed', reason: expect.stringContaining('Throttling'), retryable: true },
      { status: 'complete', values: [3] },
    ]);
    expect(results[0]).not.toHaveProperty('values');
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(6);
  });

  test('is given up when the time is over: what is not finished is left, and what is read is kept', async () => {
    const { aws, put, read } = await startMetrics();
    const locators = Array.from({ length: 1_001 }, (_, i) => locatorOf(`web-${i}`));
    for (const locator of locators) put(locator, [7]);
    const isFirst = ({ MetricDataQueries: [query] }: { MetricDataQueries: { Id: string }[] }) =>
      query?.Id === 'v0';
    aws.fail({
      operation: 'GetMetricData',
      when: (input: Parameters<typeof isFirst>[0]) => !isFirst(input),
      with: 'throttled',
    });
    const end = performance.now() + 1_500;
    const begun = performance.now();

    const results = await read(locators, { remainingMs: () => end - performance.now() });

    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(results.slice(0, 500).map(valuesOf)).toEqual(new Array(500).fill([7]));
    for (const result of results.slice(500)) {
      expect(['not-reached', 'failed']).toContain(result.status);
      expect(result).not.toHaveProperty('values');
      if (result.status === 'failed') expect(result.retryable).toBe(true);
    }
    expect(results.slice(500).some(({ status }) => status === 'not-reached')).toBe(true);
  });

  test('between two pages keeps the first, and says that there is more', async () => {
    const { aws, clients, put, read } = await startMetrics();
    put(web, [1, 2, 3, 4]);
    clients
      .cloudWatch({})
      .middlewareStack.add(
        (next) => (args) => next({ ...args, input: { ...args.input, MaxDatapoints: 2 } }),
        { step: 'initialize' },
      );
    aws.fail({ operation: 'GetMetricData', skip: 1, with: 'throttled' });

    const results = await withoutWaiting(() => read([web]));

    expect(results).toMatchObject([
      { status: 'partial', timestamps: [timeOf(0), timeOf(1)], values: [1, 2] },
    ]);
    expect(queriesOf(callsOf(aws, 'GetMetricData')[0]!)).toHaveLength(1);
  });
});
