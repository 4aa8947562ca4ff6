import { describe, expect, test } from 'vitest';
import { type Deploy, parseConfig } from './index.ts';

const deployOf = (lines: string): Deploy =>
  parseConfig(`version: 1\ndeploy: ${lines}\nmonitors: [{name: CPU, csv: cpu.csv}]`).deploy;

describe('deploy', () => {
  test('has the names, the schedule, the timeout and the memory of the article unless told', () => {
    expect(deployOf('{}')).toEqual({
      region: 'us-east-1',
      names: {
        rule: 'anomaly-detection-schedule',
        function: 'infrastructure-anomaly-detector',
        topic: 'anomaly-alerts',
        alarmsTopic: 'anomaly-detector-alarms',
        role: 'infrastructure-anomaly-detector',
        bucketPrefix: 'plumbline-state-',
      },
      scheduleMinutes: 5,
      timeoutSeconds: 60,
      memoryMb: 256,
      runtime: 'nodejs22.x',
      architecture: 'arm64',
      emails: [],
      alarmEmails: [],
      shards: 1,
      concurrency: 5,
      messages: { email: 'text', https: 'json' },
      dashboard: true,
      customerManagedKey: false,
      logRetentionDays: 30,
      keepState: true,
      eventBus: 'default',
      tags: {},
      backend: { type: 'local', path: 'terraform.tfstate' },
    });
  });

  test('reads durations in any unit', () => {
    const text = '{schedule: 1h, timeout: 15m, logRetention: 2w}';
    expect(deployOf(text)).toMatchObject({
      scheduleMinutes: 60,
      timeoutSeconds: 900,
      logRetentionDays: 14,
    });
  });

  test.each(['1m', '60s', '1d', '24h'])('takes %s for a schedule', (schedule) => {
    expect([1, 1440]).toContain(deployOf(`{schedule: ${schedule}}`).scheduleMinutes);
  });

  test.each([
    ['{shards: 0}', 'deploy.shards'],
    ['{shards: 257}', 'deploy.shards'],
    ['{shards: 1.5}', 'deploy.shards'],
    ['{concurrency: 1}', 'deploy.concurrency'],
    ['{concurrency: 1001}', 'deploy.concurrency'],
  ])('refuses %s, which is out of range', (lines, key) => {
    expect(() => deployOf(lines)).toThrow(key);
    expect(deployOf('{shards: 256, concurrency: 1000}')).toMatchObject({
      shards: 256,
      concurrency: 1000,
    });
  });

  test.each([
    ['false', undefined],
    ['true', { keepDays: 7 }],
    ['{}', { keepDays: 7 }],
    ['{keep: 1d}', { keepDays: 1 }],
    ['{keep: 48h}', { keepDays: 2 }],
    ['{keep: 52w}', { keepDays: 364 }],
  ])('of charts: %s keeps pictures for days: %j', (charts, kept) => {
    expect(deployOf(`{charts: ${charts}}`).charts).toEqual(kept);
  });

  test('lets one name be changed and keeps the others', () => {
    const { names } = deployOf('{names: {function: watch}}');
    expect(names).toMatchObject({ function: 'watch', topic: 'anomaly-alerts' });
  });

  test('keeps the state in S3 under a lock unless told otherwise', () => {
    expect(deployOf('{backend: {type: s3, bucket: states}}').backend).toEqual({
      type: 's3',
      bucket: 'states',
      key: 'plumbline/terraform.tfstate',
      region: 'us-east-1',
      lockfile: true,
    });
  });
});
