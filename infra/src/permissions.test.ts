import type { Config } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { permissionsFor, platformPermissionsFor } from './permissions.ts';
import { configWith } from './testing/synthesised.ts';

type Monitor = Config['monitors'][number];
type CloudWatch = Extract<Monitor['source'], { kind: 'cloudwatch' }>;

const ROLE = 'arn:aws:iam::111122223333:role/reader';
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:payments';

/** A monitor of one metric, with this said otherwise. */
function monitor(source: Partial<CloudWatch> = {}, said: Partial<Monitor> = {}): Monitor {
  const [plain] = configWith().monitors;
  return { ...plain!, ...said, source: { ...(plain!.source as CloudWatch), ...source } };
}

const rowsOf = (...monitors: Monitor[]) => permissionsFor({ ...configWith(), monitors });
const row = (operation: string, ...monitors: Monitor[]) =>
  rowsOf(...monitors).find((permission) => permission.operation === operation);

describe('the table of permissions', () => {
  test('has every operation of a run, once for each kind of resource', () => {
    expect(rowsOf(monitor()).map(({ operation, actions }) => [operation, ...actions])).toEqual([
      ['GetMetricData', 'cloudwatch:GetMetricData'],
      ['GetObject', 's3:GetObject'],
      ['GetObject', 's3:ListBucket'],
      ['PutObject', 's3:PutObject'],
      ['ListObjectsV2', 's3:ListBucket'],
      ['PublishBatch', 'sns:Publish'],
      ['PutEvents', 'events:PutEvents'],
    ]);
  });

  test('lists metrics only when some dimension is a *', () => {
    expect(row('ListMetrics', monitor())).toBeUndefined();
    expect(row('ListMetrics', monitor({ dimensions: { InstanceId: '*' } }))).toMatchObject({
      actions: ['cloudwatch:ListMetrics'],
    });
  });

  test('takes on exactly the roles that monitors name', () => {
    expect(row('AssumeRole', monitor())).toBeUndefined();
    const twice = [monitor({ role: ROLE }), monitor({ role: ROLE }), monitor()];
    expect(row('AssumeRole', ...twice)).toMatchObject({ resources: [ROLE] });
  });

  test('reads nothing itself when every monitor has a role for it', () => {
    const elsewhere = monitor({ role: ROLE, dimensions: { InstanceId: '*' } });
    expect(row('GetMetricData', elsewhere)).toBeUndefined();
    expect(row('ListMetrics', elsewhere)).toBeUndefined();
  });

  test('reads in the regions of the monitors that it reads itself', () => {
    const monitors = [
      monitor(),
      monitor({ region: 'eu-west-1' }),
      monitor({ region: 'ap-south-1', role: ROLE }),
    ];
    expect(row('GetMetricData', ...monitors)?.condition).toEqual({
      test: 'StringEquals',
      variable: 'aws:RequestedRegion',
      values: ['eu-west-1', 'us-east-1'],
    });
  });

  test('publishes to the topic of the stack and to those that monitors name', () => {
    expect(row('PublishBatch', monitor({}, { topic: TOPIC }))).toMatchObject({
      actions: ['sns:Publish'],
      resources: ['alert-topic', TOPIC],
    });
  });

  test.each(['arn:aws:iam::111122223333:role/*', 'arn:aws:iam::111122223333:role/%{if true}'])(
    'is never widened by what a monitor names: %s',
    (role) => {
      expect(() => rowsOf(monitor({ role }))).toThrow(
        `expected the ARN of one resource, got ${JSON.stringify(role)}`,
      );
    },
  );

  test('plans, and reads its own messages, only where there are several shards', () => {
    const operations = (deploy: string): string[] => {
      const config = configWith(deploy);
      return [...permissionsFor(config), ...platformPermissionsFor(config)].map(
        ({ operation, actions }) => `${operation}: ${actions.join(', ')}`,
      );
    };
    const single = operations('{}');
    expect(operations('{shards: 2}').filter((row) => !single.includes(row))).toEqual([
      'SendMessageBatch: sqs:SendMessage',
      'workers: sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes',
    ]);
  });

  test('uses a key of your own through the services that encrypt with it, and not itself', () => {
    const config = configWith('{shards: 2, customerManagedKey: true, region: eu-west-1}');
    const rows = [...permissionsFor(config), ...platformPermissionsFor(config)].filter(
      ({ resources }) => resources.includes('key'),
    );
    expect(rows.map(({ operation, condition }) => [operation, condition?.values])).toEqual([
      ['SendMessageBatch', ['sqs.eu-west-1.*']],
      ['PublishBatch', ['sns.eu-west-1.*']],
      ['dead letters', ['sqs.eu-west-1.*']],
      ['workers', ['sqs.eu-west-1.*']],
    ]);
    for (const { condition } of rows) expect(condition?.variable).toBe('kms:ViaService');
  });

  test('sends events under no other name than its own', () => {
    expect(row('PutEvents', monitor())).toMatchObject({
      resources: ['event-bus'],
      condition: { variable: 'events:source', values: ['plumbline'] },
    });
  });
});
