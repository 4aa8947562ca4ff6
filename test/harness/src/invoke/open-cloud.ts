import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@plumbline/config';
import { type Monitor, messageOf } from '@plumbline/core';
import { STACK_NAME } from '@plumbline/infra';
import { findMoto, noMoto } from '../moto.ts';
import { REPOSITORY } from '../repository.ts';
import { createTerraform } from '../terraform.ts';
import type { Cloud, CloudNames } from './cloud.ts';
import { startDoubleCloud } from './double-cloud.ts';
import { isPercentile } from './example-series.ts';
import { type GivenCloudOptions, givenAccount, givenEndpoint } from './given-cloud.ts';
import { startMotoCloud } from './moto-cloud.ts';
import { UsageError } from './problem.ts';

export const PLACES = ['moto', 'double', 'account'] as const;

export interface CloudChoice {
  /** Moto unless told; the double where there is no moto, or where moto is not faithful. */
  readonly against?: (typeof PLACES)[number] | undefined;
  /** Any other endpoint, in place of `against`. */
  readonly endpoint?: string | undefined;
  /** ARN of the topic and name of the bucket in an account or at an endpoint. */
  readonly topic?: string | undefined;
  readonly bucket?: string | undefined;
}

/** Where `pnpm synth` writes the stack. */
const STACK_FOLDER = join(REPOSITORY, 'cdktf.out', 'stacks', STACK_NAME);

/**
 * Starts, or finds, the AWS to run against.
 * @param say - is told what the caller should know of it
 */
export async function openCloud(
  choice: CloudChoice,
  { deploy, monitors }: Config,
  say: (note: string) => void,
): Promise<Cloud> {
  const { region, eventBus } = deploy;
  if (choice.endpoint !== undefined || choice.against === 'account') {
    const given = { region, eventBus, ...(await topicAndBucket(choice)) };
    if (choice.endpoint !== undefined) return givenEndpoint(choice.endpoint, given);
    say(`this is a real run: alerts are really sent to ${given.topicArn}`);
    return givenAccount(given);
  }

  const names: CloudNames = {
    topic: deploy.names.topic,
    bucket: 'plumbline-state',
    eventBus,
    region,
  };
  const beyond = beyondMoto(monitors);
  if (choice.against === 'moto') {
    if (beyond !== undefined) throw new UsageError(`${beyond}: try --against double`);
    return startMotoCloud(names);
  }
  if (choice.against === undefined) {
    const reason = beyond ?? ((await findMoto()) ? undefined : noMoto());
    if (reason === undefined) return startMotoCloud(names);
    say(`${reason}: running against the double`);
  }
  return startDoubleCloud(names);
}

/** What moto answers wrongly, if a monitor asks for it. */
function beyondMoto(monitors: readonly Monitor[]): string | undefined {
  for (const { name, source } of monitors) {
    const monitor = `monitor ${JSON.stringify(name)}`;
    if (source.kind === 'cloudwatch-expression') return `${monitor}: moto computes no expressions`;
    if (source.kind === 'cloudwatch' && isPercentile(source.statistic)) {
      return `${monitor}: moto computes no ${source.statistic}`;
    }
  }
  return undefined;
}

/** As the caller names them, or as the deployed stack says. */
async function topicAndBucket({
  topic,
  bucket,
}: CloudChoice): Promise<Pick<GivenCloudOptions, 'topicArn' | 'bucket'>> {
  if (topic !== undefined && bucket !== undefined) return { topicArn: topic, bucket };
  const next = 'name both with --topic <arn> --bucket <name>';
  if (!existsSync(STACK_FOLDER)) {
    throw new UsageError(`which topic and bucket? Nothing is deployed from here; ${next}`);
  }
  // The backend of the state may want the caller's credentials.
  const own = Object.entries(process.env).filter(([name]) => /^(AWS|TF)_/.test(name));
  const env = Object.fromEntries(own) as Record<string, string>;
  const outputs = await createTerraform(STACK_FOLDER, { env })
    .output()
    .catch((error) => {
      throw new UsageError(`which topic and bucket? ${messageOf(error)}\n${next}`);
    });
  const { alert_topic_arn: topicArn = topic, state_bucket_name: stateBucket = bucket } = outputs;
  if (typeof topicArn === 'string' && typeof stateBucket === 'string') {
    return { topicArn: topic ?? topicArn, bucket: bucket ?? stateBucket };
  }
  throw new UsageError(`which topic and bucket? The stack has not been applied; ${next}`);
}
