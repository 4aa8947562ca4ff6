import * as z from 'zod';
import { duration } from './duration-schema.ts';

/**
 * The shape of `deploy`: what `pnpm synth` puts into the account. The patterns are those of AWS, so
 * that a name is refused here and not half-way through an apply. None of them lets `${` or `%{`
 * through, which Terraform would take for an expression.
 */

const text = (pattern: RegExp, expected: string) =>
  z.string().regex(pattern, { error: `expected ${expected}` });

/** @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
export const region = text(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'a region such as eu-central-1');

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const ruleName = text(/^[.\-_A-Za-z0-9]{1,64}$/, 'at most 64 letters, digits and . - _');

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const functionName = text(/^[A-Za-z0-9_-]{1,64}$/, 'at most 64 letters, digits and - _');

/** @see https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const topicName = text(/^[A-Za-z0-9_-]{1,256}$/, 'at most 256 letters, digits and - _');

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const roleName = text(/^[\w+=,.@-]{1,64}$/, 'at most 64 letters, digits and + = , . @ - _');

/**
 * Terraform appends 26 characters, and a bucket's name has at most 63.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
const bucketPrefix = text(
  /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{0,36}$/,
  'at most 37 lower-case letters, digits and -, beginning with a letter or digit',
);

const names = z
  .strictObject({
    rule: ruleName
      .default('anomaly-detection-schedule')
      .describe('The EventBridge rule that is the schedule.'),
    function: functionName
      .default('infrastructure-anomaly-detector')
      .describe('The Lambda function; its log group, queues and alarms are named after it.'),
    topic: topicName.default('anomaly-alerts').describe('The SNS topic that alerts go to.'),
    alarmsTopic: topicName
      .default('anomaly-detector-alarms')
      .describe("The SNS topic for Plumbline's own trouble: no heartbeat, errors."),
    role: roleName
      .default('infrastructure-anomaly-detector')
      .describe('The IAM role of the function.'),
    bucketPrefix: bucketPrefix
      .default('plumbline-state-')
      .describe('How the name of the state bucket begins; the rest makes it unique.'),
  })
  .describe('What the resources are called.');

const localBackend = z
  .strictObject({
    type: z.literal('local'),
    path: text(
      /^(?![/~])[\w. /-]{1,255}$/,
      'a relative path of letters, digits, spaces and . - _ /',
    )
      .default('terraform.tfstate')
      .describe('The state file, relative to the folder of the synthesised stack.'),
  })
  .describe('Terraform keeps its state in a file: for one person, or for a trial.');

const s3Backend = z
  .strictObject({
    type: z.literal('s3'),
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name").describe(
      'A bucket that exists already; best with versioning.',
    ),
    key: text(/^(?!\/)[\w!.*'()/-]{1,1024}$/, "a key of letters, digits and ! - _ . * ' ( ) /")
      .default('plumbline/terraform.tfstate')
      .describe('The object in it.'),
    region: region.default('us-east-1').describe('The region of that bucket.'),
    lockfile: z
      .boolean()
      .default(true)
      .describe(
        'Locks the state with an object beside it, so that two applies never overlap; needs Terraform 1.10.',
      ),
  })
  .describe('Terraform keeps its state in S3: for a team, and for deploying from CI.');

/** @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const TAGS = 50;
const tags = z
  .record(
    text(
      /^(?![Aa][Ww][Ss]:)[\p{L}\p{N} _.:/=+@-]{1,128}$/u,
      'at most 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:',
    ),
    text(
      /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u,
      'at most 256 letters, digits, spaces and _ . : / = + - @',
    ),
  )
  .refine((entries) => Object.keys(entries).length <= TAGS, {
    error: `expected at most ${TAGS} tags`,
  });

/**
 * What Lambda takes as the bound of a queue. The default is what it begins a queue with; more would be
 * throttled in a new account, whose quota is small, and where CloudWatch is asked too often.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const LEAST_CONCURRENCY = 2;
const MOST_CONCURRENCY = 1000;

const emails = z
  .array(z.email({ error: 'expected an e-mail address' }).max(320))
  .max(100)
  .default([]);

const messages = z
  .strictObject({
    email: z
      .enum(['text', 'json'])
      .default('text')
      .describe('`text`: sentences for people; `json`: the message as machines get it.'),
    https: z
      .enum(['json', 'amazon-q-slack', 'amazon-q-teams'])
      .default('json')
      .describe(
        'What subscriptions by HTTPS get: the message as JSON, or what Amazon Q Developer in chat applications makes a post in Slack or Teams of.',
      ),
  })
  .describe('How subscribers of the topics are told; all but these get the message as JSON.');

export const deploySchema = z
  .strictObject({
    region: region.default('us-east-1').describe('Where everything is created.'),
    names: names.prefault({}),
    schedule: duration
      .default('5m')
      .describe('Time between two runs: whole minutes, from 1m to 1d.'),
    timeout: duration.default('60s').describe('The longest a run may take: from 1s to 15m.'),
    memory: z
      .int()
      .min(128)
      .max(10_240)
      .default(256)
      .describe('Memory of the function, MB. Brings CPU with it: 1769 MB are a whole core.'),
    runtime: z
      .enum(['nodejs22.x', 'nodejs24.x'])
      .default('nodejs22.x')
      .describe('`nodejs24.x` needs version 6.22 or later of the AWS provider.'),
    architecture: z
      .enum(['arm64', 'x86_64'])
      .default('arm64')
      .describe('arm64 costs a fifth less for the same time.'),
    emails: emails.describe('Subscribed to the alerts; each address has to confirm.'),
    alarmEmails: emails.describe("Subscribed to Plumbline's own alarms; each has to confirm."),
    messages: messages.prefault({}),
    charts: z
      .union([
        z.boolean(),
        z.strictObject({
          keep: duration
            .default('7d')
            .describe('How long a picture is kept: whole days, from 1d to 365d.'),
        }),
      ])
      .default(false)
      .describe(
        'Whether a message of a page has a link to a picture of the last day, kept in the state bucket; `true` keeps pictures for 7d.',
      ),
    shards: z
      .int()
      .min(1)
      .max(256)
      .default(1)
      .describe(
        'Parts that the series are divided into. One shard is up to 500 series; above 1 the function plans, and a queue invokes it once for each shard.',
      ),
    concurrency: z
      .int()
      .min(LEAST_CONCURRENCY)
      .max(MOST_CONCURRENCY)
      .default(5)
      .describe('Shards that are worked on at a time, where there are several.'),
    dashboard: z
      .boolean()
      .default(true)
      .describe('A CloudWatch dashboard of Plumbline itself, named as the function.'),
    customerManagedKey: z
      .boolean()
      .default(false)
      .describe('Encrypts topics and queues with a KMS key of your own; about 1 USD a month.'),
    logRetention: duration
      .default('30d')
      .describe('How long CloudWatch keeps the logs of the function.'),
    keepState: z
      .boolean()
      .default(true)
      .describe('Whether the state bucket, once it holds something, survives `terraform destroy`.'),
    eventBus: text(/^(?!aws\.)[.\-_A-Za-z0-9]{1,256}$/, "an event bus's name")
      .default('default')
      .describe('The EventBridge bus that alerts go to as events; it must exist.'),
    tags: tags.default({}).describe('Tags of every resource.'),
    backend: z
      .discriminatedUnion('type', [localBackend, s3Backend])
      .prefault({ type: 'local' })
      .describe('Where Terraform keeps its state.'),
  })
  .describe('What `pnpm synth` deploys, and under which names; docs/deploy.md shows how.');

export type DeployInput = z.output<typeof deploySchema>;
