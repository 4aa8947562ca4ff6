import type { Config } from '@plumbline/config';
import { discovers } from '@plumbline/estimate';
import { EVENT_SOURCE } from './names.ts';
import { SynthError } from './synth-error.ts';

/**
 * What the role of the function may do, reviewed by hand: each operation that the function calls, the
 * actions that AWS checks for it, and what they are confined to. The role's policy is made of these
 * rows and nothing else.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */

/** A resource of the stack; `anything` where an action knows no resources. */
export type OwnResource =
  | 'alert-topic'
  | 'state-bucket'
  | 'state-objects'
  | 'control-objects'
  | 'plan-objects'
  | 'chart-objects'
  | 'event-bus'
  | 'log-streams'
  | 'failed-queue'
  | 'work-queue'
  | 'key'
  | 'anything';

export type Arn = `arn:${string}`;

/** Of one resource: a wildcard would widen the role, and Terraform would evaluate `${`. */
const ONE_RESOURCE = /^arn:[\w-]+:[\w-]+:[\w-]*:\d{12}:[\w+=,.@/-]+$/;

export interface Condition {
  readonly test: 'StringEquals' | 'StringLike';
  readonly variable: string;
  readonly values: readonly string[];
}

export interface Permission {
  /** As the SDK names it: GetMetricData. */
  readonly operation: string;
  readonly actions: readonly string[];
  /** Resources of the stack, or ARNs that the configuration names. */
  readonly resources: readonly (OwnResource | Arn)[];
  readonly condition?: Condition;
  readonly why: string;
}

type Monitor = Config['monitors'][number];

/** The operations of the function under this configuration, and what each needs. */
export function permissionsFor({ monitors, deploy }: Config): readonly Permission[] {
  const roles = arnsOf(monitors.map(roleOf));
  // A monitor with a role reads with the rights of that role, not with the function's.
  const own = monitors.filter((monitor) => roleOf(monitor) === undefined);
  const regions = distinct(own.map((monitor) => regionOf(monitor) ?? deploy.region));
  const inRegions: Condition = {
    test: 'StringEquals',
    variable: 'aws:RequestedRegion',
    values: regions,
  };
  const topics = arnsOf(monitors.map(({ topic }) => topic));
  const sharded = deploy.shards > 1;
  const rows: (Permission | false)[] = [
    own.length > 0 && {
      operation: 'GetMetricData',
      actions: ['cloudwatch:GetMetricData'],
      resources: ['anything'], // the action knows no resources, and no condition on a namespace
      condition: inRegions,
      why: 'reads the samples',
    },
    own.some(discovers) && {
      operation: 'ListMetrics',
      actions: ['cloudwatch:ListMetrics'],
      resources: ['anything'],
      condition: inRegions,
      why: 'finds the metrics of a dimension written as *',
    },
    roles.length > 0 && {
      operation: 'AssumeRole',
      actions: ['sts:AssumeRole'],
      resources: roles,
      why: 'reads with the role that a monitor names',
    },
    {
      operation: 'GetObject',
      actions: ['s3:GetObject'],
      resources: ['state-objects', 'control-objects'],
      why: 'recalls what was learned, and reads the silences',
    },
    {
      operation: 'GetObject',
      actions: ['s3:ListBucket'],
      resources: ['state-bucket'],
      why: 'without it S3 answers 403, not 404, to the first run, which has no state yet',
    },
    {
      operation: 'PutObject',
      actions: ['s3:PutObject'],
      resources: ['state-objects'],
      why: 'keeps what was learned',
    },
    {
      operation: 'ListObjectsV2',
      actions: ['s3:ListBucket'],
      resources: ['state-bucket'],
      why: 'finds what another number of shards has left, when there is no state yet',
    },
    deploy.charts !== undefined && {
      operation: 'PutObject',
      actions: ['s3:PutObject'],
      resources: ['chart-objects'],
      why: 'keeps pictures of pages',
    },
    deploy.charts !== undefined && {
      operation: 'GetObject',
      actions: ['s3:GetObject'],
      resources: ['chart-objects'],
      why: 'a signed link to a picture has the rights of who signed it',
    },
    sharded && {
      operation: 'PutObject',
      actions: ['s3:PutObject'],
      resources: ['plan-objects'],
      why: 'writes down which series each shard has',
    },
    sharded && {
      operation: 'SendMessageBatch',
      actions: ['sqs:SendMessage'],
      resources: ['work-queue'],
      why: 'plans a slot, with a message for each shard',
    },
    sharded &&
      deploy.customerManagedKey && {
        operation: 'SendMessageBatch',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['key'],
        condition: throughService('sqs', deploy.region),
        why: 'sends to a queue under your own key',
      },
    {
      operation: 'PublishBatch',
      actions: ['sns:Publish'],
      resources: ['alert-topic', ...topics],
      why: 'tells people',
    },
    deploy.customerManagedKey && {
      operation: 'PublishBatch',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['key'],
      condition: throughService('sns', deploy.region),
      why: 'publishes to a topic under your own key',
    },
    {
      operation: 'PutEvents',
      actions: ['events:PutEvents'],
      resources: ['event-bus'],
      condition: { test: 'StringEquals', variable: 'events:source', values: [EVENT_SOURCE] },
      why: 'tells machines, and under no other name',
    },
  ];
  return rows.filter((row) => row !== false);
}

/** What Lambda does with the role on the function's behalf: no operation that the function calls. */
export function platformPermissionsFor({ deploy }: Pick<Config, 'deploy'>): readonly Permission[] {
  const sharded = deploy.shards > 1;
  const rows: (Permission | false)[] = [
    {
      operation: 'logs',
      // Not CreateLogGroup: the group is made before the function, with its retention.
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: ['log-streams'],
      why: 'writes the logs',
    },
    {
      operation: 'dead letters',
      actions: ['sqs:SendMessage'],
      resources: ['failed-queue'],
      why: 'keeps the event of a run that failed for good',
    },
    deploy.customerManagedKey && {
      operation: 'dead letters',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['key'],
      condition: throughService('sqs', deploy.region),
      why: 'keeps it in a queue under your own key',
    },
    sharded && {
      operation: 'workers',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: ['work-queue'],
      why: 'invokes the function for each shard',
    },
    sharded &&
      deploy.customerManagedKey && {
        operation: 'workers',
        actions: ['kms:Decrypt'],
        resources: ['key'],
        condition: throughService('sqs', deploy.region),
        why: 'reads from a queue under your own key',
      },
  ];
  return rows.filter((row) => row !== false);
}

/** Only where this service asks for the key on the function's behalf; how its name ends differs by partition. */
function throughService(service: string, region: string): Condition {
  return { test: 'StringLike', variable: 'kms:ViaService', values: [`${service}.${region}.*`] };
}

function roleOf({ source }: Monitor): string | undefined {
  return source.kind === 'csv' ? undefined : source.role;
}

function regionOf({ source }: Monitor): string | undefined {
  return source.kind === 'csv' ? undefined : source.region;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}

function arnsOf(values: readonly (string | undefined)[]): Arn[] {
  const isArn = (value: string): value is Arn => ONE_RESOURCE.test(value);
  const wrong = distinct(values).filter((value) => !isArn(value));
  if (wrong.length > 0) {
    throw new SynthError(
      wrong.map((value) => `expected the ARN of one resource, got ${JSON.stringify(value)}`),
    );
  }
  return distinct(values).filter(isArn);
}
