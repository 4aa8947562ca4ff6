import { describe, expect, test } from 'vitest';
import { configWith, synthesised, tf } from './testing/synthesised.ts';

const sharded = synthesised(configWith('{shards: 4}'));
const variablesOf = (stack: typeof sharded): Record<string, string> =>
  (
    stack.resource('aws_lambda_function', 'detect') as {
      environment: { variables: Record<string, string> };
    }
  ).environment.variables;

describe('a stack of several shards', () => {
  test('tells the function how many there are, and where to put them', () => {
    expect(variablesOf(sharded)).toMatchObject({
      WORK_QUEUE_URL: tf('aws_sqs_queue.shards.url'),
      SHARDS: '4',
    });
  });

  test('invokes the same function from the queue, for one shard each and some at a time', () => {
    expect(sharded.resources('aws_lambda_event_source_mapping')).toEqual({
      workers: expect.objectContaining({
        event_source_arn: tf('aws_sqs_queue.shards.arn'),
        function_name: tf('aws_lambda_function.detect.arn'),
        batch_size: 1,
        function_response_types: ['ReportBatchItemFailures'],
        scaling_config: { maximum_concurrency: 5 },
      }),
    });
    const more = synthesised(configWith('{shards: 256, concurrency: 40}'));
    expect(more.resource('aws_lambda_event_source_mapping', 'workers').scaling_config).toEqual({
      maximum_concurrency: 40,
    });
  });

  test('sets aside a message that failed three times, in a queue that takes from this one only', () => {
    const { redrive_policy } = sharded.resource('aws_sqs_queue', 'shards');
    expect(redrive_policy).toContain('aws_sqs_queue.shards_failed.arn');
    expect(redrive_policy).toMatch(/"maxReceiveCount" = 3\D/);
    const allowed = Object.values(sharded.resources('aws_sqs_queue_redrive_allow_policy'));
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({ queue_url: tf('aws_sqs_queue.shards_failed.url') });
    expect(allowed[0]?.redrive_allow_policy).toContain('"byQueue"');
    expect(allowed[0]?.redrive_allow_policy).toContain('[aws_sqs_queue.shards.arn]');
    expect(sharded.resource('aws_sqs_queue', 'shards_failed')).toMatchObject({
      name: 'infrastructure-anomaly-detector-shards-failed',
      message_retention_seconds: 14 * 86_400,
    });
  });

  test.each([
    ['{shards: 4}', 360, 1440], // four times the visibility: the fourth receive would set it aside
    ['{shards: 4, schedule: 1h}', 360, 10_800], // three slots
    ['{shards: 4, schedule: 1m, timeout: 15m}', 5400, 21_600],
  ])(
    'under %s hides a message for six timeouts, and forgets it after a few slots',
    (deploy, hidden, kept) => {
      expect(synthesised(configWith(deploy)).resource('aws_sqs_queue', 'shards')).toMatchObject({
        name: 'infrastructure-anomaly-detector-shards',
        visibility_timeout_seconds: hidden,
        message_retention_seconds: kept,
      });
    },
  );
});

test('a stack of one shard has none of it', () => {
  const plain = synthesised(configWith('{shards: 1, concurrency: 10}'));
  expect(Object.keys(plain.resources('aws_sqs_queue')).sort()).toEqual(['failed', 'undelivered']);
  expect(plain.resources('aws_lambda_event_source_mapping')).toEqual({});
  expect(plain.resources('aws_sqs_queue_redrive_allow_policy')).toEqual({});
  expect(variablesOf(plain)).not.toHaveProperty('SHARDS');
  expect(variablesOf(plain)).not.toHaveProperty('WORK_QUEUE_URL');
});
