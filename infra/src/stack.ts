import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import type { Config, Deploy } from '@plumbline/config';
import { type App, LocalBackend, S3Backend, TerraformOutput, TerraformStack } from 'cdktf';
import { createAlarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import { createFunction } from './function.ts';
import { createKey } from './key.ts';
import { derivedNames } from './names.ts';
import { placeOf } from './place.ts';
import { createQueues } from './queues.ts';
import { createRole } from './role.ts';
import { createRule, createTarget } from './schedule.ts';
import { CHARTS_PREFIX, createStateBucket } from './state-bucket.ts';
import { createTopics } from './topics.ts';
import { createWorkers, createWorkQueue } from './work-queue.ts';

export const STACK_NAME = 'plumbline';

/**
 * The bindings are generated from provider 5.100.0 and would pin exactly that; what the stack uses
 * of it is the same up to 7.0. The newer runtime is known to the provider from 6.22.
 */
const PROVIDER_VERSIONS = {
  'nodejs22.x': '>= 5.100.0, < 7.0.0',
  'nodejs24.x': '>= 6.22.0, < 7.0.0',
};

/** Locking by an object in S3 came with 1.10. */
const TERRAFORM_VERSIONS = { plain: '>= 1.9.0', lockfile: '>= 1.10.0' };

/**
 * All that one deployment creates, as Terraform. The function's archive is not part of it: it lies
 * beside the synthesised stack as `function.zip`.
 */
export function createPlumblineStack(app: App, config: Config): TerraformStack {
  const { deploy } = config;
  const stack = new TerraformStack(app, STACK_NAME);
  useTerraform(stack, deploy);

  const rule = createRule(stack, deploy);
  const place = placeOf(rule, deploy.region);
  const key = deploy.customerManagedKey ? createKey(stack, deploy, place) : undefined;
  const topics = createTopics(stack, deploy, key);
  const queues = createQueues(stack, deploy, { rule, key });
  const workQueue = createWorkQueue(stack, deploy, key);
  const bucket = createStateBucket(stack, deploy);
  const logGroup = new CloudwatchLogGroup(stack, 'logs', {
    name: derivedNames(deploy).logGroup,
    retentionInDays: deploy.logRetentionDays,
  });
  const role = createRole(stack, config, {
    'alert-topic': topics.alerts.arn,
    'state-bucket': bucket.arn,
    'state-objects': `${bucket.arn}/state/*`,
    'control-objects': `${bucket.arn}/control/*`,
    'plan-objects': `${bucket.arn}/control/plan-*`,
    'chart-objects': `${bucket.arn}/${CHARTS_PREFIX}*`,
    'event-bus': place.arn('events', `event-bus/${deploy.eventBus}`),
    'log-streams': `${logGroup.arn}:*`,
    'failed-queue': queues.failed.arn,
    'work-queue': workQueue?.shards.arn,
    key: key?.arn,
    anything: '*',
  });
  const parts = { role, logGroup, topics, queues, workQueue, bucket };
  const lambda = createFunction(stack, deploy, parts);
  createTarget(stack, deploy, rule, lambda, queues.undelivered);
  if (workQueue) createWorkers(stack, deploy, workQueue, lambda);
  const alarms = createAlarms(stack, deploy, { topic: topics.alarms, place });
  const dashboard = deploy.dashboard ? createDashboard(stack, deploy, alarms) : undefined;

  const outputs: Readonly<Record<string, string | undefined>> = {
    function_arn: lambda.arn,
    function_name: lambda.functionName,
    rule_arn: rule.arn,
    role_arn: role.role.arn,
    alert_topic_arn: topics.alerts.arn,
    alarm_topic_arn: topics.alarms.arn,
    undelivered_queue_arn: queues.undelivered.arn,
    failed_queue_arn: queues.failed.arn,
    work_queue_arn: workQueue?.shards.arn,
    shards_failed_queue_arn: workQueue?.failed.arn,
    log_group_arn: logGroup.arn,
    state_bucket_arn: bucket.arn,
    state_bucket_name: bucket.bucket,
    heartbeat_alarm_arn: alarms.get('heartbeat')?.arn,
    errors_alarm_arn: alarms.get('errors')?.arn,
    untold_alarm_arn: alarms.get('untold')?.arn,
    unread_alarm_arn: alarms.get('unread')?.arn,
    undelivered_alarm_arn: alarms.get('undelivered')?.arn,
    failed_alarm_arn: alarms.get('failed')?.arn,
    shards_waiting_alarm_arn: alarms.get('shardsWaiting')?.arn,
    shards_failed_alarm_arn: alarms.get('shardsFailed')?.arn,
    dashboard_arn: dashboard?.dashboardArn,
    key_arn: key?.arn,
  };
  for (const [name, value] of Object.entries(outputs)) {
    if (value !== undefined) new TerraformOutput(stack, name, { value });
  }
  return stack;
}

/** Terraform itself: versions, provider, and where the state is kept. */
function useTerraform(stack: TerraformStack, deploy: Deploy): void {
  const { backend, region, runtime, tags } = deploy;
  const locks = backend.type === 's3' && backend.lockfile;
  const terraform = locks ? TERRAFORM_VERSIONS.lockfile : TERRAFORM_VERSIONS.plain;
  stack.node.setContext('targetVersions', { terraform });
  stack.addOverride('terraform.required_version', terraform);
  stack.addOverride('terraform.required_providers.aws', {
    source: 'hashicorp/aws',
    version: PROVIDER_VERSIONS[runtime],
  });
  new AwsProvider(stack, 'aws', {
    region,
    ...(Object.keys(tags).length > 0 && { defaultTags: [{ tags }] }),
  });
  if (backend.type === 'local') new LocalBackend(stack, { path: backend.path });
  else {
    const { bucket, key, region: stateRegion, lockfile } = backend;
    new S3Backend(stack, {
      bucket,
      key,
      region: stateRegion,
      encrypt: true,
      useLockfile: lockfile,
    });
  }
}
