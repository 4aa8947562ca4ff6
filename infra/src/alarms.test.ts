import { describe, expect, test } from 'vitest';
import { configWith, synthesised, tf } from './testing/synthesised.ts';

const plain = synthesised(configWith());
const sharded = synthesised(configWith('{shards: 4}'));

const NAME = 'infrastructure-anomaly-detector';
const alarmsOf = (stack: typeof plain) => stack.resources('aws_cloudwatch_metric_alarm');
const alarm = (stack: typeof plain, name: string) =>
  stack.resource('aws_cloudwatch_metric_alarm', name);

describe("Plumbline's own alarms", () => {
  test('three slots without the heartbeat of this function are one', () => {
    const { environment } = plain.resource('aws_lambda_function', 'detect') as {
      environment: { variables: Record<string, string> };
    };
    expect(alarm(plain, 'no_heartbeat')).toMatchObject({
      namespace: environment.variables.POWERTOOLS_METRICS_NAMESPACE,
      metric_name: 'Heartbeat',
      dimensions: { service: environment.variables.POWERTOOLS_SERVICE_NAME },
      statistic: 'Sum',
      period: 300,
      evaluation_periods: 3,
      datapoints_to_alarm: 3,
      threshold: 1,
      comparison_operator: 'LessThanThreshold',
      treat_missing_data: 'breaching',
    });
  });

  test('of several shards each has to have its heartbeat in a slot', () => {
    expect(alarm(sharded, 'no_heartbeat')).toMatchObject({
      statistic: 'Sum',
      threshold: 4,
      comparison_operator: 'LessThanThreshold',
    });
  });

  test('errors in two of three slots are one, and no run at all is not', () => {
    expect(alarm(plain, 'errors')).toMatchObject({
      dimensions: { FunctionName: NAME },
      evaluation_periods: 3,
      datapoints_to_alarm: 2,
      treat_missing_data: 'notBreaching',
    });
    expect(alarm(sharded, 'errors')).toEqual(alarm(plain, 'errors'));
  });

  test('an alert that has waited for a quarter of an hour is one, at once', () => {
    for (const stack of [plain, sharded]) {
      expect(alarm(stack, 'untold')).toMatchObject({
        namespace: 'Plumbline',
        metric_name: 'OutboxAge',
        dimensions: { service: NAME },
        statistic: 'Maximum', // of the shards, the one whose alert waits longest
        threshold: 900,
        comparison_operator: 'GreaterThanThreshold',
        evaluation_periods: 1,
        datapoints_to_alarm: 1,
        treat_missing_data: 'notBreaching',
      });
    }
  });

  test('series that cannot be read in three slots on end are one', () => {
    const unread = {
      namespace: 'Plumbline',
      metric_name: 'SeriesFailed',
      dimensions: { service: NAME },
      threshold: 0,
      comparison_operator: 'GreaterThanThreshold',
      evaluation_periods: 3,
      datapoints_to_alarm: 3,
      treat_missing_data: 'notBreaching',
    };
    // Of the runs of a period the best, but one shard that reads all must not hide another.
    expect(alarm(plain, 'unread')).toMatchObject({ ...unread, statistic: 'Minimum' });
    expect(alarm(sharded, 'unread')).toMatchObject({ ...unread, statistic: 'Maximum' });
  });

  test('a message in a queue of what was lost is one, for each such queue', () => {
    const watched = (stack: typeof plain): unknown[] =>
      Object.values(alarmsOf(stack))
        .filter(({ metric_name }) => metric_name === 'ApproximateNumberOfMessagesVisible')
        .map(({ dimensions }) => (dimensions as { QueueName: string }).QueueName)
        .sort();
    const lost = (stack: typeof plain): unknown[] =>
      Object.values(stack.resources('aws_sqs_queue'))
        .map(({ name }) => name)
        .filter((name) => name !== `${NAME}-shards`)
        .sort();
    expect(watched(plain)).toEqual(lost(plain));
    expect(watched(sharded)).toEqual(lost(sharded));
    expect(watched(sharded)).toHaveLength(3);
    expect(alarm(plain, 'failed_alarm')).toMatchObject({
      alarm_name: `${NAME}-failed`,
      namespace: 'AWS/SQS',
      statistic: 'Maximum',
      threshold: 0,
      comparison_operator: 'GreaterThanThreshold',
      period: 300, // whatever the schedule
      evaluation_periods: 1,
      treat_missing_data: 'notBreaching',
    });
  });

  test.each([
    ['{shards: 4, schedule: 15m}', 900],
    ['{shards: 4, schedule: 5m}', 360], // the second try of a message comes after six minutes
    ['{shards: 4, schedule: 5m, timeout: 10s}', 300],
  ])('under %s shards that wait for more than %i s are one', (deploy, threshold) => {
    expect(alarm(synthesised(configWith(deploy)), 'shards_waiting_alarm')).toMatchObject({
      metric_name: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: `${NAME}-shards` },
      statistic: 'Maximum',
      threshold,
      comparison_operator: 'GreaterThanThreshold',
      evaluation_periods: 3,
      datapoints_to_alarm: 3,
    });
  });

  test('watch nothing that a stack of one shard has not', () => {
    expect(Object.keys(alarmsOf(plain)).sort()).toEqual([
      'errors',
      'failed_alarm',
      'no_heartbeat',
      'undelivered_alarm',
      'unread',
      'untold',
    ]);
  });

  test('go to a topic of their own, when they begin and when they end', () => {
    const topic = [tf('aws_sns_topic.alarms.arn')];
    for (const stack of [plain, sharded]) {
      for (const one of Object.values(alarmsOf(stack))) {
        expect(one).toMatchObject({ alarm_actions: topic, ok_actions: topic });
        expect(String(one.alarm_description).length).toBeLessThanOrEqual(1024);
      }
    }
  });
});
