import type { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueueRedriveAllowPolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js';
import type { Deploy } from '@plumbline/config';
import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import { derivedNames } from './names.ts';
import { createQueue, LOST_RETENTION_SECONDS } from './queues.ts';

export interface WorkQueue {
  /** A message for each shard of a slot, from the function to itself. */
  readonly shards: SqsQueue;
  /** Messages on which the function failed for good. */
  readonly failed: SqsQueue;
}

/**
 * The time that Lambda has for a message, of which most is for trying again when it is throttled.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const TIMEOUTS_TO_WORK = 6;

/**
 * How often a message is handed out. AWS advises five, lest one that was only throttled is set aside; three
 * do here, for `concurrency` bounds what can be throttled, and the next slot does what this one left.
 */
const RECEIVES = 3;

/** Slots that a message is kept for: a later one has long brought all that this one would. */
const SLOTS_TO_KEEP = 3;

/**
 * One shard an invocation: memory and timeout are made for one, and a shard that crashes the function takes
 * no other with it.
 */
const SHARDS_PER_INVOCATION = 1;

/** How long a message that is being worked on, or that failed, is hidden, seconds: 12 hours at most in SQS. */
export function hiddenSeconds({ timeoutSeconds }: Deploy): number {
  return TIMEOUTS_TO_WORK * timeoutSeconds;
}

/** The queue that divides a slot among invocations; undefined when there is one shard. */
export function createWorkQueue(
  scope: Construct,
  deploy: Deploy,
  key: KmsKey | undefined,
): WorkQueue | undefined {
  if (deploy.shards === 1) return undefined;
  const names = derivedNames(deploy);
  const failed = createQueue(scope, 'shards_failed', {
    name: names.shardsFailedQueue,
    messageRetentionSeconds: LOST_RETENTION_SECONDS,
    key,
  });
  const visibilityTimeoutSeconds = hiddenSeconds(deploy);
  const shards = createQueue(scope, 'shards', {
    name: names.workQueue,
    key,
    visibilityTimeoutSeconds,
    // Long enough to be set aside after the last receive: what expires here leaves no trace.
    messageRetentionSeconds: Math.max(
      SLOTS_TO_KEEP * deploy.scheduleMinutes * 60,
      (RECEIVES + 1) * visibilityTimeoutSeconds,
    ),
    redrivePolicy: Fn.jsonencode({ deadLetterTargetArn: failed.arn, maxReceiveCount: RECEIVES }),
  });
  new SqsQueueRedriveAllowPolicy(scope, 'shards_failed_takes', {
    queueUrl: failed.url,
    redriveAllowPolicy: Fn.jsonencode({
      redrivePermission: 'byQueue',
      sourceQueueArns: [shards.arn],
    }),
  });
  return { shards, failed };
}

/** Lets the queue invoke the function, for a bounded number of shards at a time. */
export function createWorkers(
  scope: Construct,
  deploy: Deploy,
  { shards }: WorkQueue,
  lambda: LambdaFunction,
): void {
  new LambdaEventSourceMapping(scope, 'workers', {
    eventSourceArn: shards.arn,
    functionName: lambda.arn,
    batchSize: SHARDS_PER_INVOCATION,
    functionResponseTypes: ['ReportBatchItemFailures'],
    scalingConfig: { maximumConcurrency: deploy.concurrency },
  });
}
