import { describe, expect, test } from 'vitest';
import { watchedByName } from './by-name.ts';
import { KNOWN_SERVICES } from './known-services.ts';
import { monthlyReads } from './proposal.ts';
import { proposeMonitors } from './propose-metrics.ts';

const metric = (
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>> = {},
) => ({ namespace, metric: name, dimensions });

const entries = (...metrics: readonly ReturnType<typeof metric>[]) =>
  proposeMonitors(metrics).proposals.map(({ entry }) => entry);

describe('metrics of an account', () => {
  test('that differ in one dimension become a monitor, with * where they differ', () => {
    const [entry] = entries(
      metric('AWS/ECS', 'CPUUtilization', { ClusterName: 'prod', ServiceName: 'web' }),
      metric('AWS/ECS', 'CPUUtilization', { ClusterName: 'prod', ServiceName: 'api' }),
    );
    expect(entry).toMatchObject({
      metric: { dimensions: { ClusterName: 'prod', ServiceName: '*' }, statistic: 'Average' },
      maxSeries: 20,
    });
  });

  test('of one resource become a monitor of just that', () => {
    const [entry] = entries(metric('AWS/EC2', 'CPUUtilization', { InstanceId: 'i-1' }));
    expect(entry?.metric?.dimensions).toEqual({ InstanceId: 'i-1' });
    expect(entry).not.toHaveProperty('maxSeries');
  });

  test('are watched by the best of the dimensions that they are published under', () => {
    const { proposals, leftOut } = proposeMonitors([
      metric('AWS/ApplicationELB', 'RequestCount', { LoadBalancer: 'a' }),
      metric('AWS/ApplicationELB', 'RequestCount', { LoadBalancer: 'a', AvailabilityZone: '1a' }),
    ]);
    expect(proposals.map(({ entry }) => entry.metric?.dimensions)).toEqual([{ LoadBalancer: 'a' }]);
    expect(leftOut).toEqual([
      'AWS/ApplicationELB: 1 that tell less, or the same by other dimensions',
    ]);
  });

  test('that go wrong are watched as a share of all while they are few, as counts when they are many', () => {
    const functions = (count: number) =>
      Array.from({ length: count }, (_, i) => [
        metric('AWS/Lambda', 'Errors', { FunctionName: `f${i}` }),
        metric('AWS/Lambda', 'Invocations', { FunctionName: `f${i}` }),
      ]).flat();
    expect(entries(...functions(3)).map(({ name }) => name)).toEqual([
      'Lambda error rate (f0)',
      'Lambda error rate (f1)',
      'Lambda error rate (f2)',
      'Lambda invocations',
    ]);
    expect(entries(...functions(4)).map(({ name }) => name)).toEqual([
      'Lambda errors',
      'Lambda invocations',
    ]);
  });

  test('come in the order of what they tell: first what users notice, last how much there is to do', () => {
    const names = entries(
      metric('AWS/SQS', 'NumberOfMessagesSent', { QueueName: 'q' }),
      metric('AWS/RDS', 'CPUUtilization', { DBInstanceIdentifier: 'd' }),
      metric('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: 'q' }),
      metric('Shop', 'Orders', {}),
    ).map(({ name }) => name);
    expect(names).toEqual([
      'Queue oldest message',
      'Database CPU',
      'Queue messages sent',
      'Orders',
    ]);
  });

  test('of one name in two namespaces get names of their own', () => {
    const names = entries(metric('Shop', 'Orders'), metric('Depot', 'Orders')).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['Orders', 'Orders (Depot)']);
  });
});

test.each([
  ['TargetResponseTime', 'p99'],
  ['http_request_duration_seconds', 'p99'],
  ['OrderLatencyMs', 'p99'],
  ['HTTPCode_Target_5XX_Count', 'Sum'],
  ['failed_logins', 'Sum'],
  ['RequestCount', 'Sum'],
  ['BytesReceived', 'Sum'],
  ['5xxErrorRate', 'Average'],
  ['disk_used_percent', 'Average'],
  ['CPUUtilization', 'Average'],
  ['FreeStorageSpace', 'Minimum'],
  ['ConsumerLag', 'Maximum'],
  ['Wobble', 'Average'],
])('the name %s tells to take the statistic %s', (name, statistic) => {
  expect(watchedByName(name).statistic).toBe(statistic);
});

test('every service that is known names the page of AWS that tells of it, and each metric once', () => {
  for (const { namespace, page, metrics } of KNOWN_SERVICES.values()) {
    expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
    const keys = metrics.map(({ metric, by }) => `${metric} ${by.join(' or ')}`);
    expect(new Set(keys).size, namespace).toBe(keys.length);
  }
});

test('a metric read every five minutes for thirty days costs nine cents: 8,640 reads at a cent a thousand', () => {
  expect(monthlyReads(1)).toBeCloseTo(0.0864, 10);
  expect(monthlyReads(1000)).toBeCloseTo(86.4, 10);
});
