import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { derivedNames, HEARTBEAT } from './names.ts';
import type { Place } from './place.ts';
import { policyJson, servicePrincipal } from './policy.ts';

/** Slots that an alarm looks at. A single slot can be late, or be served by its retry. */
const SLOTS = 3;

/** Of these, how many have to have an error. One that a retry cures in time wakes nobody. */
const SLOTS_WITH_ERRORS = 2;

/** Counts of each run in the function's EMF line; docs/deploy.md has all of them. */
const METRICS = { pending: 'NotificationsPending', failed: 'SeriesFailed' } as const;

export type Alarms = Readonly<
  Record<'heartbeat' | 'errors' | 'untold' | 'unread', CloudwatchMetricAlarm>
>;

/** The alarms on Plumbline itself, which nothing else would notice: silence looks like calm. */
export function createAlarms(
  scope: Construct,
  deploy: Deploy,
  { topic, place }: { readonly topic: SnsTopic; readonly place: Place },
): Alarms {
  const { names, scheduleMinutes } = deploy;
  const { heartbeatAlarm, errorsAlarm, untoldAlarm, unreadAlarm } = derivedNames(deploy);
  const shared = {
    period: scheduleMinutes * 60,
    evaluationPeriods: SLOTS,
    alarmActions: [topic.arn],
    okActions: [topic.arn],
  };
  const alarms = {
    heartbeat: new CloudwatchMetricAlarm(scope, 'no_heartbeat', {
      ...shared,
      statistic: 'Sum',
      alarmName: heartbeatAlarm,
      alarmDescription: `${names.function} has not ended a run for ${SLOTS} slots of ${scheduleMinutes} min: nothing is being watched. See its log group and dead-letter queues.`,
      namespace: HEARTBEAT.namespace,
      metricName: HEARTBEAT.metric,
      dimensions: { [HEARTBEAT.dimension]: names.function },
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      datapointsToAlarm: SLOTS,
      treatMissingData: 'breaching',
    }),
    errors: new CloudwatchMetricAlarm(scope, 'errors', {
      ...shared,
      statistic: 'Sum',
      alarmName: errorsAlarm,
      alarmDescription: `${names.function} failed in ${SLOTS_WITH_ERRORS} of ${SLOTS} slots. See its log group.`,
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      dimensions: { FunctionName: names.function },
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      datapointsToAlarm: SLOTS_WITH_ERRORS,
      treatMissingData: 'notBreaching', // no run is the other alarm's matter
    }),
    untold: new CloudwatchMetricAlarm(scope, 'untold', {
      ...shared,
      ...inEveryRun(deploy, METRICS.pending),
      alarmName: untoldAlarm,
      alarmDescription: `${names.function} has alerts that it could not send for ${SLOTS} slots: a topic or the event bus does not take them. See its log group.`,
    }),
    unread: new CloudwatchMetricAlarm(scope, 'unread', {
      ...shared,
      ...inEveryRun(deploy, METRICS.failed),
      alarmName: unreadAlarm,
      alarmDescription: `${names.function} could not read or judge some series for ${SLOTS} slots. See its log group for which and why.`,
    }),
  };
  new SnsTopicPolicy(scope, 'alarms_policy', {
    arn: topic.arn,
    policy: policyJson(scope, 'alarms_topic_policy', [
      {
        sid: 'TheAlarmsOfThisStackPublish',
        principals: servicePrincipal('cloudwatch.amazonaws.com'),
        actions: ['sns:Publish'],
        resources: [topic.arn],
        condition: [
          {
            test: 'ArnEquals',
            variable: 'aws:SourceArn',
            values: Object.values(alarms).map(({ arn }) => arn),
          },
          { test: 'StringEquals', variable: 'aws:SourceAccount', values: [place.account] },
        ],
      },
    ]),
  });
  return alarms;
}

/** Raised when a count is above zero in every run of the slots looked at. */
function inEveryRun({ names }: Deploy, metricName: string) {
  return {
    namespace: HEARTBEAT.namespace,
    metricName,
    dimensions: { [HEARTBEAT.dimension]: names.function },
    statistic: 'Minimum',
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
    datapointsToAlarm: SLOTS,
    treatMissingData: 'notBreaching',
  };
}
