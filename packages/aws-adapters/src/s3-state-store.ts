import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { StateStore } from '@plumbline/core';
import { AwsCallError, statusOf } from './aws-call-error.ts';
import type { AwsClients } from './clients.ts';

/**
 * Every object begins with bytes of chance. S3's ETag is a digest of the content, so without them the
 * same state written twice would be the same version; and they tell a writer whose answer was lost
 * that the object it finds is its own.
 */
const NONCE_BYTES = 16;

/** How often a write that S3 would not decide (409) is made, and the first pause; ms, doubling. */
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 50;

/** Shards whose names are keys as they are; others go by a digest. */
const PLAIN_NAME = /^[a-z0-9-]{1,48}$/;

export interface S3StateStoreOptions {
  readonly bucket: string;
  /** What the keys begin with. */
  readonly prefix?: string;
}

/**
 * Keeps a shard as one object in S3, replaced by conditional writes: the first of several writers of
 * one version wins, and the others are told.
 *
 * Permissions: s3:GetObject and s3:PutObject on the keys, s3:ListBucket on the bucket: without the
 * latter S3 answers 403 where there is no object yet.
 *
 * @throws {AwsCallError} the bucket cannot be reached, is not there, or refuses
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createS3StateStore(
  clients: Pick<AwsClients, 's3'>,
  { bucket, prefix = 'state/' }: S3StateStoreOptions,
): StateStore {
  const locationOf = (shard: string): { Bucket: string; Key: string } => {
    return { Bucket: bucket, Key: `${prefix}${nameOf(shard)}.plumbline` };
  };
  return {
    async load(shard) {
      const stored = await get(clients.s3(), locationOf(shard));
      return stored && { bytes: stored.bytes.subarray(NONCE_BYTES), version: stored.version };
    },
    async commit(shard, bytes, expected) {
      const location = locationOf(shard);
      const nonce = randomBytes(NONCE_BYTES);
      const put = new PutObjectCommand({
        ...location,
        Body: Buffer.concat([nonce, bytes]),
        ContentType: 'application/octet-stream',
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
          const mine = stored !== undefined && nonce.equals(stored.bytes.subarray(0, NONCE_BYTES));
          return mine ? { committed: true, version: stored.version } : { committed: false };
        }
      }
    },
  };
}

async function get(
  client: S3Client,
  location: { Bucket: string; Key: string },
): Promise<{ readonly bytes: Uint8Array; readonly version: string } | undefined> {
  try {
    const { Body, ETag } = await client.send(new GetObjectCommand(location));
    if (Body === undefined || ETag === undefined)
      throw new Error('the answer has no body or no ETag');
    return { bytes: await Body.transformToByteArray(), version: ETag };
  } catch (error) {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw new AwsCallError('GetObject', error);
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
