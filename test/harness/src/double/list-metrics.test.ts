import { ListMetricsCommand, type ListMetricsCommandInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { CPU, DAY, HOUR, MINUTE, NOW, series, started } from './testing/metric-data.ts';

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
