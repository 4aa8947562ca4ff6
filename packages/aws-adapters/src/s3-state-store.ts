import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { StateStore } from '@plumbline/core';
import { AwsCallError, statusOf } from './aws-call-error.ts';
import type { AwsClients } from './clients.ts';
import { OBJECT_FORMATS } from './s3-object-format.ts';

/** How often a write that S3 would not decide (409) is made, and the first pause; ms, doubling. */
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 50;

/** Shards whose names are keys as they are; others go by a digest. */
const PLAIN_NAME = /^[a-z0-9-]{1,48}$/;

/** A thousand keys each: past it there is more than shards in the bucket, or S3 repeats itself. */
const MOST_PAGES = 100;

export interface S3StateStoreOptions {
  readonly bucket: string;
  /** What the keys begin with; `state/` unless told. */
  readonly prefix?: string;
  /**
   * What the keys end with; `.plumbline` unless told. `.json` is for shards that are JSON: people can
   * read them in the bucket, and write them by hand.
   */
  readonly suffix?: keyof typeof OBJECT_FORMATS;
}

/** A store that can also say what it holds. */
export interface S3StateStore extends StateStore {
  /**
   * The shards that are stored, of those with a plain name: a-z, 0-9 and `-`, at most 48 of them. In
   * ascending order.
   */
  listShards(): Promise<readonly string[]>;
}

/**
 * Keeps a shard as one object in S3, replaced by conditional writes: the first of several writers of
 * one version wins, and the others are told.
 *
 * Permissions: s3:GetObject and s3:PutObject on the keys, s3:ListBucket on the bucket, to list and
 * because without it S3 answers 403 where there is no object yet.
 *
 * @throws {AwsCallError} the bucket cannot be reached, is not there, or refuses
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createS3StateStore(
  clients: Pick<AwsClients, 's3'>,
  { bucket, prefix = 'state/', suffix = '.plumbline' }: S3StateStoreOptions,
): S3StateStore {
  const format = OBJECT_FORMATS[suffix];
  const locationOf = (shard: string): { Bucket: string; Key: string } => {
    return { Bucket: bucket, Key: `${prefix}${nameOf(shard)}${suffix}` };
  };
  return {
    async load(shard) {
      const stored = await get(clients.s3(), locationOf(shard));
      return stored && { bytes: format.open(stored.object).bytes, version: stored.version };
    },
    async commit(shard, bytes, expected) {
      const location = locationOf(shard);
      const nonce = format.makeNonce();
      const put = new PutObjectCommand({
        ...location,
        Body: format.seal(bytes, nonce),
        ContentType: format.contentType,
        ...(expected === undefined ? { IfNoneMatch: '*' } : { IfMatch: expected }),
      });
      for (let tried = 1; ; tried++) {
        try {
          const { ETag } = await clients.s3().send(put);
          if (ETag === undefined) throw new Error('the answer has no ETag');
          return { committed: true, version: ETag };
        } catch (error) {
          const outcome = outcomeOf(error);
          if (outcome === 'failed') throw new AwsCallError('PutObject', error);
          if (outcome === 'undecided' && tried < MOST_TRIES) {
            await sleep(FIRST_PAUSE_MS * 2 ** (tried - 1));
            continue;
          }
          if (tried === 1 && attemptsOf(error) <= 1) return { committed: false };
          // An attempt before this one may have been the writer that this one lost against.
          const stored = await get(clients.s3(), location);
          const mine =
            stored !== undefined && Buffer.compare(nonce, format.open(stored.object).nonce) === 0;
          return mine ? { committed: true, version: stored.version } : { committed: false };
        }
      }
    },
    async listShards() {
      const keys = await listKeys(clients.s3(), bucket, prefix);
      return keys
        .filter((key) => key.endsWith(suffix))
        .map((key) => key.slice(prefix.length, -suffix.length))
        .filter((name) => PLAIN_NAME.test(name))
        .sort();
    },
  };
}

async function get(
  client: S3Client,
  location: { Bucket: string; Key: string },
): Promise<{ readonly object: Uint8Array; readonly version: string } | undefined> {
  try {
    const { Body, ETag } = await client.send(new GetObjectCommand(location));
    if (Body === undefined || ETag === undefined)
      throw new Error('the answer has no body or no ETag');
    return { object: await Body.transformToByteArray(), version: ETag };
  } catch (error) {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw new AwsCallError('GetObject', error);
  }
}

async function listKeys(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  try {
    let token: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { Contents = [], NextContinuationToken } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
      );
      keys.push(...Contents.map(({ Key = '' }) => Key));
      token = NextContinuationToken;
      if (!token) return keys;
    }
    throw new Error(`more than ${MOST_PAGES} pages`);
  } catch (error) {
    throw new AwsCallError('ListObjectsV2', error);
  }
}

/**
 * What a refused write means: 412 and, where the object to be replaced is gone, 404 say that somebody
 * else was first; 409 that S3 was still busy with somebody else.
 */
function outcomeOf(error: unknown): 'lost' | 'undecided' | 'failed' {
  if (statusOf(error) === 412 || isNamed(error, 'NoSuchKey')) return 'lost';
  return statusOf(error) === 409 ? 'undecided' : 'failed';
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** How often the client itself has sent the request. */
function attemptsOf(error: unknown): number {
  const { $metadata } = error as { $metadata?: { attempts?: number } };
  return $metadata?.attempts ?? 1;
}

/** A digest never looks like a plain name: it is longer than one can be. */
function nameOf(shard: string): string {
  if (PLAIN_NAME.test(shard)) return shard;
  return createHash('sha256').update(shard).digest('hex');
}
