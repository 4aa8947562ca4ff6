import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { type AlarmKey, alarmNames, derivedNames, HEARTBEAT, METRICS } from './names.ts';
import type { Place } from './place.ts';
import { nothingButTls, policyJson, servicePrincipal } from './policy.ts';
import { PUBLISH } from './topics.ts';
import { hiddenSeconds } from './work-queue.ts';

/** Slots that an alarm looks at. A single slot can be late, or be served by its retry. */
const SLOTS = 3;

/** Of these, how many have to have an error. One that a retry cures in time wakes nobody. */
const SLOTS_WITH_ERRORS = 2;

/** As long as an alert may wait to be told. */
export const UNTOLD_SECONDS = 15 * 60;

/** The period of an alarm on what was lost, which is there until somebody takes it away. */
const LOST_PERIOD_SECONDS = 300;

/** Their names in Terraform, which no queue may share. */
const IDS: Readonly<Record<AlarmKey, string>> = {
  heartbeat: 'no_heartbeat',
  errors: 'errors',
  untold: 'untold',
  unread: 'unread',
  undelivered: 'undelivered_alarm',
  failed: 'failed_alarm',
  shardsWaiting: 'shards_waiting_alarm',
  shardsFailed: 'shards_failed_alarm',
};

export type Alarms = ReadonlyMap<AlarmKey, CloudwatchMetricAlarm>;

/** What an alarm watches and when it is raised; names and actions are alike for all. */
type Rule = Omit<CloudwatchMetricAlarmConfig, 'alarmName' | 'alarmActions' | 'okActions'>;

/** The alarms on Plumbline itself, which nothing else would notice: silence looks like calm. */
export function createAlarms(
  scope: Construct,
  deploy: Deploy,
  { topic, place }: { readonly topic: SnsTopic; readonly place: Place },
): Alarms {
  const rules = { ...rulesOfRuns(deploy), ...rulesOfQueues(deploy) };
  const alarms = new Map<AlarmKey, CloudwatchMetricAlarm>();
  for (const [key, alarmName] of alarmNames(deploy)) {
    const alarm = new CloudwatchMetricAlarm(scope, IDS[key], {
      ...rules[key],
      alarmName,
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    });
    alarms.set(key, alarm);
  }
  new SnsTopicPolicy(scope, 'alarms_policy', {
    arn: topic.arn,
    policy: policyJson(scope, 'alarms_topic_policy', [
      {
        sid: 'TheAlarmsOfThisStackPublish',
        principals: servicePrincipal('cloudwatch.amazonaws.com'),
        actions: [PUBLISH],
        resources: [topic.arn],
        condition: [
          {
            test: 'ArnEquals',
            variable: 'aws:SourceArn',
            values: [...alarms.values()].map(({ arn }) => arn),
          },
          { test: 'StringEquals', variable: 'aws:SourceAccount', values: [place.account] },
        ],
      },
      nothingButTls([PUBLISH], [topic.arn]),
    ]),
  });
  return alarms;
}

function rulesOfRuns({ names, scheduleMinutes, shards }: Deploy) {
  const { function: name } = names;
  const slots = {
    period: scheduleMinutes * 60,
    evaluationPeriods: SLOTS,
    datapointsToAlarm: SLOTS,
    treatMissingData: 'notBreaching', // no run at all is the heartbeat's matter
  };
  const ofRuns = { namespace: METRICS.namespace, dimensions: { [METRICS.dimension]: name } };
  const above = { comparisonOperator: 'GreaterThanThreshold', threshold: 0 };
  const silent =
    shards === 1
      ? [`${name} has not ended a run`, 'nothing is being watched']
      : [`Not every shard of ${name} has ended a run`, 'some series are not being watched'];
  return {
    heartbeat: {
      ...slots,
      ...ofRuns,
      alarmDescription: `${silent[0]} for ${SLOTS} slots of ${scheduleMinutes} min: ${silent[1]}. See its log group and dead-letter queues.`,
      metricName: HEARTBEAT.metric,
      statistic: 'Sum',
      comparisonOperator: 'LessThanThreshold',
      threshold: shards, // each has one a slot
      treatMissingData: 'breaching',
    },
    errors: {
      ...slots,
      ...above,
      alarmDescription: `${name} failed in ${SLOTS_WITH_ERRORS} of ${SLOTS} slots. See its log group.`,
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      dimensions: { FunctionName: name },
      statistic: 'Sum',
      datapointsToAlarm: SLOTS_WITH_ERRORS,
    },
    // Not the count of what waits, which is above zero in a busy hour too, and zero in the best shard.
    untold: {
      ...slots,
      ...ofRuns,
      alarmDescription: `${name} has an alert that it could not send for more than ${UNTOLD_SECONDS / 60} min: a topic or the event bus does not take it. See its log group.`,
      metricName: 'OutboxAge',
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanThreshold',
      threshold: UNTOLD_SECONDS,
      evaluationPeriods: 1, // the age has waited already
      datapointsToAlarm: 1,
    },
    unread: {
      ...slots,
      ...ofRuns,
      ...above,
      alarmDescription: `${name} could not read or judge some series for ${SLOTS} slots. See its log group for which and why.`,
      metricName: 'SeriesFailed',
      // Of the runs of one shard the best, for a second try may succeed; of several shards the worst.
      statistic: shards === 1 ? 'Minimum' : 'Maximum',
    },
  } satisfies Partial<Record<AlarmKey, Rule>>;
}

function rulesOfQueues(deploy: Deploy) {
  const { names, scheduleMinutes } = deploy;
  const queues = derivedNames(deploy);
  const notEmpty = (queueName: string, alarmDescription: string) => ({
    alarmDescription,
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queueName },
    period: LOST_PERIOD_SECONDS,
    statistic: 'Maximum',
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: 'notBreaching', // SQS says nothing of a queue that was empty for hours
  });
  const slotSeconds = scheduleMinutes * 60;
  return {
    undelivered: notEmpty(
      queues.undeliveredQueue,
      `The schedule could not start ${names.function}. Its queue ${queues.undeliveredQueue} says why; empty it when that is mended.`,
    ),
    failed: notEmpty(
      queues.failedQueue,
      `${names.function} failed for good on an event. It is in the queue ${queues.failedQueue}; see the log group, and empty the queue when that is mended.`,
    ),
    shardsFailed: notEmpty(
      queues.shardsFailedQueue,
      `${names.function} failed for good on a shard. Its message is in the queue ${queues.shardsFailedQueue}; see the log group, and empty the queue when that is mended.`,
    ),
    shardsWaiting: {
      alarmDescription: `Shards of ${names.function} wait for longer than a slot of ${scheduleMinutes} min: there are too few workers for them. Raise deploy.concurrency, or the memory.`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: queues.workQueue },
      period: slotSeconds,
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanThreshold',
      // A message that failed once is hidden before its second try, and not for want of workers.
      threshold: Math.max(slotSeconds, hiddenSeconds(deploy)),
      evaluationPeriods: SLOTS,
      datapointsToAlarm: SLOTS,
      treatMissingData: 'notBreaching',
    },
  } satisfies Partial<Record<AlarmKey, Rule>>;
}
