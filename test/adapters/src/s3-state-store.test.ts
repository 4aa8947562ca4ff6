import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AwsCallError, createS3StateStore } from '@plumbline/aws-adapters';
import type { StateStore } from '@plumbline/core';
import { HOSTILE_TEXTS } from '@plumbline/core/testing';
import type { AwsDouble, Fault } from '@plumbline/harness';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { startBucket } from './testing/bucket.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

const BYTES = Uint8Array.of(1, 2, 3);
const OURS = Uint8Array.of(4, 5);

async function create(store: StateStore, bytes = BYTES): Promise<string> {
  const result = await store.commit('a', bytes, undefined);
  if (!result.committed) throw new Error('somebody was first');
  return result.version;
}

/** Of each write: its condition, and how it was answered. */
const writesOf = (aws: AwsDouble) =>
  callsOf(aws, 'PutObject').map(({ input, status }) => {
    const { IfMatch, IfNoneMatch } = input as { IfMatch?: string; IfNoneMatch?: string };
    return { IfMatch, IfNoneMatch, status };
  });

const bytesIn = async (store: StateStore) => [...((await store.load('a'))?.bytes ?? [])];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
describe('a write', () => {
  test('creates only where there is nothing, and replaces only what is expected', async () => {
    const { aws, store } = await startBucket();
    const version = await create(store);
    await store.commit('a', OURS, version);

    expect(writesOf(aws)).toEqual([
      { IfNoneMatch: '*', IfMatch: undefined, status: 200 },
      { IfNoneMatch: undefined, IfMatch: version, status: 200 },
    ]);
    expect(version).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test.each([
    ['exists', undefined],
    ['has changed', '"0123456789abcdef0123456789abcdef"'],
  ])('is refused when the object %s, at once and without a look at it', async (_, expected) => {
    const { aws, store } = await startBucket();
    await create(store);

    expect(await store.commit('a', OURS, expected)).toEqual({ committed: false });
    expect(writesOf(aws).map(({ status }) => status)).toEqual([200, 412]);
    expect(callsOf(aws, 'GetObject')).toHaveLength(0);
    expect(await bytesIn(store)).toEqual([1, 2, 3]);
  });

  test('is refused when the object to be replaced is gone', async () => {
    const { aws, store } = await startBucket();

    expect(await store.commit('a', OURS, '"gone"')).toEqual({ committed: false });
    expect(writesOf(aws)).toMatchObject([{ IfMatch: '"gone"', status: 404 }]);
    expect(aws.s3.objects('state').size).toBe(0);
  });
});

describe('a write that S3 cannot decide (409)', () => {
  const UNDECIDED: Fault = { code: 'ConditionalRequestConflict', status: 409 };

  test('is made again until S3 decides', async () => {
    const { aws, store } = await startBucket();
    aws.fail({ operation: 'PutObject', with: UNDECIDED, times: 2 });

    expect(await store.commit('a', OURS, undefined)).toMatchObject({ committed: true });
    expect(writesOf(aws).map(({ status }) => status)).toEqual([409, 409, 200]);
  });

  test('has lost when S3 decides for somebody else', async () => {
    const { aws, store } = await startBucket();
    await create(store);
    aws.fail({ operation: 'PutObject', with: UNDECIDED, times: 1 });

    expect(await store.commit('a', OURS, undefined)).toEqual({ committed: false });
    expect(writesOf(aws).map(({ status }) => status)).toEqual([200, 409, 412]);
    expect(await bytesIn(store)).toEqual([1, 2, 3]);
  });

  test('has lost when S3 never decides', async () => {
    const { aws, store } = await startBucket();
    aws.fail({ operation: 'PutObject', with: UNDECIDED });

    expect(await store.commit('a', OURS, undefined)).toEqual({ committed: false });
    expect(writesOf(aws)).toHaveLength(4);
  });
});

describe('a write whose answer is lost', () => {
  test('is recognised as our own where it created', async () => {
    const { aws, store } = await startBucket();
    aws.fail({ operation: 'PutObject', with: 'answer-lost', times: 1 });

    const result = await withoutWaiting(() => store.commit('a', OURS, undefined));

    expect(writesOf(aws).map(({ status }) => status)).toEqual([undefined, 412]);
    expect(result).toEqual({ committed: true, version: (await store.load('a'))?.version });
    expect(await bytesIn(store)).toEqual([4, 5]);
  });

  test('is recognised as our own where it replaced, and can be replaced in turn', async () => {
    const { aws, store } = await startBucket();
    const first = await create(store);
    aws.fail({ operation: 'PutObject', with: 'answer-lost', times: 1 });

    const second = await withoutWaiting(() => store.commit('a', OURS, first));

    expect(second).toMatchObject({ committed: true });
    const { version } = { version: '', ...second };
    expect(await store.commit('a', BYTES, version)).toMatchObject({ committed: true });
  });

  test('is not taken for the write of somebody else with the same bytes', async () => {
    const { aws, clients, store } = await startBucket();
    await create(createS3StateStore(clients, { bucket: 'state' }), OURS);
    aws.fail({ operation: 'PutObject', with: 'dropped', times: 1 });

    const result = await withoutWaiting(() => store.commit('a', OURS, undefined));

    expect(writesOf(aws).map(({ status }) => status)).toEqual([200, undefined, 412]);
    expect(result).toEqual({ committed: false });
  });

  test('leaves it open, as an error, when the object cannot be read either', async () => {
    const { aws, store } = await startBucket();
    aws.fail({ operation: 'PutObject', with: 'answer-lost', times: 1 });
    aws.fail({ operation: 'GetObject', with: 'accessDenied' });

    await expect(withoutWaiting(() => store.commit('a', OURS, undefined))).rejects.toMatchObject({
      name: 'AwsCallError',
      operation: 'GetObject',
    });
  });
});

describe('a bucket', () => {
  test.each<
    [string, (aws: AwsDouble) => unknown, { code: string; retryable: boolean; message: RegExp }]
  >([
    [
      'may not be read or written',
      (aws) => [aws.deny('s3:GetObject'), aws.deny('s3:PutObject')],
      {
        code: 'AccessDenied',
        retryable: false,
        message: /allow it s3:(Get|Put)Object \(docs\/deploy\.md\)/,
      },
    ],
    [
      'is too busy',
      (aws) =>
        ['GetObject', 'PutObject'].map((operation) => aws.fail({ operation, with: 'throttled' })),
      { code: 'SlowDown', retryable: true, message: /SlowDown/ },
    ],
    [
      'does not answer',
      (aws) =>
        ['GetObject', 'PutObject'].map((operation) => aws.fail({ operation, with: 'dropped' })),
      { code: 'TimeoutError', retryable: true, message: /socket hang up/ },
    ],
  ])('that %s is an error with a code and advice', async (_, harm, expected) => {
    const { aws, store } = await startBucket();
    harm(aws);

    const message = expect.stringMatching(expected.message);
    await withoutWaiting(async () => {
      await expect(store.load('a')).rejects.toMatchObject({
        ...expected,
        message,
        operation: 'GetObject',
      });
      await expect(store.commit('a', OURS, undefined)).rejects.toMatchObject({
        ...expected,
        message,
        operation: 'PutObject',
      });
    });
  });

  test('that is not there is an error that says where to look', async () => {
    const { clients } = await startBucket();
    const store = createS3StateStore(clients, { bucket: 'gone' });
    const expected = {
      code: 'NoSuchBucket',
      retryable: false,
      message: expect.stringContaining('the bucket in STATE_BUCKET does not exist'),
    };

    await expect(store.load('a')).rejects.toMatchObject(expected);
    await expect(store.commit('a', OURS, undefined)).rejects.toMatchObject(expected);
    await expect(store.load('a')).rejects.toBeInstanceOf(AwsCallError);
  });

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
  test('that may not be listed refuses the first run, and the error says what to allow', async () => {
    const { aws, store } = await startBucket();
    const allow = aws.deny('s3:ListBucket');

    await expect(store.load('a')).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('allow it s3:ListBucket'),
    });

    allow();
    expect(await store.load('a')).toBeUndefined();
  });
});

describe('the key of a shard', () => {
  const keysIn = (aws: AwsDouble) => [...aws.s3.objects('state').keys()];

  test('is its name, where that is plain', async () => {
    const { aws, clients, store } = await startBucket();
    await store.commit('shard-1', BYTES, undefined);
    await createS3StateStore(clients, { bucket: 'state', prefix: '' }).commit(
      'b',
      BYTES,
      undefined,
    );

    expect(keysIn(aws)).toEqual(['state/shard-1.plumbline', 'b.plumbline']);
  });

  test.each(HOSTILE_TEXTS)('fault 28: stays under the prefix: %j', async (shard) => {
    const { aws, store } = await startBucket();

    await store.commit(shard, BYTES, undefined);

    expect(keysIn(aws)).toEqual([expect.stringMatching(/^state\/[0-9a-z-]{1,64}\.plumbline$/)]);
    expect((await store.load(shard))?.bytes).toEqual(BYTES);
  });

  test('that stands for another name cannot be had by that key as a name', async () => {
    const { aws, store } = await startBucket();
    await store.commit('../a', BYTES, undefined);
    const [digest = ''] = /[0-9a-f]{64}/.exec(keysIn(aws)[0]!) ?? [];

    expect(digest).toHaveLength(64);
    expect(await store.load(digest)).toBeUndefined();
  });
});

describe('the shards that are stored', () => {
  test('are told by name, in ascending order, with those of no other prefix or ending', async () => {
    const { aws, clients, store } = await startBucket();
    const control = createS3StateStore(clients, { bucket: 'state', prefix: 'control/' });
    const texts = createS3StateStore(clients, { bucket: 'state', suffix: '.json' });
    for (const shard of ['shard-1', 'shard', 'shard-10', 'shard-2']) {
      await store.commit(shard, BYTES, undefined);
    }
    await control.commit('silences', BYTES, undefined);
    await texts.commit('read-me', BYTES, undefined);

    expect(await store.listShards()).toEqual(['shard', 'shard-1', 'shard-10', 'shard-2']);
    expect(await control.listShards()).toEqual(['silences']);
    expect(await texts.listShards()).toEqual(['read-me']);
    expect(aws.s3.objects('state').size).toBe(6);
  });

  test('are none in a bucket with nothing in it', async () => {
    const { store } = await startBucket();

    expect(await store.listShards()).toEqual([]);
  });

  test('with names that are no keys are stored, and not told', async () => {
    const { store } = await startBucket();
    for (const shard of [...HOSTILE_TEXTS, 'a/b', 'A']) await store.commit(shard, BYTES, undefined);
    await store.commit('plain', BYTES, undefined);

    expect(await store.listShards()).toEqual(['constructor', 'plain']);
  });

  test('of several pages are all told', async () => {
    const { aws, clients, store } = await startBucket();
    const shards = ['a', 'b', 'c', 'd', 'e'];
    for (const shard of shards) await store.commit(shard, BYTES, undefined);
    // S3 answers fewer keys at a time than there are, which are a thousand at most.
    clients
      .s3()
      .middlewareStack.add(
        (next) => (args) => next({ ...args, input: { ...args.input, MaxKeys: 2 } }),
        {
          step: 'initialize',
        },
      );

    expect(await store.listShards()).toEqual(shards);
    expect(callsOf(aws, 'ListObjectsV2')).toHaveLength(3);
  });

  test.each([
    ['may not be told', 'AccessDenied', /allow it s3:ListBucket/],
    ['are in a bucket that is gone', 'NoSuchBucket', /STATE_BUCKET does not exist/],
  ])('that %s are an error with advice', async (_, code, advice) => {
    const { aws, clients } = await startBucket();
    if (code === 'AccessDenied') aws.deny('s3:ListBucket');
    const bucket = code === 'NoSuchBucket' ? 'gone' : 'state';

    await expect(createS3StateStore(clients, { bucket }).listShards()).rejects.toMatchObject({
      name: 'AwsCallError',
      operation: 'ListObjectsV2',
      code,
      message: expect.stringMatching(advice),
    });
  });
});

describe('fault 23: an object that is not what was written', () => {
  test.each([
    ['is empty', ''],
    ['ends before its state begins', 'short'],
    ['is something else', '<html>'.repeat(100)],
  ])('because it %s is loaded, whatever is in it, and can be replaced', async (_, body) => {
    const { clients, store } = await startBucket();
    const object = { Bucket: 'state', Key: 'state/a.plumbline', Body: Buffer.from(body) };
    await clients.s3().send(new PutObjectCommand(object));

    const stored = await store.load('a');

    expect(stored?.bytes.length).toBe(Math.max(0, body.length - 16));
    expect(await store.commit('a', OURS, stored?.version)).toMatchObject({ committed: true });
    expect(await bytesIn(store)).toEqual([...OURS]);
  });
});
