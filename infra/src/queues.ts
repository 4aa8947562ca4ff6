import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import type { DataAwsIamPolicyDocumentStatement } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import type { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { SqsQueue, type SqsQueueConfig } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { derivedNames } from './names.ts';
import { nothingButTls, policyJson, servicePrincipal } from './policy.ts';

export interface Queues {
  /** Events that EventBridge could not hand to the function. */
  readonly undelivered: SqsQueue;
  /** Events on which the function failed for good. */
  readonly failed: SqsQueue;
}

/** The longest that SQS keeps a message: what was lost is kept until somebody has looked. */
export const LOST_RETENTION_SECONDS = 14 * 86_400;

/** Two queues, so that one can tell a function that was never reached from one that failed. */
export function createQueues(
  scope: Construct,
  deploy: Deploy,
  { rule, key }: { readonly rule: CloudwatchEventRule; readonly key: KmsKey | undefined },
): Queues {
  const names = derivedNames(deploy);
  const messageRetentionSeconds = LOST_RETENTION_SECONDS;
  return {
    undelivered: createQueue(
      scope,
      'undelivered',
      { name: names.undeliveredQueue, messageRetentionSeconds, key },
      ({ arn }) => [
        {
          sid: 'TheScheduleSends',
          principals: servicePrincipal('events.amazonaws.com'),
          actions: ['sqs:SendMessage'],
          resources: [arn],
          condition: [{ test: 'ArnEquals', variable: 'aws:SourceArn', values: [rule.arn] }],
        },
      ],
    ),
    // Lambda sends to this one with the role of the function, which its policy need not admit.
    failed: createQueue(scope, 'failed', {
      name: names.failedQueue,
      messageRetentionSeconds,
      key,
    }),
  };
}

/** A queue that is encrypted, under the key if there is one, and that is reached by nothing but TLS. */
export function createQueue(
  scope: Construct,
  id: string,
  { key, ...config }: SqsQueueConfig & { readonly key: KmsKey | undefined },
  admits: (queue: SqsQueue) => DataAwsIamPolicyDocumentStatement[] = () => [],
): SqsQueue {
  const encryption = key ? { kmsMasterKeyId: key.arn } : { sqsManagedSseEnabled: true };
  const queue = new SqsQueue(scope, id, { ...config, ...encryption });
  new SqsQueuePolicy(scope, `${id}_policy`, {
    queueUrl: queue.url,
    policy: policyJson(scope, `${id}_queue_policy`, [
      ...admits(queue),
      nothingButTls(['sqs:*'], [queue.arn]),
    ]),
  });
  return queue;
}
