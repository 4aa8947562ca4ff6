import type { CloudWatchLocator } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { callsOf, mostAtOnce } from './testing/aws.ts';
import { locatorOf, startMetrics, valuesOf } from './testing/metrics.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

const here = locatorOf('web');
const elsewhere = locatorOf('web', { region: 'eu-west-1' });

/** One metric here, and the same in another region. */
async function startTwoRegions() {
  const started = await startMetrics();
  for (const locator of [here, elsewhere]) started.put(locator, [1, 2]);
  return started;
}

const inRegion =
  (where: string) =>
  (_: unknown, { region }: { region: string }) =>
    region === where;

const WELL = { status: 'complete', values: [1, 2] };

describe('a read that goes wrong on its way', () => {
  test.each([
    ['meets an error of the service', 'internalFailure'],
    ['loses its connection', 'dropped'],
    ['loses its answer', 'answer-lost'],
  ] as const)('is tried again when it %s', async (_, fault) => {
    const { aws, read } = await startTwoRegions();
    aws.fail({ operation: 'GetMetricData', with: fault, times: 2 });

    expect(await withoutWaiting(() => read([here]))).toMatchObject([WELL]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(3);
  });

  test.each([
    ['meets an error of the service', 'internalFailure', 'InternalFailure'],
    ['loses its connection', 'dropped', 'socket hang up'],
  ] as const)('is a failure that may pass when it %s five times', async (_, fault, reason) => {
    const { aws, read } = await startTwoRegions();
    aws.fail({ operation: 'GetMetricData', when: inRegion('eu-west-1'), with: fault });

    const results = await withoutWaiting(() => read([elsewhere, here]));

    expect(results).toMatchObject([
      { status: 'failed', reason: expect.stringContaining(reason), retryable: true },
      WELL,
    ]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(6);
  });

  test('is a failure that may pass when nobody can read the answer', async () => {
    const { aws, read } = await startTwoRegions();
    aws.fail({ operation: 'GetMetricData', with: 'garbage' });

    expect(await read([here])).toMatchObject([{ status: 'failed', retryable: true }]);
  });

  test('is a failure that may pass when nobody listens', async () => {
    const { aws, read } = await startTwoRegions();
    await aws.close();

    expect(await withoutWaiting(() => read([here]))).toMatchObject([
      { status: 'failed', reason: expect.stringContaining('ECONNREFUSED'), retryable: true },
    ]);
  });

  test('is a failure with advice when the credentials are no longer valid', async () => {
    const { aws, read } = await startTwoRegions();
    aws.fail({ operation: 'GetMetricData', with: 'expiredToken' });

    expect(await read([here])).toMatchObject([
      { status: 'failed', reason: expect.stringMatching(/ExpiredToken.*renew them/) },
    ]);
  });
});

describe('the time that is left', () => {
  test.each([0, -5, 0.4])('of %d ms is none: nothing is asked for', async (left) => {
    const { aws, read } = await startTwoRegions();

    const results = await read([here, elsewhere], { remainingMs: () => left });

    expect(results).toEqual([{ status: 'not-reached' }, { status: 'not-reached' }]);
    expect(aws.calls).toEqual([]);
  });

  test.each([Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 31 - 1, 60_000.5])(
    'of %d ms is enough',
    async (left) => {
      const { read } = await startTwoRegions();

      expect(await read([here], { remainingMs: () => left })).toMatchObject([WELL]);
    },
  );

  test('ends a call that has no answer yet, and what was read elsewhere is kept', async () => {
    const { aws, read } = await startTwoRegions();
    const late = { delayMs: 3_600_000 };
    aws.fail({ operation: 'GetMetricData', when: inRegion('eu-west-1'), with: late });

    const results = await read([elsewhere, here], { remainingMs: () => 1_000.5 });

    const reason = 'GetMetricData: no answer in the time that was left';
    expect(results).toMatchObject([{ status: 'not-reached', reason }, WELL]);
  });

  test('fault 1: ends a wait between two attempts', async () => {
    const { aws, read } = await startTwoRegions();
    aws.fail({ operation: 'GetMetricData', with: 'throttled' });

    expect(await read([here], { remainingMs: () => 100 })).toMatchObject([
      { status: 'not-reached' },
    ]);
  });

  test('holds for the halves of a request that is refused', async () => {
    const { aws, put, read } = await startMetrics();
    put(here, [1, 2]);
    let calls = 0;

    const results = await read([here, locatorOf('web', { statistic: 'Typical' })], {
      remainingMs: () => (calls++ === 0 ? 60_000 : 0),
    });

    expect(results).toEqual([{ status: 'not-reached' }, { status: 'not-reached' }]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1);
  });

  test('is asked for before each call', async () => {
    const { aws, put, read } = await startMetrics();
    const locators = Array.from({ length: 501 }, (_, i) => locatorOf(`web-${i}`));
    for (const locator of locators) put(locator, [7]);
    let calls = 0;
    const remainingMs = () => (calls++ === 0 ? 60_000 : 0);

    const results = await read(locators, { remainingMs });

    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1);
    expect(results.slice(0, 500).map(valuesOf)).toEqual(new Array(500).fill([7]));
    expect(results[500]).toEqual({ status: 'not-reached' });
  });

  test('ends asking again for what CloudWatch stumbled over', async () => {
    const { aws, read } = await startTwoRegions();
    aws.fail({ operation: 'GetMetricData', each: () => 'internal-error' });
    let calls = 0;

    const results = await read([here], { remainingMs: () => (calls++ === 0 ? 60_000 : 0) });

    expect(results).toEqual([{ status: 'not-reached' }]);
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1);
  });
});

test('no more than ten reads are on their way at once', async () => {
  const { aws, put, read } = await startMetrics();
  // A place of its own is a call of its own.
  const locators = Array.from(
    { length: 25 },
    (_, i): CloudWatchLocator => locatorOf('web', { region: `xx-test-${i + 1}` }),
  );
  for (const locator of locators) put(locator, [1]);
  const most = mostAtOnce(aws, 'GetMetricData');

  expect((await read(locators)).map(valuesOf)).toEqual(locators.map(() => [1]));
  expect(most()).toBeGreaterThan(1);
  expect(most()).toBeLessThanOrEqual(10);
});
