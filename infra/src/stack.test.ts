import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configOf, configWith, short, synthesised, tf } from './testing/synthesised.ts';

const plain = synthesised(configOf('plumbline.yaml'));
const full = synthesised(configOf('infra/testdata/every-option.yaml'));

const golden = (name: string): string => resolve(import.meta.dirname, '../testdata', name);

describe('the synthesised stack', () => {
  // Renewed with `pnpm exec vitest run infra --update`; the difference is then what to review.
  test('of plumbline.yaml is the one that was reviewed', async () => {
    await expect(plain.text).toMatchFileSnapshot(golden('plumbline.cdk.tf.json'));
  });

  test('of every option is the one that was reviewed', async () => {
    await expect(full.text).toMatchFileSnapshot(golden('every-option.cdk.tf.json'));
  });

  test('names no folder of the machine it was made on', () => {
    for (const { text } of [plain, full]) {
      expect(text).not.toContain(process.cwd());
      expect(text).not.toContain(tmpdir());
    }
  });

  test("names the article's rule, function, topic, schedule, timeout and memory", () => {
    expect(plain.resource('aws_cloudwatch_event_rule', 'schedule')).toMatchObject({
      name: 'anomaly-detection-schedule',
      schedule_expression: 'rate(5 minutes)',
    });
    expect(plain.resource('aws_lambda_function', 'detect')).toMatchObject({
      function_name: 'infrastructure-anomaly-detector',
      timeout: 60,
      memory_size: 256,
      runtime: 'nodejs22.x',
    });
    expect(plain.resource('aws_sns_topic', 'alerts')).toMatchObject({ name: 'anomaly-alerts' });
  });

  test('gives the ARN of everything that has one', () => {
    const arns = Object.keys(full.outputs).filter((name) => name.endsWith('_arn'));
    expect(arns).toEqual([
      'alarm_topic_arn',
      'alert_topic_arn',
      'errors_alarm_arn',
      'failed_alarm_arn',
      'failed_queue_arn',
      'function_arn',
      'heartbeat_alarm_arn',
      'key_arn',
      'log_group_arn',
      'role_arn',
      'rule_arn',
      'shards_failed_alarm_arn',
      'shards_failed_queue_arn',
      'shards_waiting_alarm_arn',
      'state_bucket_arn',
      'undelivered_alarm_arn',
      'undelivered_queue_arn',
      'unread_alarm_arn',
      'untold_alarm_arn',
      'work_queue_arn',
    ]);
    const ofPlain = Object.keys(plain.outputs);
    expect(ofPlain).toContain('dashboard_arn');
    for (const name of ['key_arn', 'work_queue_arn', 'shards_failed_queue_arn']) {
      expect(ofPlain).not.toContain(name);
    }
  });
});

describe('the function', () => {
  const lambda = plain.resource('aws_lambda_function', 'detect');

  test('waits for its log group, which keeps its logs for a time only, and for its permissions', () => {
    expect(lambda.depends_on).toEqual([
      'aws_cloudwatch_log_group.logs',
      'aws_iam_role_policy.role_policy',
    ]);
    expect(plain.resource('aws_cloudwatch_log_group', 'logs')).toMatchObject({
      name: `/aws/lambda/${lambda.function_name}`,
      retention_in_days: 30,
    });
  });

  test('is found changed by Terraform when its archive is', () => {
    expect(lambda.source_code_hash).toBe(tf('filebase64sha256("function.zip")'));
  });

  test('is told its topic, its bucket and its bus', () => {
    expect(lambda.environment).toEqual({
      variables: {
        SNS_TOPIC_ARN: tf('aws_sns_topic.alerts.arn'),
        STATE_BUCKET: tf('aws_s3_bucket.state.bucket'),
        EVENT_BUS_NAME: 'default',
        EMAIL_FORMAT: 'text',
        HTTPS_FORMAT: 'json',
        POWERTOOLS_SERVICE_NAME: 'infrastructure-anomaly-detector',
        POWERTOOLS_METRICS_NAMESPACE: 'Plumbline',
      },
    });
  });

  test.each([
    ['1m', 'rate(1 minute)', 60, 60],
    ['2m', 'rate(2 minutes)', 120, 120],
    ['1d', 'rate(1440 minutes)', 86_400, 21_600], // Lambda keeps no event longer than 6 hours
  ])(
    'is invoked every %s, and an event older than that is given up',
    (schedule, expression, age, asyncAge) => {
      const stack = synthesised(configWith(`{schedule: ${schedule}}`));
      expect(stack.resource('aws_cloudwatch_event_rule', 'schedule').schedule_expression).toBe(
        expression,
      );
      const target = stack.resource('aws_cloudwatch_event_target', 'schedule_target');
      expect(target.retry_policy).toMatchObject({ maximum_event_age_in_seconds: age });
      const events = stack.resource('aws_lambda_function_event_invoke_config', 'detect_events');
      expect(events.maximum_event_age_in_seconds).toBe(asyncAge);
    },
  );

  test('leaves behind what it failed on, and what never reached it', () => {
    expect(lambda.dead_letter_config).toEqual({ target_arn: tf('aws_sqs_queue.failed.arn') });
    expect(plain.resource('aws_cloudwatch_event_target', 'schedule_target')).toMatchObject({
      dead_letter_config: { arn: tf('aws_sqs_queue.undelivered.arn') },
    });
  });

  test('runs on nodejs24.x only with a provider that knows it', () => {
    expect(full.resource('aws_lambda_function', 'detect').runtime).toBe('nodejs24.x');
    expect(full.terraform.required_providers).toMatchObject({
      aws: { version: '>= 6.22.0, < 7.0.0' },
    });
    expect(plain.terraform.required_providers).toMatchObject({
      aws: { version: '>= 5.100.0, < 7.0.0' },
    });
  });
});

describe('who may do what', () => {
  test('the role does exactly what the table says', () => {
    const rights = (stack: typeof plain): string[] =>
      stack
        .statements('role_permissions')
        .flatMap(({ actions, resources = [] }) =>
          actions.flatMap((action) => resources.map((resource) => `${action} ${short(resource)}`)),
        );
    const always = [
      'cloudwatch:GetMetricData *',
      's3:GetObject aws_s3_bucket.state/state/*',
      's3:GetObject aws_s3_bucket.state/control/*',
      's3:ListBucket aws_s3_bucket.state',
      's3:PutObject aws_s3_bucket.state/state/*',
      's3:ListBucket aws_s3_bucket.state',
    ];
    const publishes = 'sns:Publish aws_sns_topic.alerts';
    const platform = [
      'logs:CreateLogStream aws_cloudwatch_log_group.logs:*',
      'logs:PutLogEvents aws_cloudwatch_log_group.logs:*',
      'sqs:SendMessage aws_sqs_queue.failed',
    ];
    expect(rights(plain)).toEqual([
      ...always,
      publishes,
      'events:PutEvents event-bus/default',
      ...platform,
    ]);
    const sends = ['kms:Decrypt aws_kms_key.key', 'kms:GenerateDataKey aws_kms_key.key'];
    expect(rights(full)).toEqual([
      ...always,
      's3:PutObject aws_s3_bucket.state/charts/*',
      's3:GetObject aws_s3_bucket.state/charts/*',
      's3:PutObject aws_s3_bucket.state/control/plan-*',
      'sqs:SendMessage aws_sqs_queue.shards',
      ...sends,
      publishes,
      'kms:Decrypt aws_kms_key.key',
      'kms:GenerateDataKey* aws_kms_key.key',
      'events:PutEvents event-bus/operations',
      ...platform,
      ...sends,
      'sqs:ReceiveMessage aws_sqs_queue.shards',
      'sqs:DeleteMessage aws_sqs_queue.shards',
      'sqs:GetQueueAttributes aws_sqs_queue.shards',
      'kms:Decrypt aws_kms_key.key',
    ]);
  });

  test('metrics are read in the regions of the monitors only', () => {
    expect(full.statements('role_permissions')[0]).toMatchObject({
      actions: ['cloudwatch:GetMetricData'],
      condition: [{ variable: 'aws:RequestedRegion', values: ['eu-central-1'] }],
    });
  });

  test('this rule alone invokes the function', () => {
    expect(plain.resources('aws_lambda_permission')).toEqual({
      schedule_invokes: expect.objectContaining({
        action: 'lambda:InvokeFunction',
        principal: 'events.amazonaws.com',
        source_arn: tf('aws_cloudwatch_event_rule.schedule.arn'),
      }),
    });
  });

  test('without a customer key there is none, and no right to one', () => {
    expect(plain.resources('aws_kms_key')).toEqual({});
    expect(plain.text).not.toContain('kms:');
  });
});

describe('the state bucket', () => {
  test('is private, encrypted, and of one owner', () => {
    expect(plain.resource('aws_s3_bucket_public_access_block', 'state_private')).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    const encryption = 'aws_s3_bucket_server_side_encryption_configuration';
    expect(plain.resource(encryption, 'state_encryption').rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } },
    ]);
    expect(plain.resource('aws_s3_bucket_ownership_controls', 'state_owner').rule).toEqual({
      object_ownership: 'BucketOwnerEnforced',
    });
  });

  test('forgets pictures after a while, and nothing else, where there are some', () => {
    expect(full.resource('aws_s3_bucket_lifecycle_configuration', 'state_charts')).toMatchObject({
      bucket: tf('aws_s3_bucket.state.id'),
      rule: [
        {
          id: 'charts',
          status: 'Enabled',
          filter: [{ prefix: 'charts/' }],
          expiration: [{ days: 14 }],
        },
      ],
    });
    expect(Object.keys(plain.resources('aws_s3_bucket_lifecycle_configuration'))).toEqual([]);
  });

  test('outlives a destroy, unless told otherwise', () => {
    expect(plain.resource('aws_s3_bucket', 'state').force_destroy).toBe(false);
    expect(full.resource('aws_s3_bucket', 'state').force_destroy).toBe(true);
  });
});

describe('options', () => {
  test('each address is subscribed to the topic of its list', () => {
    const subscriptions = Object.values(full.resources('aws_sns_topic_subscription'));
    expect(
      subscriptions.map(({ topic_arn, protocol, endpoint }) => [
        short(String(topic_arn)),
        protocol,
        endpoint,
      ]),
    ).toEqual([
      ['aws_sns_topic.alarms', 'email', 'platform@example.com'],
      ['aws_sns_topic.alerts', 'email', 'on-call@example.com'],
      ['aws_sns_topic.alerts', 'email', 'team+alerts@example.com'],
    ]);
  });

  test('tags are put on everything', () => {
    expect(full.provider.default_tags).toEqual([
      { tags: { team: 'platform', 'cost-center': '4711' } },
    ]);
  });

  test('state in S3 is encrypted, and locked by an object beside it', () => {
    expect(full.terraform).toMatchObject({
      required_version: '>= 1.10.0',
      backend: { s3: { encrypt: true, use_lockfile: true } },
    });
    expect(plain.terraform).toMatchObject({
      required_version: '>= 1.9.0',
      backend: { local: { path: 'terraform.tfstate' } },
    });
  });
});
