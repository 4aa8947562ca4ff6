import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  ListMetricsCommand,
  type ListMetricsCommandInput,
  type MetricDataQuery,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import type { MetricName } from './metric-store.ts';
import { startDouble } from './testing/clients.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Noon, so that it is a whole number of every period in use here. */
const NOW = Date.UTC(2026, 10, 24, 12);

const CPU: MetricName = { namespace: 'Shop', metric: 'Cpu', dimensions: { Host: 'a' } };

const started = () => startDouble({ now: () => NOW });

function query(id: string, stat: string, period = 60, metric = CPU): MetricDataQuery {
  const Dimensions = Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: metric.namespace, MetricName: metric.metric, Dimensions },
      Period: period,
      Stat: stat,
    },
  };
}

function ask(
  client: CloudWatchClient,
  queries: MetricDataQuery[],
  rest: Partial<GetMetricDataCommandInput> = {},
): Promise<GetMetricDataCommandOutput> {
  return client.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(NOW - HOUR),
      EndTime: new Date(NOW),
      ScanBy: 'TimestampAscending',
      ...rest,
    }),
  );
}

/** Every page of a request, with how many points each had. */
async function everyPage(
  client: CloudWatchClient,
  queries: MetricDataQuery[],
  rest: Partial<GetMetricDataCommandInput>,
) {
  const points = new Map<string, { ms: number; value: number }[]>();
  const pages: GetMetricDataCommandOutput[] = [];
  let token: string | undefined;
  do {
    const answer = await ask(client, queries, { ...rest, ...(token ? { NextToken: token } : {}) });
    pages.push(answer);
    for (const { Id, Timestamps, Values } of answer.MetricDataResults ?? []) {
      const known = points.get(Id!) ?? [];
      points.set(Id!, known);
      Timestamps!.forEach((time, i) => {
        known.push({ ms: time.getTime(), value: Values![i]! });
      });
    }
    token = answer.NextToken;
  } while (token);
  return { pages, points };
}

function series(length: number, stepMs: number, valueAt = (i: number) => i) {
  return {
    timestamps: Array.from({ length }, (_, i) => NOW - (length - i) * stepMs),
    values: Array.from({ length }, (_, i) => valueAt(i)),
  };
}

describe('GetMetricData', () => {
  it('computes every statistic of what was measured in a period', async () => {
    const { aws, cloudwatch } = await started();
    const at = NOW - 10 * MINUTE;
    aws.cloudwatch.put(CPU, { timestamps: [at, at, at], values: [1, 5, 2], counts: [1, 1, 2] });
    const stats = ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'];
    const { MetricDataResults } = await ask(
      cloudwatch,
      stats.map((stat) => query(stat.toLowerCase(), stat)),
    );
    expect(MetricDataResults!.map(({ Values }) => Values)).toEqual([[4], [10], [2.5], [1], [5]]);
    expect(MetricDataResults!.map(({ StatusCode }) => StatusCode)).toEqual(
      stats.map(() => 'Complete'),
    );
    expect(MetricDataResults![0]!.Timestamps).toEqual([new Date(at)]);
    expect(MetricDataResults![0]!.Label).toBe('Cpu');
  });

  it('adds up what is measured at one timestamp in several puts', async () => {
    const { aws, cloudwatch } = await started();
    const at = NOW - 10 * MINUTE;
    aws.cloudwatch.put(CPU, { timestamps: [at], values: [1] });
    aws.cloudwatch.put(CPU, { timestamps: [at - MINUTE, at + 30_000], values: [7, 2] });
    const { MetricDataResults } = await ask(cloudwatch, [query('s', 'Sum')]);
    expect(MetricDataResults![0]!.Values).toEqual([7, 3]);
  });

  it('refuses measurements that CloudWatch could not have', async () => {
    const { aws } = await started();
    const put = (timestamps: number[], values: number[]) => () =>
      aws.cloudwatch.put(CPU, { timestamps, values });
    expect(put([NOW], [1, 2])).toThrow('must be equally many, got 1, 2 and none');
    expect(put([NOW], [Number.POSITIVE_INFINITY])).toThrow('finite or NaN, got Infinity');
    expect(put([NOW * 1000], [1])).toThrow('milliseconds since 1970');
  });

  it('has no sample where NaN is measured', async () => {
    const { aws, cloudwatch } = await started();
    const { timestamps } = series(3, MINUTE);
    aws.cloudwatch.put(CPU, { timestamps, values: [1, Number.NaN, 3] });
    const { MetricDataResults } = await ask(cloudwatch, [query('c', 'SampleCount')]);
    expect(MetricDataResults![0]!.Values).toEqual([1, 1]);
  });

  it('takes percentiles by nearest rank', async () => {
    const { aws, cloudwatch } = await started();
    const values = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 1); // 1 to 100, mixed
    aws.cloudwatch.put(CPU, { timestamps: values.map(() => NOW - MINUTE), values });
    const percents = [0, 1, 7, 29, 50, 90, 99, 99.5, 100];
    const { MetricDataResults } = await ask(
      cloudwatch,
      percents.map((percent, i) => query(`p${i}`, `p${percent}`)),
    );
    // Of the numbers 1 to 100, the one of rank ceil(p) is the p-th percentile.
    expect(MetricDataResults!.map(({ Values }) => Values)).toEqual(
      percents.map((percent) => [Math.max(1, Math.ceil(percent))]),
    );
  });

  it('counts a value as often as it was measured in percentiles', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, { timestamps: [NOW - 1, NOW - 1], values: [9, 1], counts: [1, 99] });
    const { MetricDataResults } = await ask(
      cloudwatch,
      ['p50', 'p99', 'p99.5'].map((stat, i) => query(`p${i}`, stat)),
    );
    expect(MetricDataResults!.map(({ Values }) => Values)).toEqual([[1], [1], [9]]);
  });

  it('sorts what is put in any order, and what is measured more than once with it', async () => {
    const { aws, cloudwatch } = await started();
    const at = (minutes: number) => NOW - minutes * MINUTE;
    aws.cloudwatch.put(CPU, { timestamps: [at(1)], values: [1] });
    aws.cloudwatch.put(CPU, { timestamps: [at(3), at(2)], values: [3, 2], counts: [30, 20] });
    const last = Array.from({ length: 20 }, (_, i) => at(20 - i));
    aws.cloudwatch.put(CPU, { timestamps: last, values: last.map(() => 0) });
    const { MetricDataResults } = await ask(cloudwatch, [
      query('sum', 'Sum'),
      query('count', 'SampleCount'),
    ]);
    expect(MetricDataResults![0]!.Values!.slice(-4)).toEqual([0, 90, 40, 1]);
    expect(MetricDataResults![1]!.Values!.slice(-4)).toEqual([1, 31, 21, 2]);
  });

  it('has no percentiles of negative values', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, { timestamps: [NOW - MINUTE, NOW - 2 * MINUTE], values: [-1, 4] });
    const { MetricDataResults } = await ask(cloudwatch, [query('p', 'p50')]);
    expect(MetricDataResults![0]!.Values).toEqual([4]);
  });

  it('gives the newest sample first unless asked otherwise', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, series(3, MINUTE));
    const { MetricDataResults } = await ask(cloudwatch, [query('a', 'Average')], {
      ScanBy: undefined,
    });
    expect(MetricDataResults![0]!.Values).toEqual([2, 1, 0]);
  });

  it('aligns samples to their period, with the start included and the end not', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(
      CPU,
      series(60, MINUTE, () => 1),
    );
    const { MetricDataResults } = await ask(cloudwatch, [query('s', 'Sum', 300)], {
      StartTime: new Date(NOW - 20 * MINUTE),
      EndTime: new Date(NOW - 5 * MINUTE),
    });
    const minutes = MetricDataResults![0]!.Timestamps!.map(
      (time) => (time.getTime() - NOW) / MINUTE,
    );
    expect(minutes).toEqual([-20, -15, -10]);
    expect(MetricDataResults![0]!.Values).toEqual([5, 5, 5]);
  });

  it('leaves out the period that began before the start', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(
      CPU,
      series(60, MINUTE, () => 1),
    );
    const { MetricDataResults } = await ask(cloudwatch, [query('s', 'Sum', 300)], {
      StartTime: new Date(NOW - 12 * MINUTE),
    });
    expect(MetricDataResults![0]!.Values).toEqual([5, 5]);
  });

  it.each([
    ['the minute within 15 days', 1 * DAY, MINUTE],
    ['five minutes within 63 days', 20 * DAY, 5 * MINUTE],
    ['the hour beyond 63 days', 70 * DAY, HOUR],
  ])('rounds the start down to %s', async (_, age, step) => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, { timestamps: [NOW - age - step, NOW - age], values: [1, 2] });
    const { MetricDataResults } = await ask(cloudwatch, [query('s', 'Sum', 3600)], {
      StartTime: new Date(NOW - age + step - 1_000),
      EndTime: new Date(NOW),
    });
    expect(MetricDataResults![0]!.Values!.at(0)).toBe(2);
  });

  it('keeps fine samples for a shorter time than coarse ones', async () => {
    const { aws, cloudwatch } = await started();
    const ages = [2 * HOUR, 4 * HOUR, 14 * DAY, 16 * DAY, 62 * DAY, 64 * DAY, 454 * DAY, 456 * DAY];
    aws.cloudwatch.put(CPU, {
      timestamps: ages.map((age) => NOW - age),
      values: ages.map(() => 1),
      resolutionSeconds: 1,
    });
    const periods = [1, 60, 300, 3600];
    const { MetricDataResults } = await ask(
      cloudwatch,
      periods.map((period) => query(`p${period}`, 'Sum', period)),
      { StartTime: new Date(NOW - 500 * DAY) },
    );
    expect(MetricDataResults!.map(({ Values }) => Values!.length)).toEqual([1, 3, 5, 7]);
  });

  it('has samples of less than a minute of metrics of high resolution only', async () => {
    const { aws, cloudwatch } = await started();
    const timestamps = [NOW - 20_000, NOW - 10_000];
    const fine = { ...CPU, metric: 'Fine' };
    aws.cloudwatch.put(CPU, { timestamps, values: [1, 2] });
    aws.cloudwatch.put(fine, { timestamps, values: [1, 2], resolutionSeconds: 1 });
    const { MetricDataResults } = await ask(cloudwatch, [
      query('coarse', 'Sum', 10),
      query('fine', 'Sum', 10, fine),
    ]);
    expect(MetricDataResults!.map(({ Values }) => Values)).toEqual([[], [1, 2]]);
  });

  it('answers an unknown metric as complete and empty', async () => {
    const { cloudwatch } = await started();
    const { MetricDataResults } = await ask(cloudwatch, [query('a', 'Average')]);
    expect(MetricDataResults).toEqual([
      { Id: 'a', Label: 'Cpu', Timestamps: [], Values: [], StatusCode: 'Complete' },
    ]);
  });

  it('finds a metric by all of its dimensions, in any order', async () => {
    const { aws, cloudwatch } = await started();
    const two = { ...CPU, dimensions: { Host: 'a', Disk: 'b' } };
    aws.cloudwatch.put(two, series(1, MINUTE));
    const { MetricDataResults } = await ask(cloudwatch, [
      query('all', 'Sum', 60, { ...CPU, dimensions: { Disk: 'b', Host: 'a' } }),
      query('fewer', 'Sum'),
    ]);
    expect(MetricDataResults!.map(({ Values }) => Values!.length)).toEqual([1, 0]);
  });

  it('does not know yet what is measured later than its clock', async () => {
    let now = NOW;
    const { aws, cloudwatch } = await startDouble({ now: () => now });
    aws.cloudwatch.put(CPU, { timestamps: [NOW, NOW + MINUTE], values: [1, 2] });
    const EndTime = new Date(NOW + HOUR);
    const before = await ask(cloudwatch, [query('a', 'Sum')], { EndTime });
    now += MINUTE;
    const after = await ask(cloudwatch, [query('a', 'Sum')], { EndTime });
    expect(before.MetricDataResults![0]!.Values).toEqual([1]);
    expect(after.MetricDataResults![0]!.Values).toEqual([1, 2]);
  });

  it('gives nothing in a unit that was not measured', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, { ...series(2, MINUTE), unit: 'Percent' });
    aws.cloudwatch.put(CPU, { ...series(1, MINUTE), unit: 'Count' });
    const inUnit = (unit: 'Percent' | 'Bytes') => {
      const { Id, MetricStat } = query(unit.toLowerCase(), 'SampleCount', 3600);
      return { Id, MetricStat: { ...MetricStat!, Unit: unit } };
    };
    const { MetricDataResults } = await ask(cloudwatch, [
      inUnit('Percent'),
      inUnit('Bytes'),
      query('any', 'SampleCount', 3600),
    ]);
    expect(MetricDataResults!.map(({ Values }) => Values)).toEqual([[2], [], [3]]);
  });

  it.each(['TimestampAscending', 'TimestampDescending'] as const)(
    'pages %s so that every sample comes exactly once',
    async (ScanBy) => {
      const { aws, cloudwatch } = await started();
      const names = ['a', 'b', 'c'].map((metric) => ({ ...CPU, metric }));
      for (const name of names) aws.cloudwatch.put(name, series(50, MINUTE));
      const queries = names.map((name) => query(name.metric, 'Average', 60, name));
      const { pages, points } = await everyPage(cloudwatch, queries, { ScanBy, MaxDatapoints: 40 });

      // a is cut, b and c wait; a ends and b is cut; b ends and c is cut; c ends.
      expect(
        pages.map(({ MetricDataResults }) =>
          MetricDataResults!.map(({ Id, StatusCode }) => `${Id} ${StatusCode}`),
        ),
      ).toEqual([
        ['a PartialData', 'b PartialData', 'c PartialData'],
        ['a Complete', 'b PartialData', 'c PartialData'],
        ['b Complete', 'c PartialData'],
        ['c Complete'],
      ]);
      const expected = series(50, MINUTE);
      for (const name of names) {
        const got = points.get(name.metric)!;
        if (ScanBy === 'TimestampDescending') got.reverse();
        expect(got.map(({ ms }) => ms)).toEqual(expected.timestamps);
        expect(got.map(({ value }) => value)).toEqual(expected.values);
      }
    },
  );

  it('gives all pages as of the first, whatever is measured meanwhile', async () => {
    let now = NOW;
    const { aws, cloudwatch } = await startDouble({
      now: () => {
        now += MINUTE;
        return now;
      },
    });
    aws.cloudwatch.put(CPU, series(30, MINUTE));
    aws.cloudwatch.put(CPU, { timestamps: [NOW + 2 * MINUTE], values: [99] });
    const { points } = await everyPage(cloudwatch, [query('a', 'Sum')], {
      ScanBy: 'TimestampDescending',
      EndTime: new Date(NOW + HOUR),
      MaxDatapoints: 10,
    });
    expect(
      points
        .get('a')!
        .map(({ value }) => value)
        .reverse(),
    ).toEqual(series(30, MINUTE).values);
  });

  it('puts fifty metrics of a week of five minutes on a page', async () => {
    const { aws, cloudwatch } = await started();
    const week = series(2016, 5 * MINUTE);
    const names = Array.from({ length: 51 }, (_, i) => ({ ...CPU, metric: `m${i}` }));
    for (const name of names) aws.cloudwatch.put(name, week);
    const { pages, points } = await everyPage(
      cloudwatch,
      names.map((name) => query(name.metric, 'Average', 300, name)),
      { StartTime: new Date(NOW - 7 * DAY) },
    );
    expect(pages).toHaveLength(2);
    expect(pages[0]!.MetricDataResults!.map(({ StatusCode }) => StatusCode)).toEqual([
      ...new Array(50).fill('Complete'),
      'PartialData',
    ]);
    expect(points.get('m50')).toHaveLength(2016);
  });

  it('refuses a token of another request', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, series(50, MINUTE));
    const { NextToken } = await ask(cloudwatch, [query('a', 'Sum')], { MaxDatapoints: 10 });
    await expect(
      ask(cloudwatch, [query('b', 'Sum')], { MaxDatapoints: 10, NextToken: NextToken! }),
    ).rejects.toMatchObject({ name: 'InvalidNextToken' });
  });

  const manyQueries = (length: number) =>
    Array.from({ length }, (_, i) => query(`m${i}`, 'Average'));

  it('takes 500 queries', async () => {
    const { cloudwatch } = await started();
    const { MetricDataResults } = await ask(cloudwatch, manyQueries(500));
    expect(MetricDataResults).toHaveLength(500);
  });

  it.each<[string, MetricDataQuery[], Partial<GetMetricDataCommandInput>, RegExp]>([
    ['501 queries', manyQueries(501), {}, /greater than 500/],
    ['no query', [], {}, /MetricDataQueries is required/],
    ['an id used twice', [query('a', 'Sum'), query('a', 'Sum')], {}, /not unique/],
    ['an id with a capital', [query('A', 'Sum')], {}, /\^\[a-z\]/],
    ['an id of 256 characters', [query('a'.repeat(256), 'Sum')], {}, /pattern/],
    ['a period between', [query('a', 'Sum', 90)], {}, /multiple of 60/],
    ['an unknown statistic', [query('a', 'Median')], {}, /Median/],
    ['a percentile above 100', [query('a', 'p101')], {}, /p101/],
    ['a start at the end', [query('a', 'Sum')], { StartTime: new Date(NOW) }, /must be less than/],
    ['too large a page', [query('a', 'Sum')], { MaxDatapoints: 100_801 }, /100800/],
    ['nothing to return', [{ ...query('a', 'Sum'), ReturnData: false }], {}, /ReturnData/],
    ['an account elsewhere', [{ ...query('a', 'Sum'), AccountId: '1' }], {}, /monitors no others/],
    ['neither metric nor expression', [{ Id: 'a' }], {}, /either Expression or MetricStat/],
    ['both', [{ ...query('a', 'Sum'), Expression: '1' }], {}, /either Expression or MetricStat/],
  ])('refuses %s', async (_, queries, rest, message) => {
    const { cloudwatch } = await started();
    await expect(ask(cloudwatch, queries, rest)).rejects.toMatchObject({
      name: 'ValidationException',
      Code: 'ValidationError',
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('Metric math in GetMetricData', () => {
  it('computes expressions of metrics that are not returned themselves', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put({ ...CPU, metric: 'errors' }, series(3, MINUTE));
    aws.cloudwatch.put(
      { ...CPU, metric: 'requests' },
      series(3, MINUTE, () => 4),
    );
    const { MetricDataResults } = await ask(cloudwatch, [
      { Id: 'rate', Expression: '100 * errors / requests', Label: 'Error rate' },
      { ...query('errors', 'Sum', 60, { ...CPU, metric: 'errors' }), ReturnData: false },
      { ...query('requests', 'Sum', 60, { ...CPU, metric: 'requests' }), ReturnData: false },
    ]);
    expect(MetricDataResults).toHaveLength(1);
    expect(MetricDataResults![0]).toMatchObject({
      Id: 'rate',
      Label: 'Error rate',
      Values: [0, 25, 50],
      StatusCode: 'Complete',
    });
  });

  it('fills what was asked for, and no more', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, { timestamps: [NOW - 3 * MINUTE], values: [9] });
    const { MetricDataResults } = await ask(
      cloudwatch,
      [
        { Id: 'filled', Expression: 'FILL(m, 0)' },
        { ...query('m', 'Sum'), ReturnData: false },
      ],
      { StartTime: new Date(NOW - 5 * MINUTE) },
    );
    expect(MetricDataResults![0]!.Values).toEqual([0, 0, 9, 0, 0]);
  });

  it('does not fill the future', async () => {
    const { cloudwatch } = await started();
    const { MetricDataResults } = await ask(
      cloudwatch,
      [
        { Id: 'filled', Expression: 'FILL(m, 0)' },
        { ...query('m', 'Sum'), ReturnData: false },
      ],
      { StartTime: new Date(NOW - 5 * MINUTE), EndTime: new Date(NOW + HOUR) },
    );
    expect(MetricDataResults![0]!.Values).toHaveLength(5);
  });

  it('moves a result that does not fit to the next page, whole', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, series(30, MINUTE));
    const queries = [query('m', 'Sum'), { Id: 'e', Expression: 'm * 2' }];
    const { pages, points } = await everyPage(cloudwatch, queries, { MaxDatapoints: 40 });
    expect(pages).toHaveLength(2);
    expect(pages[0]!.MetricDataResults!.map(({ Values }) => Values!.length)).toEqual([30, 0]);
    expect(pages[1]!.MetricDataResults!.map(({ Id }) => Id)).toEqual(['e']);
    expect(points.get('e')).toHaveLength(30);
  });

  it('cuts a result that is longer than a page, without a token', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, series(30, MINUTE));
    const answer = await ask(
      cloudwatch,
      [
        { ...query('m', 'Sum'), ReturnData: false },
        { Id: 'e', Expression: 'm * 2' },
      ],
      { MaxDatapoints: 20 },
    );
    expect(answer.NextToken).toBeUndefined();
    expect(answer.MetricDataResults![0]).toMatchObject({ StatusCode: 'PartialData' });
    expect(answer.MetricDataResults![0]!.Values).toHaveLength(20);
  });

  it('refuses an expression even before its page, and when it is not returned', async () => {
    const { aws, cloudwatch } = await started();
    aws.cloudwatch.put(CPU, series(30, MINUTE));
    const wrong = { Id: 'e', Expression: 'm * nobody' };
    for (const expression of [wrong, { ...wrong, ReturnData: false }]) {
      await expect(
        ask(cloudwatch, [query('m', 'Sum'), expression], { MaxDatapoints: 10 }),
      ).rejects.toMatchObject({
        message: expect.stringMatching(/^Error in expression 'e': nobody/),
      });
    }
  });

  it.each([
    ['m +', /ends where a value/],
    ['m + nobody', /nobody is the id of no query/],
    ['e', /depends on itself/],
    ['1 + 1', /not a number/],
    ['WHAT(m)', /WHAT is not known/],
    ['m $ 2', /cannot read it from position/],
  ])('refuses the expression %s', async (Expression, message) => {
    const { cloudwatch } = await started();
    await expect(
      ask(cloudwatch, [query('m', 'Sum'), { Id: 'e', Expression }]),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });
});

describe('ListMetrics', () => {
  it('lists 500 a page, each metric once', async () => {
    const { aws, cloudwatch } = await started();
    for (let i = 0; i < 1_201; i++) {
      aws.cloudwatch.put({ ...CPU, dimensions: { Host: String(i) } }, series(1, MINUTE));
    }
    const hosts: string[] = [];
    const pages: number[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await cloudwatch.send(new ListMetricsCommand({ NextToken }));
      pages.push(answer.Metrics!.length);
      hosts.push(...answer.Metrics!.map(({ Dimensions }) => Dimensions![0]!.Value!));
      NextToken = answer.NextToken;
    } while (NextToken);
    expect(pages).toEqual([500, 500, 201]);
    expect(new Set(hosts).size).toBe(1_201);
  });

  it('filters by namespace, name and dimensions that a metric has among others', async () => {
    const { aws, cloudwatch } = await started();
    const put = (namespace: string, metric: string, dimensions: Record<string, string>) =>
      aws.cloudwatch.put({ namespace, metric, dimensions }, series(1, MINUTE));
    put('A', 'x', { Host: '1' });
    put('A', 'x', { Host: '1', Disk: '2' });
    put('A', 'y', { Host: '2' });
    put('B', 'x', {});
    const count = async (filter: ListMetricsCommandInput) =>
      (await cloudwatch.send(new ListMetricsCommand(filter))).Metrics!.length;
    expect(await count({})).toBe(4);
    expect(await count({ Namespace: 'A' })).toBe(3);
    expect(await count({ MetricName: 'x' })).toBe(3);
    expect(await count({ Dimensions: [{ Name: 'Host' }] })).toBe(3);
    expect(await count({ Dimensions: [{ Name: 'Host', Value: '1' }] })).toBe(2);
    expect(await count({ Dimensions: [{ Name: 'Host', Value: '1' }, { Name: 'Disk' }] })).toBe(1);
  });

  it.each<[string, ListMetricsCommandInput]>([
    ['another span than PT3H', { RecentlyActive: 'PT1H' as 'PT3H' }],
    ['eleven dimensions', { Dimensions: new Array(11).fill({ Name: 'a' }) }],
  ])('refuses %s', async (_, input) => {
    const { cloudwatch } = await started();
    await expect(cloudwatch.send(new ListMetricsCommand(input))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('forgets what was silent for two weeks, and PT3H what was for three hours', async () => {
    const { aws, cloudwatch } = await started();
    const silentFor = (metric: string, ms: number) =>
      aws.cloudwatch.put({ ...CPU, metric }, { timestamps: [NOW - ms], values: [1] });
    silentFor('now', MINUTE);
    silentFor('today', 4 * HOUR);
    silentFor('longAgo', 15 * DAY);
    silentFor('tomorrow', -DAY);
    const names = async (RecentlyActive?: 'PT3H') => {
      const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ RecentlyActive }));
      return Metrics!.map(({ MetricName }) => MetricName);
    };
    expect(await names()).toEqual(['now', 'today']);
    expect(await names('PT3H')).toEqual(['now']);
  });
});

describe('PutMetricData', () => {
  it('stores what is sent in every form', async () => {
    const { cloudwatch } = await started();
    const Timestamp = new Date(NOW - 2 * MINUTE);
    const datum = { MetricName: 'Cpu', Dimensions: [{ Name: 'Host', Value: 'a' }], Timestamp };
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: [
          { ...datum, Value: 3 },
          { ...datum, Values: [1, 2], Counts: [4, 1] },
          { ...datum, StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 } },
        ],
      }),
    );
    const { MetricDataResults } = await ask(
      cloudwatch,
      ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'p50'].map((stat) =>
        query(stat.toLowerCase(), stat),
      ),
    );
    expect(MetricDataResults!.map(({ Values }) => Values)).toEqual([[8], [39], [1], [20], []]);
  });

  it('keeps the unit and the resolution of what is sent', async () => {
    const { cloudwatch } = await started();
    const datum = { MetricName: 'm', Value: 1, Unit: 'Percent', StorageResolution: 1 } as const;
    const MetricData = [5_000, 15_000].map((age) => ({ ...datum, Timestamp: new Date(NOW - age) }));
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    const { MetricStat } = query('m', 'Sum', 10, { ...CPU, metric: 'm', dimensions: {} });
    const { MetricDataResults } = await ask(cloudwatch, [
      { Id: 'percent', MetricStat: { ...MetricStat!, Unit: 'Percent' } },
      { Id: 'bytes', MetricStat: { ...MetricStat!, Unit: 'Bytes' } },
    ]);
    expect(MetricDataResults!.map(({ Values }) => Values)).toEqual([[1, 1], []]);
  });

  it('sorts sums that come late among values', async () => {
    const { cloudwatch } = await started();
    const StatisticValues = { SampleCount: 2, Sum: 30, Minimum: 15, Maximum: 15 };
    const MetricData = [
      { MetricName: 'm', Timestamp: new Date(NOW - MINUTE), Value: 1 },
      { MetricName: 'm', Timestamp: new Date(NOW - 3 * MINUTE), StatisticValues },
      { MetricName: 'm', Timestamp: new Date(NOW - 2 * MINUTE), Value: 2 },
    ];
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    const metric = { ...CPU, metric: 'm', dimensions: {} };
    const { MetricDataResults } = await ask(cloudwatch, [
      query('sum', 'Sum', 60, metric),
      query('median', 'p50', 60, metric),
    ]);
    expect(MetricDataResults![0]!.Values).toEqual([30, 2, 1]);
    expect(MetricDataResults![1]!.Values).toEqual([15, 2, 1]); // a set of one value has percentiles
  });

  it('reads compressed bodies and takes 1000 metrics', async () => {
    const { aws, cloudwatch } = await started();
    const MetricData = Array.from({ length: 1_000 }, (_, i) => ({ MetricName: `m${i}`, Value: i }));
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    expect(aws.calls.at(-1)).toMatchObject({ operation: 'PutMetricData', status: 200 });
    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ MetricName: 'm999' }));
    expect(Metrics).toHaveLength(1);
  });

  it.each<[string, object | object[]]>([
    ['NaN', { MetricName: 'm', Value: Number.NaN }],
    ['infinity', { MetricName: 'm', Value: Number.POSITIVE_INFINITY }],
    ['a huge value', { MetricName: 'm', Value: 2 ** 361 }],
    ['no value', { MetricName: 'm' }],
    ['a dimension of other letters', dimension('Zürich')],
    ['a dimension with a control character', dimension('a\u0007')],
    ['a dimension without a value', dimension('')],
    ['a time of long ago', { MetricName: 'm', Value: 1, Timestamp: new Date(NOW - 15 * DAY) }],
    ['a time to come', { MetricName: 'm', Value: 1, Timestamp: new Date(NOW + 3 * HOUR) }],
    ['a value in two forms', { MetricName: 'm', Value: 1, Values: [1] }],
    ['more counts than values', { MetricName: 'm', Values: [1], Counts: [1, 2] }],
    ['31 dimensions', { MetricName: 'm', Value: 1, Dimensions: dimensions(31) }],
    ['151 values', { MetricName: 'm', Values: new Array(151).fill(1) }],
    ['1001 metrics', new Array(1_001).fill({ MetricName: 'm', Value: 1 })],
  ])('refuses %s, and with it the whole request', async (_, bad) => {
    const { cloudwatch } = await started();
    const MetricData = [{ MetricName: 'good', Value: 1 }, bad].flat() as { MetricName: string }[];
    await expect(
      cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    expect((await cloudwatch.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  });
});

function dimensions(length: number): object[] {
  return Array.from({ length }, (_, i) => ({ Name: `d${i}`, Value: 'v' }));
}

function dimension(Value: string): object {
  return { MetricName: 'm', Value: 1, Dimensions: [{ Name: 'City', Value }] };
}
