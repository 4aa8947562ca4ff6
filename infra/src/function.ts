import type { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { ARCHIVE_NAME, METRICS } from './names.ts';
import type { Queues } from './queues.ts';
import type { FunctionRole } from './role.ts';
import type { Topics } from './topics.ts';
import type { WorkQueue } from './work-queue.ts';

export interface FunctionParts {
  readonly role: FunctionRole;
  readonly logGroup: CloudwatchLogGroup;
  readonly topics: Topics;
  readonly queues: Queues;
  readonly workQueue: WorkQueue | undefined;
  readonly bucket: S3Bucket;
}

/** The exported function of detect.mjs in the archive. */
const HANDLER = 'detect.handler';

/**
 * How often Lambda tries an event again that the function failed on, after one minute and then two.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const RETRIES = 2;

/** The limits of Lambda for the age of an event that waits. */
const LEAST_EVENT_AGE_SECONDS = 60;
const MOST_EVENT_AGE_SECONDS = 21_600;

export function createFunction(
  scope: Construct,
  deploy: Deploy,
  { role, logGroup, topics, queues, workQueue, bucket }: FunctionParts,
): LambdaFunction {
  const { names, runtime, architecture, timeoutSeconds, memoryMb, eventBus, messages } = deploy;
  const lambda = new LambdaFunction(scope, 'detect', {
    functionName: names.function,
    description: 'Learns what normal looks like, and says so when something is not',
    role: role.role.arn,
    handler: HANDLER,
    runtime,
    architectures: [architecture],
    timeout: timeoutSeconds,
    memorySize: memoryMb,
    filename: ARCHIVE_NAME,
    // Left to Terraform, so that the stack reads the same whatever the code.
    sourceCodeHash: `\${filebase64sha256("${ARCHIVE_NAME}")}`,
    deadLetterConfig: { targetArn: queues.failed.arn },
    environment: {
      variables: {
        SNS_TOPIC_ARN: topics.alerts.arn,
        STATE_BUCKET: bucket.bucket,
        EVENT_BUS_NAME: eventBus,
        EMAIL_FORMAT: messages.email,
        HTTPS_FORMAT: messages.https,
        ...(deploy.charts && { CHARTS: 'on' }),
        POWERTOOLS_SERVICE_NAME: names.function,
        POWERTOOLS_METRICS_NAMESPACE: METRICS.namespace,
        // Without these the function does all of a slot itself.
        ...(workQueue && { WORK_QUEUE_URL: workQueue.shards.url, SHARDS: String(deploy.shards) }),
      },
    },
    // The log group first: Lambda would make one that keeps its logs for ever. The permissions too:
    // the first run would be refused.
    dependsOn: [logGroup, role.policy],
  });
  new LambdaFunctionEventInvokeConfig(scope, 'detect_events', {
    functionName: lambda.functionName,
    maximumRetryAttempts: RETRIES,
    // An event that is older than a slot is not missed: the next run reads what this one left.
    maximumEventAgeInSeconds: Math.min(
      Math.max(deploy.scheduleMinutes * 60, LEAST_EVENT_AGE_SECONDS),
      MOST_EVENT_AGE_SECONDS,
    ),
  });
  return lambda;
}
