import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchExpressionLocator, ReadResult } from '@plumbline/core';
import type { AwsDouble } from '@plumbline/harness';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { hostOf, locatorOf, queriesOf, startMetrics, valuesOf } from './testing/metrics.ts';

type SeriesFault = 'partial' | 'internal-error' | 'forbidden' | 'missing';

const HOSTS = ['web', 'db', 'cache'];

/** Three series of four samples, of which the middle one goes wrong. */
async function startWith(fault: SeriesFault, times = Number.POSITIVE_INFINITY) {
  const started = await startMetrics();
  for (const host of HOSTS) started.put(locatorOf(host), [1, 2, 3, 4]);
  failQueries(started.aws, (query) => (hostOf(query) === 'db' ? fault : undefined), times);
  return {
    ...started,
    readAll: () => started.read(HOSTS.map((host) => locatorOf(host))),
  };
}

function failQueries(
  aws: AwsDouble,
  each: (query: MetricDataQuery) => SeriesFault | undefined,
  times = Number.POSITIVE_INFINITY,
): void {
  aws.fail({ operation: 'GetMetricData', each, times });
}

const WELL: ReadResult = {
  status: 'complete',
  timestamps: expect.any(Array),
  values: [1, 2, 3, 4],
  withheld: [],
};

const hostsAsked = (aws: AwsDouble) =>
  callsOf(aws, 'GetMetricData').map((call) => queriesOf(call).map(hostOf));

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html */
describe('a series that CloudWatch', () => {
  test('fault 2: has in part is good as far as it goes', async () => {
    const { aws, readAll } = await startWith('partial');

    expect(await readAll()).toEqual([WELL, { ...WELL, status: 'partial', values: [1, 2] }, WELL]);
    expect(hostsAsked(aws)).toEqual([HOSTS]);
  });

  test('fault 3: forbids is a failure that will stay, and the others are well', async () => {
    const { aws, readAll } = await startWith('forbidden');

    expect(await readAll()).toEqual([
      WELL,
      { status: 'failed', reason: expect.stringContaining('Forbidden'), retryable: false },
      WELL,
    ]);
    expect(hostsAsked(aws)).toEqual([HOSTS]);
  });

  test('fault 3: does not mention is a failure that may pass', async () => {
    const { readAll } = await startWith('missing');

    expect(await readAll()).toEqual([
      WELL,
      { status: 'failed', reason: 'CloudWatch gave no answer for it', retryable: true },
      WELL,
    ]);
  });

  test('fault 3: stumbles over once or twice is asked for again, alone', async () => {
    const { aws, readAll } = await startWith('internal-error', 2);

    expect(await readAll()).toEqual([WELL, WELL, WELL]);
    expect(hostsAsked(aws)).toEqual([HOSTS, ['db'], ['db']]);
  });

  test('fault 3: stumbles over again and again is a failure that may pass', async () => {
    const { aws, readAll } = await startWith('internal-error');

    expect(await readAll()).toEqual([
      WELL,
      { status: 'failed', reason: expect.stringContaining('InternalError'), retryable: true },
      WELL,
    ]);
    expect(hostsAsked(aws)).toEqual([HOSTS, ['db'], ['db']]);
  });
});

describe('the count of what a percentile rests on', () => {
  const locator = locatorOf('web', { statistic: 'p90', minSamples: 1 });

  async function startWithCount(fault: SeriesFault, times: number) {
    const started = await startMetrics();
    started.put(locator, [1, 2, 3, 4]);
    const isCount = ({ MetricStat }: MetricDataQuery) => MetricStat?.Stat === 'SampleCount';
    failQueries(started.aws, (query) => (isCount(query) ? fault : undefined), times);
    return { ...started, readIt: () => started.read([locator]) };
  }

  test('fault 3: is asked for again with its percentile when CloudWatch stumbles over it', async () => {
    const { aws, readIt } = await startWithCount('internal-error', 2);

    expect(await readIt()).toEqual([WELL]);
    expect(hostsAsked(aws)).toEqual(new Array(3).fill(['web', 'web']));
  });

  test.each([
    ['internal-error', 'InternalError', true],
    ['forbidden', 'Forbidden', false],
    ['missing', 'no answer', true],
  ] as const)('fault 3: takes the samples with it: %s', async (fault, reason, retryable) => {
    const { readIt } = await startWithCount(fault, Number.POSITIVE_INFINITY);

    expect(await readIt()).toEqual([
      { status: 'failed', reason: expect.stringContaining(reason), retryable },
    ]);
  });
});

describe('a request that is refused as a whole', () => {
  test('is halved until only what is wrong with it is refused', async () => {
    const { aws, put, read } = await startMetrics();
    const locators = Array.from({ length: 500 }, (_, i) => locatorOf(`web-${i}`));
    for (const [i, locator] of locators.entries()) put(locator, [i]);
    locators[321] = locatorOf('web-321', { statistic: 'Typical' });

    const results = await read(locators);

    expect(results[321]).toEqual({
      status: 'failed',
      reason: expect.stringMatching(/^GetMetricData: Validation\w+: The value Typical/),
      retryable: false,
    });
    const others = results.filter((_, i) => i !== 321);
    expect(others.map(valuesOf)).toEqual(locators.map((_, i) => [i]).toSpliced(321, 1));
    // Two halves at each of log2(500) steps, rounded up, and the whole.
    expect(callsOf(aws, 'GetMetricData').length).toBeLessThanOrEqual(2 * 9 + 1);
  });

  test('is not made again for what is no fault of a series', async () => {
    const { aws, put, read } = await startMetrics();
    for (const host of HOSTS) put(locatorOf(host), [1]);
    aws.deny('cloudwatch:GetMetricData');

    const results = await read(HOSTS.map((host) => locatorOf(host)));

    for (const result of results) {
      expect(result).toEqual({
        status: 'failed',
        reason: expect.stringMatching(
          /^GetMetricData: AccessDenied: .*allow it cloudwatch:GetMetricData/,
        ),
        retryable: false,
      });
    }
    expect(callsOf(aws, 'GetMetricData')).toHaveLength(1);
  });
});

/** What CloudWatch says of a request as a whole; the rest of it is answered. */
describe('fault 4: a request that has more metrics than are allowed', () => {
  const MESSAGE = 'MaxMetricsExceeded: Maximum number of allowed metrics exceeded';

  const allowing = (aws: AwsDouble, answeredMetrics: number) =>
    aws.fail({ operation: 'GetMetricData', with: { answeredMetrics } });

  test('is made again for what has no answer, and for nothing that has', async () => {
    const { aws, put, read } = await startMetrics();
    const locators = Array.from({ length: 9 }, (_, i) => locatorOf(`web-${i}`));
    for (const [i, locator] of locators.entries()) put(locator, [i]);
    allowing(aws, 2);

    expect((await read(locators)).map(valuesOf)).toEqual(locators.map((_, i) => [i]));
    expect(hostsAsked(aws).map((hosts) => hosts.length)).toEqual([9, 7, 5, 3, 1]);
  });

  test('is made again also for the percentile whose count has no answer', async () => {
    const { aws, put, read } = await startMetrics();
    const locators = ['web', 'db'].map((host) =>
      locatorOf(host, { statistic: 'p90', minSamples: 1 }),
    );
    for (const [i, locator] of locators.entries()) put(locator, [i]);
    allowing(aws, 3);

    expect((await read(locators)).map(valuesOf)).toEqual([[0], [1]]);
    expect(hostsAsked(aws)).toEqual([
      ['web', 'web', 'db', 'db'],
      ['db', 'db'],
    ]);
  });

  test('is halved when nothing has an answer, down to single series, which may be read later', async () => {
    const { aws, put, read } = await startMetrics();
    for (const host of HOSTS) put(locatorOf(host), [1]);
    allowing(aws, 0);

    const results = await read(HOSTS.map((host) => locatorOf(host)));

    expect(results).toEqual(
      HOSTS.map(() => ({ status: 'failed', reason: MESSAGE, retryable: true })),
    );
  });

  test('is a mistake in the configuration when one expression alone is too much', async () => {
    const { aws, put, read } = await startMetrics();
    put(locatorOf('web'), [1]);
    const tooMuch: CloudWatchExpressionLocator = {
      kind: 'cloudwatch-expression',
      expression: '2 * a',
      metrics: { a: locatorOf('web') },
      label: 'twice',
    };
    aws.fail({
      operation: 'GetMetricData',
      when: ({ MetricDataQueries: queries }: { MetricDataQueries: MetricDataQuery[] }) =>
        queries.some(({ Expression }) => Expression !== undefined),
      with: { answeredMetrics: 0 },
    });

    const results = await read([tooMuch, locatorOf('web')]);

    expect(results).toMatchObject([
      {
        status: 'failed',
        reason: `${MESSAGE}; the expression needs more metrics than one request may have: use fewer`,
        retryable: false,
      },
      { status: 'complete', values: [1] },
    ]);
  });
});
