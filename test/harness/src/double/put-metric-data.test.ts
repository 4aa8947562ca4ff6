import { ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { ask, CPU, DAY, HOUR, MINUTE, NOW, query, started } from './testing/metric-data.ts';

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
