import type { GetMetricDataCommandInput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { startDouble } from './testing/clients.ts';
import {
  ask,
  CPU,
  DAY,
  everyPage,
  HOUR,
  MINUTE,
  NOW,
  query,
  series,
  started,
} from './testing/metric-data.ts';

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
