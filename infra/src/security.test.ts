import { describe, expect, test } from 'vitest';
import {
  configWith,
  type Statement,
  type Synthesised,
  short,
  synthesised,
  tf,
  valuesOf,
} from './testing/synthesised.ts';

/** What may be reached over the network, and where its policy says what it is the policy of. */
const REACHED = {
  aws_sqs_queue: { policy: 'aws_sqs_queue_policy', of: ['queue_url', 'url'], actions: 'sqs:*' },
  aws_sns_topic: { policy: 'aws_sns_topic_policy', of: ['arn', 'arn'], actions: 'sns:Publish' },
  aws_s3_bucket: { policy: 'aws_s3_bucket_policy', of: ['bucket', 'id'], actions: 's3:*' },
} as const;

/** The statements of the policies that say they are the policy of this resource. */
function statementsOn(stack: Synthesised, type: keyof typeof REACHED, name: string): Statement[] {
  const { policy, of } = REACHED[type];
  const [key, attribute] = of;
  return Object.values(stack.resources(policy))
    .filter((found) => found[key] === tf(`${type}.${name}.${attribute}`))
    .flatMap((found) => {
      const document = /aws_iam_policy_document\.(\w+)\.json/.exec(String(found.policy))?.[1];
      return stack.statements(document!);
    });
}

/** Every resource that can be reached, with its type and what its policies say. */
function reached(stack: Synthesised) {
  return (Object.keys(REACHED) as (keyof typeof REACHED)[]).flatMap((type) =>
    Object.keys(stack.resources(type)).map((name) => ({
      type,
      arn: tf(`${type}.${name}.arn`),
      statements: statementsOn(stack, type, name),
    })),
  );
}

const admits = ({ effect, principals = [] }: Statement, type: string): boolean =>
  effect !== 'Deny' && principals.some((principal) => principal.type === type);

const servicesOf = (statements: readonly Statement[]): string[] =>
  statements
    .filter((statement) => admits(statement, 'Service'))
    .flatMap(({ principals = [] }) => principals.flatMap(({ identifiers }) => identifiers));

describe.each([
  ['as it is unless told', '{}', 2],
  ['with a key of your own', '{customerManagedKey: true}', 2],
  ['of several shards', '{shards: 4}', 4],
  ['of several shards, with a key of your own', '{shards: 4, customerManagedKey: true}', 4],
])('a stack %s', (_, deploy, queues) => {
  const stack = synthesised(configWith(deploy));
  const everything = reached(stack);
  const hasKey = deploy.includes('customerManagedKey');
  const keyPolicy = hasKey ? stack.statements('key_policy') : [];

  test('has the queues, the topics and the bucket that are looked at here', () => {
    const count = (type: string): number => everything.filter((one) => one.type === type).length;
    expect(count('aws_sqs_queue')).toBe(queues);
    expect(count('aws_sns_topic')).toBe(2);
    expect(count('aws_s3_bucket')).toBe(1);
  });

  test('refuses what does not come over TLS at every queue, topic and bucket', () => {
    for (const { type, arn, statements } of everything) {
      expect(statements, arn).toContainEqual({
        sid: 'NothingButTls',
        effect: 'Deny',
        principals: [{ type: '*', identifiers: ['*'] }],
        actions: [REACHED[type].actions],
        resources: type === 'aws_s3_bucket' ? [arn, `${arn}/*`] : [arn],
        condition: [{ test: 'Bool', variable: 'aws:SecureTransport', values: ['false'] }],
      });
    }
  });

  test('encrypts every queue and the bucket, and with a key of your own the topics too', () => {
    const [own] = Object.keys(stack.resources('aws_kms_key'));
    const key = own && tf(`aws_kms_key.${own}.arn`);
    for (const resource of Object.values(stack.resources('aws_sqs_queue'))) {
      if (key) expect(resource.kms_master_key_id).toBe(key);
      else expect(resource.sqs_managed_sse_enabled).toBe(true);
    }
    for (const topic of Object.values(stack.resources('aws_sns_topic'))) {
      expect(topic.kms_master_key_id).toBe(key);
    }
    const encrypted = Object.values(
      stack.resources('aws_s3_bucket_server_side_encryption_configuration'),
    ).map(({ bucket }) => bucket);
    const buckets = Object.keys(stack.resources('aws_s3_bucket'));
    expect(encrypted).toEqual(buckets.map((name) => tf(`aws_s3_bucket.${name}.id`)));
  });

  test('lets nobody in from outside', () => {
    for (const { arn, statements } of everything) {
      const open = statements.filter((one) => admits(one, '*') || admits(one, 'AWS'));
      expect(open, arn).toEqual([]);
    }
    const blocked = Object.values(stack.resources('aws_s3_bucket_public_access_block'));
    expect(blocked).toHaveLength(Object.keys(stack.resources('aws_s3_bucket')).length);
    for (const { statement } of Object.values(stack.policies)) {
      for (const one of statement) expect(admits(one, '*')).toBe(false);
    }
  });

  test('admits a service only for what it names: a source, or to a key the queue it is for', () => {
    const admitted = Object.entries(stack.policies)
      .filter(([name]) => name !== 'role_trust') // a role is passed within its own account only
      .flatMap(([, { statement }]) => statement)
      .filter((statement) => admits(statement, 'Service'));
    expect(admitted).toHaveLength(hasKey ? 4 : 2);
    for (const statement of admitted) {
      const named = ['aws:SourceArn', 'kms:EncryptionContext:aws:sqs:arn'].flatMap((variable) =>
        valuesOf(statement, variable),
      );
      expect(named.length, statement.sid).toBeGreaterThan(0);
      expect(named.join(' ')).not.toMatch(/[*?]/);
    }
    for (const permission of Object.values(stack.resources('aws_lambda_permission'))) {
      expect(permission.source_arn).toBe(tf('aws_cloudwatch_event_rule.schedule.arn'));
    }
  });

  test('lets all alarms of the stack publish, and no other', () => {
    const alarms = stack.resources('aws_cloudwatch_metric_alarm');
    const [cloudWatch] = stack.statements('alarms_topic_policy');
    expect(valuesOf(cloudWatch!, 'aws:SourceArn').map(short).sort()).toEqual(
      Object.keys(alarms)
        .map((name) => `aws_cloudwatch_metric_alarm.${name}`)
        .sort(),
    );
  });

  test('lets the same services use a key of your own, for the same', () => {
    const others = everything.flatMap(({ statements }) => servicesOf(statements));
    expect(others.length).toBeGreaterThan(0);
    expect(servicesOf(keyPolicy).sort()).toEqual(hasKey ? [...new Set(others)].sort() : []);
    const named = (variable: string): string[] =>
      keyPolicy.flatMap((statement) => valuesOf(statement, variable));

    const alarms = Object.values(stack.resources('aws_cloudwatch_metric_alarm'));
    const names = named('aws:SourceArn').map((arn) => arn.split(':alarm:')[1]);
    expect(names.sort()).toEqual(hasKey ? alarms.map(({ alarm_name }) => alarm_name).sort() : []);
    // To a key EventBridge does not bring the rule, and a condition on it would refuse every event.
    const { name } = stack.resource('aws_sqs_queue', 'undelivered');
    expect(named('kms:EncryptionContext:aws:sqs:arn').map(short)).toEqual(hasKey ? [name] : []);
  });
});
