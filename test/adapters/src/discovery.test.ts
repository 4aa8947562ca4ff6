import type { ListMetricsCommandInput } from '@aws-sdk/client-cloudwatch';
import { createCloudWatchMetricSource } from '@plumbline/aws-adapters';
import type { CloudWatchLocator, Incomplete, Series } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { locatorOf, NOW, startMetrics } from './testing/metrics.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

const MINUTE_MS = 60_000;
const EVERY_HOST = locatorOf('*');

const resources = (found: readonly Series[]) => found.map(({ resource }) => resource);

/** Metrics with these dimensions, a sample each. */
async function startWith(...metrics: readonly Partial<CloudWatchLocator>[]) {
  const started = await startMetrics();
  const recent = { timestamps: [NOW - MINUTE_MS], values: [1] };
  const add = (changes: Partial<CloudWatchLocator>) =>
    started.aws.cloudwatch.put(locatorOf('', changes), recent);
  metrics.forEach(add);
  let now = NOW;
  return {
    ...started,
    source: createCloudWatchMetricSource(started.clients, { now: () => now }),
    addHost: (host: string) => add({ dimensions: { Host: host } }),
    later: (minutes: number) => {
      now += minutes * MINUTE_MS;
    },
  };
}

const ofHosts = (...hosts: readonly string[]) =>
  hosts.map((host) => ({ dimensions: { Host: host } }));

describe('a locator without *', () => {
  test('is its one series, and nobody is asked', async () => {
    const { aws, source } = await startWith();

    expect(await source.discover(locatorOf('web'))).toEqual([
      {
        id: 'cloudwatch://us-east-1/Shop/Latency?Host=web#Average',
        locator: locatorOf('web'),
        metric: 'Latency',
        resource: 'web',
      },
    ]);
    expect(aws.calls).toEqual([]);
  });

  test('may be math, whose series bears its label', async () => {
    const { source } = await startWith();
    const math = {
      kind: 'cloudwatch-expression',
      expression: 'a',
      metrics: { a: locatorOf('web') },
    } as const;

    const [named] = await source.discover({ ...math, label: 'errors / requests' });
    const [other] = await source.discover({
      ...math,
      label: 'errors / requests',
      expression: '2*a',
    });

    expect(named).toMatchObject({
      id: expect.stringMatching(
        /^cloudwatch:\/\/us-east-1\/=errors%20%2F%20requests#[0-9a-f]{32}$/,
      ),
      metric: 'errors / requests',
      resource: null,
    });
    expect(other?.id).not.toBe(named?.id);
  });
});

describe('a dimension of *', () => {
  test('stands for every value, in the order of the ids', async () => {
    const { source } = await startWith(...ofHosts('web-2', 'db', 'web-10', 'web-1'));

    const found = await source.discover(EVERY_HOST);

    expect(resources(found)).toEqual(['db', 'web-1', 'web-10', 'web-2']);
    expect(found[0]).toEqual({
      id: 'cloudwatch://us-east-1/Shop/Latency?Host=db#Average',
      locator: locatorOf('db'),
      metric: 'Latency',
      resource: 'db',
    });
  });

  test.each<[string, Partial<CloudWatchLocator>]>([
    ['another namespace', { namespace: 'Bank' }],
    ['another name', { metric: 'Errors' }],
    ['one dimension more', { dimensions: { Host: 'x', Zone: 'a' } }],
    ['another dimension', { dimensions: { Cluster: 'x' } }],
    ['a dimension in other letters', { dimensions: { host: 'x' } }],
    ['no dimension', { dimensions: {} }],
  ])('does not stand for %s', async (_, other) => {
    const { source } = await startWith(other, ...ofHosts('web'));

    expect(resources(await source.discover(EVERY_HOST))).toEqual(['web']);
  });

  test('leaves the other dimensions as they are told', async () => {
    const { source } = await startWith(
      { dimensions: { Host: 'web', Zone: 'a' } },
      { dimensions: { Host: 'db', Zone: 'b' } },
      { dimensions: { Zone: 'a', Host: 'db' } },
    );
    const hostsOfZone = locatorOf('*', { dimensions: { Host: '*', Zone: 'a' } });
    const both = locatorOf('*', { dimensions: { Zone: '*', Host: '*' } });

    expect(resources(await source.discover(hostsOfZone))).toEqual(['db', 'web']);
    expect(resources(await source.discover(both))).toEqual(['a db', 'b db', 'a web']);
  });

  test('stands for nothing when nothing matches', async () => {
    const { source } = await startWith();

    expect(await source.discover(EVERY_HOST)).toEqual([]);
  });

  test('is a value like any other when CloudWatch has it as one', async () => {
    const { source } = await startWith(...ofHosts('*', 'web'));

    expect(resources(await source.discover(EVERY_HOST))).toEqual(['*', 'web']);
  });

  /**
   * Names and values come from whoever may put metrics: ASCII without control characters, AWS says.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
   */
  test.each([
    ['a line break', 'web\nALERT resolved'],
    ['an escape sequence', '\u001b[2J'],
    ['letters beyond ASCII', 'wеb'],
    ['a character that turns the text around', 'web\u202e'],
    ['nothing', ''],
  ])('fault 28: does not stand for %s', async (_, hostile) => {
    const { source } = await startWith(...ofHosts(hostile, 'web'));

    expect(resources(await source.discover(EVERY_HOST))).toEqual(['web']);
  });

  test.each(['a?b=c#d', '../..', '%2F', 'web#Sum', '<b>', '__proto__'])(
    'fault 28: stands for %s under an id that no other metric has',
    async (host) => {
      const { source } = await startWith(...ofHosts(host));

      const [found] = await source.discover(EVERY_HOST);

      expect(found).toMatchObject({ resource: host, locator: { dimensions: { Host: host } } });
      expect(found?.id).toBe(
        `cloudwatch://us-east-1/Shop/Latency?Host=${encodeURIComponent(host)}#Average`,
      );
    },
  );

  test('fault 28: of a dimension with a hostile name is a dimension like any other', async () => {
    const dimensions = JSON.parse('{"__proto__": "web"}');
    const { source } = await startWith({ dimensions });

    const found = await source.discover(
      locatorOf('', { dimensions: JSON.parse('{"__proto__": "*"}') }),
    );

    expect(resources(found)).toEqual(['web']);
  });
});

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
describe('ListMetrics', () => {
  const inputsOf = ({ calls }: Awaited<ReturnType<typeof startWith>>['aws']) =>
    calls.map(({ input }) => input as ListMetricsCommandInput);

  test('is asked page by page for what the locator says, and for no more', async () => {
    const hosts = Array.from({ length: 1_001 }, (_, i) => `web-${i}`);
    const { aws, source } = await startWith(...ofHosts(...hosts), { metric: 'Errors' });

    expect(resources(await source.discover(EVERY_HOST))).toEqual(hosts.sort());
    expect(inputsOf(aws)).toMatchObject([
      { Namespace: 'Shop', MetricName: 'Latency', Dimensions: [{ Name: 'Host' }] },
      { NextToken: '500' },
      { NextToken: '1000' },
    ]);
  });

  test('takes ten dimensions, and the rest is compared here', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `D${i}`);
    const all = (value: string) => Object.fromEntries(names.map((name) => [name, value]));
    const wanted = { ...all('same'), D3: 'found' };
    const { aws, source } = await startWith(
      { dimensions: wanted },
      { dimensions: { ...wanted, D11: 'other' } },
    );

    const found = await source.discover(locatorOf('', { dimensions: { ...wanted, D3: '*' } }));

    expect(resources(found)).toEqual(['found']);
    expect(inputsOf(aws)[0]?.Dimensions).toHaveLength(10);
  });

  test('with more than 10,000 metrics to list goes on with those, and says so each time', async () => {
    const hosts = Array.from({ length: 10_001 }, (_, i) => `web-${i}`);
    const { aws, source } = await startWith(...ofHosts(...hosts));
    const remarks: Incomplete[] = [];
    const onIncomplete = (why: Incomplete) => remarks.push(why);

    expect(await source.discover(EVERY_HOST, { onIncomplete })).toHaveLength(10_000);
    expect(await source.discover(EVERY_HOST, { onIncomplete })).toHaveLength(10_000);

    expect(callsOf(aws, 'ListMetrics')).toHaveLength(20);
    const reason =
      'more than 10000 metrics match, the rest is not looked at: name more of the dimensions';
    expect(remarks).toEqual([
      { reason, retryable: false },
      { reason, retryable: false },
    ]);
  });

  test('is refused with advice', async () => {
    const { aws, source } = await startWith();
    aws.deny('cloudwatch:ListMetrics');

    await expect(source.discover(EVERY_HOST)).rejects.toMatchObject({
      name: 'AwsCallError',
      operation: 'ListMetrics',
      code: 'AccessDenied',
      retryable: false,
      message: expect.stringContaining('allow it cloudwatch:ListMetrics'),
    });
  });

  test('fault 1: is asked again when it is throttled, and given up when that lasts', async () => {
    const { aws, source } = await startWith(...ofHosts('web'));
    aws.fail({ operation: 'ListMetrics', with: 'throttled', times: 5 });

    await withoutWaiting(async () => {
      await expect(source.discover(EVERY_HOST)).rejects.toMatchObject({ retryable: true });
      expect(resources(await source.discover(EVERY_HOST))).toEqual(['web']);
    });
  });

  test('is not waited for longer than there is time', async () => {
    const { aws, source } = await startWith(...ofHosts('web'));

    await expect(source.discover(EVERY_HOST, { remainingMs: () => 0 })).rejects.toMatchObject({
      name: 'AwsCallError',
      operation: 'ListMetrics',
      retryable: true,
    });
    expect(aws.calls).toEqual([]);

    aws.fail({ operation: 'ListMetrics', with: { delayMs: 60_000 }, times: 1 });
    await expect(source.discover(EVERY_HOST, { remainingMs: () => 20 })).rejects.toMatchObject({
      code: 'OutOfTimeError',
      retryable: true,
    });
    expect(resources(await source.discover(EVERY_HOST))).toEqual(['web']);
  });
});

/** A new metric is listed within a quarter of an hour, so there is nothing to find before. */
describe('what was found', () => {
  test('is good for a quarter of an hour', async () => {
    const { aws, source, addHost, later } = await startWith(...ofHosts('web'));
    await source.discover(EVERY_HOST);
    addHost('db');

    later(14.9);
    expect(resources(await source.discover(EVERY_HOST))).toEqual(['web']);
    expect(aws.calls).toHaveLength(1);

    later(0.1);
    expect(resources(await source.discover(EVERY_HOST))).toEqual(['db', 'web']);
    expect(aws.calls).toHaveLength(2);
  });

  test('is good for its locator alone', async () => {
    const { aws, source } = await startWith(...ofHosts('web'));

    await source.discover(EVERY_HOST);
    const maximum = await source.discover({ ...EVERY_HOST, statistic: 'Maximum' });

    expect(maximum).toMatchObject([{ locator: { statistic: 'Maximum' } }]);
    expect(aws.calls).toHaveLength(2);
  });

  test('is kept when CloudWatch fails later, until it answers again', async () => {
    const { aws, source, addHost, later } = await startWith(...ofHosts('web'));
    await source.discover(EVERY_HOST);
    addHost('db');
    later(16);

    const allow = aws.deny('cloudwatch:ListMetrics');
    const remarks: Incomplete[] = [];
    const found = await source.discover(EVERY_HOST, { onIncomplete: (why) => remarks.push(why) });
    expect(resources(found)).toEqual(['web']);
    const reason = expect.stringMatching(
      /^ListMetrics: AccessDenied.*allow it cloudwatch:ListMetrics.*; watching what was found at 20.*Z$/,
    );
    expect(remarks).toEqual([{ reason, retryable: false }]);
    allow();

    expect(resources(await source.discover(EVERY_HOST))).toEqual(['db', 'web']);
  });

  test('is waited for no longer than five seconds when there is something to go on with', async () => {
    const { aws, source, later } = await startWith(...ofHosts('web'));
    await source.discover(EVERY_HOST);
    later(16);
    aws.fail({ operation: 'ListMetrics', with: { delayMs: 60_000 } });

    const remarks: Incomplete[] = [];
    const found = await source.discover(EVERY_HOST, { onIncomplete: (why) => remarks.push(why) });

    expect(resources(found)).toEqual(['web']);
    expect(remarks).toMatchObject([
      { reason: expect.stringContaining('no answer'), retryable: true },
    ]);
  });

  test('is not kept in place of what was never found', async () => {
    const { aws, source } = await startWith(...ofHosts('web'));
    const allow = aws.deny('cloudwatch:ListMetrics');
    await expect(source.discover(EVERY_HOST)).rejects.toThrow('AccessDenied');
    allow();

    expect(resources(await source.discover(EVERY_HOST))).toEqual(['web']);
  });
});
