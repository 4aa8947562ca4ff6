import { resolve } from 'node:path';
import { createSilenceStore, type SilenceStore } from '@plumbline/core';
import { createFileStateStore } from '@plumbline/core/files';
import { type ConfigFile, readConfigFile } from '../config-file.ts';
import { CommandError, EXIT } from '../exit.ts';
import { printable } from '../view/text.ts';

export interface PlaceOptions {
  readonly config: string;
  readonly bucket?: string;
  readonly region?: string;
}

/** Where the silences of an estate are, and what is known of it. */
export interface SilencePlace {
  readonly store: SilenceStore;
  /** For people. */
  readonly where: string;
  /** The names of its monitors; undefined when no configuration tells. */
  readonly monitors: readonly string[] | undefined;
}

/**
 * The silences of what a configuration describes: beside the state in its bucket, which is found by the beginning
 * of its name; of a configuration of files, in its folder. A bucket that is named needs no configuration.
 *
 * @throws {CommandError} there is no such bucket, or more than one
 */
export async function silencesAt({ config, bucket, region }: PlaceOptions): Promise<SilencePlace> {
  if (bucket !== undefined) {
    const where = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    if (where === undefined) {
      throw new CommandError(EXIT.usage, 'say where the bucket is: --region, or AWS_REGION');
    }
    return { ...(await inBucket(where, bucket)), monitors: undefined };
  }
  const file = readConfigFile(config);
  const { monitors, deploy } = file.config;
  const names = monitors.map(({ name }) => name);
  if (monitors.every(({ source }) => source.kind === 'csv')) {
    return { ...inFolder(file), monitors: names };
  }
  const where = region ?? deploy.region;
  const found = await findBucket(where, deploy.names.bucketPrefix);
  return { ...(await inBucket(where, found)), monitors: names };
}

function inFolder({ config, folder }: ConfigFile): Omit<SilencePlace, 'monitors'> {
  const directory = resolve(folder, config.local.directory, 'control');
  return { store: createSilenceStore(createFileStateStore({ directory })), where: directory };
}

async function inBucket(region: string, bucket: string): Promise<Omit<SilencePlace, 'monitors'>> {
  const { createS3StateStore } = await import('@plumbline/aws-adapters');
  const clients = await clientsIn(region);
  const control = createS3StateStore(clients, { bucket, prefix: 'control/', suffix: '.json' });
  return { store: createSilenceStore(control), where: `bucket ${bucket}` };
}

async function findBucket(region: string, prefix: string): Promise<string> {
  const { findStateBuckets } = await import('@plumbline/aws-adapters');
  const found = await findStateBuckets(await clientsIn(region), prefix);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const which =
    only === undefined
      ? `no bucket in ${region} begins with ${prefix}: is it deployed there, with these credentials?`
      : `several buckets in ${region} begin with ${prefix}: ${found.map(printable).join(', ')}`;
  const next = 'name it with --bucket; it is the output state_bucket of terraform';
  throw new CommandError(EXIT.failed, `${which}\n${next}`);
}

async function clientsIn(region: string) {
  const { createAwsClients } = await import('@plumbline/aws-adapters');
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  return createAwsClients({ region, pathStyle: endpoint !== undefined });
}
