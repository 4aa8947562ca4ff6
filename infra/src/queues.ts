import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { derivedNames } from './names.ts';
import { policyJson, servicePrincipal } from './policy.ts';

export interface Queues {
  /** Events that EventBridge could not hand to the function. */
  readonly undelivered: SqsQueue;
  /** Events on which the function failed for good. */
  readonly failed: SqsQueue;
}

/** The longest that SQS keeps a message. */
const RETENTION_SECONDS = 14 * 86_400;

/** Two queues, so that one can tell a function that was never reached from one that failed. */
export function createQueues(scope: Construct, deploy: Deploy, rule: CloudwatchEventRule): Queues {
  const names = derivedNames(deploy);
  const queue = (id: string, name: string): SqsQueue =>
    new SqsQueue(scope, id, {
      name,
      messageRetentionSeconds: RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
    });
  const undelivered = queue('undelivered', names.undeliveredQueue);
  new SqsQueuePolicy(scope, 'undelivered_policy', {
    queueUrl: undelivered.url,
    policy: policyJson(scope, 'undelivered_queue_policy', [
      {
        sid: 'TheScheduleSends',
        principals: servicePrincipal('events.amazonaws.com'),
        actions: ['sqs:SendMessage'],
        resources: [undelivered.arn],
        condition: [{ test: 'ArnEquals', variable: 'aws:SourceArn', values: [rule.arn] }],
      },
    ]),
  });
  // Lambda sends to this one with the role of the function, so it needs no policy of its own.
  return { undelivered, failed: queue('failed', names.failedQueue) };
}
