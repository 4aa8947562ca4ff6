import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { startDouble } from './testing/clients.ts';

const Bucket = 'state';

async function started() {
  const double = await startDouble();
  double.aws.s3.createBucket(Bucket);
  return double;
}

const put = (s3: S3Client, Key: string, rest: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'content', ...rest }));
const get = (s3: S3Client, Key: string) => s3.send(new GetObjectCommand({ Bucket, Key }));

describe('S3 in the double', () => {
  it('gives back the bytes that were put, under any key', async () => {
    const { aws, s3 } = await started();
    const Key = 'a folder/ö+&<1>.bin';
    const Body = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
    await put(s3, Key, { Body });
    const answer = await get(s3, Key);
    expect(await answer.Body!.transformToByteArray()).toEqual(Body);
    expect(Buffer.compare(aws.s3.objects(Bucket).get(Key)!, Body)).toBe(0);
  });

  it('gives back the type, the encoding and the metadata, and leaves the content as it is', async () => {
    const { s3 } = await started();
    const described = {
      ContentType: 'text/csv',
      ContentEncoding: 'gzip',
      Metadata: { version: '3' },
    };
    await put(s3, 'whole', described);
    await put(s3, 'streamed', {
      ...described,
      Body: Readable.from([Buffer.from('content')]),
      ContentLength: 7,
    });
    for (const key of ['whole', 'streamed']) {
      const answer = await get(s3, key);
      expect(answer).toMatchObject(described);
      expect(await answer.Body!.transformToString()).toBe('content');
    }
  });

  it('names the same bytes by the same ETag', async () => {
    const { s3 } = await started();
    const first = await put(s3, 'a');
    const second = await put(s3, 'b');
    const other = await put(s3, 'a', { Body: 'else' });
    expect(first.ETag).toBe('"9a0364b9e99bb480dd25e1f0284c8555"'); // md5sum of "content"
    expect(second.ETag).toBe(first.ETag);
    expect(other.ETag).not.toBe(first.ETag);
    expect((await get(s3, 'a')).ETag).toBe(other.ETag);
  });

  it('reads bodies that are streamed in chunks', async () => {
    const { aws, s3 } = await started();
    const Body = Readable.from([Buffer.alloc(40_000, 'a'), Buffer.alloc(40_000, 'b')]);
    await put(s3, 'streamed', { Body, ContentLength: 80_000 });
    const stored = Buffer.from(aws.s3.objects(Bucket).get('streamed')!);
    expect(
      stored.equals(Buffer.concat([Buffer.alloc(40_000, 'a'), Buffer.alloc(40_000, 'b')])),
    ).toBe(true);
  });

  it('refuses content that does not fit its checksum', async () => {
    const { s3 } = await started();
    await expect(put(s3, 'a', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
    });
  });

  it('creates with If-None-Match only what is not there', async () => {
    const { s3 } = await started();
    await put(s3, 'a', { IfNoneMatch: '*' });
    await expect(put(s3, 'a', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('replaces with If-Match only what was seen', async () => {
    const { s3 } = await started();
    const { ETag } = await put(s3, 'a');
    await put(s3, 'a', { IfMatch: ETag!, Body: 'second' });
    const current = await get(s3, 'a');
    await put(s3, 'a', { IfMatch: current.ETag!.replaceAll('"', ''), Body: 'third' });
    await expect(put(s3, 'a', { IfMatch: ETag! })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put(s3, 'b', { IfMatch: ETag! })).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('writes on no other condition', async () => {
    const { s3 } = await started();
    await expect(put(s3, 'a', { IfNoneMatch: '"tag"' })).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });

  it('lets one of twenty writers win', async () => {
    const { aws, s3 } = await started();
    const race = (name: string, condition: Partial<PutObjectCommandInput>) =>
      Promise.allSettled(
        // Each writes something else: the same bytes have the same ETag, and match again.
        Array.from({ length: 20 }, (_, i) => put(s3, 'a', { ...condition, Body: `${name} ${i}` })),
      );
    const created = await race('created', { IfNoneMatch: '*' });
    const { ETag } = await get(s3, 'a');
    const replaced = await race('replaced', { IfMatch: ETag! });
    for (const outcomes of [created, replaced]) {
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
    const winner = replaced.findIndex(({ status }) => status === 'fulfilled');
    expect(Buffer.from(aws.s3.objects(Bucket).get('a')!).toString()).toBe(`replaced ${winner}`);
  });

  it('answers a missing key with 404 to who may list, and with 403 to who may not', async () => {
    const { aws, s3 } = await started();
    await expect(get(s3, 'none')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    aws.deny('s3:ListBucket');
    await expect(get(s3, 'none')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: s3:ListBucket'),
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('answers a missing bucket', async () => {
    const { aws, s3 } = await startDouble();
    await expect(put(s3, 'a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    expect(() => aws.s3.objects(Bucket)).toThrow('there is no bucket state');
  });

  it('tells the size without the content, and not again what did not change', async () => {
    const { s3 } = await started();
    const { ETag } = await put(s3, 'a');
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(head).toMatchObject({ ContentLength: 7, ETag });
    await expect(
      s3.send(new GetObjectCommand({ Bucket, Key: 'a', IfNoneMatch: ETag! })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  it('gives an object only when it is the one that was asked for', async () => {
    const { s3 } = await started();
    const { ETag } = await put(s3, 'a');
    const getIf = (IfMatch: string) => s3.send(new GetObjectCommand({ Bucket, Key: 'a', IfMatch }));
    expect((await getIf(ETag!)).ETag).toBe(ETag);
    await expect(getIf('"else"')).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('deletes, also what is not there', async () => {
    const { aws, s3 } = await started();
    await put(s3, 'a');
    for (const Key of ['a', 'b']) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(aws.s3.objects(Bucket).size).toBe(0);
  });

  it('lists page by page in the order of the bytes, under a prefix', async () => {
    const { s3 } = await started();
    const keys = ['x/1', 'x/10', 'x/2', 'x/ä', 'x/<&>', 'y/1'];
    for (const key of keys) await put(s3, key);
    const listed: string[] = [];
    let ContinuationToken: string | undefined;
    let pages = 0;
    do {
      const answer = await s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'x/', MaxKeys: 2, ContinuationToken }),
      );
      listed.push(...answer.Contents!.map(({ Key }) => Key!));
      pages += 1;
      ContinuationToken = answer.NextContinuationToken;
    } while (ContinuationToken);
    expect(pages).toBe(3);
    expect(listed).toEqual(['x/1', 'x/10', 'x/2', 'x/<&>', 'x/ä']);
  });

  it('says which operation it does not know', async () => {
    const { s3 } = await started();
    await put(s3, 'a');
    const unknown = [
      s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } })),
      s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' })),
      s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a' })),
      s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'state/a' })),
      s3.send(new CreateBucketCommand({ Bucket: 'more' })),
      s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' })),
    ];
    for (const outcome of await Promise.allSettled(unknown)) {
      expect(outcome).toMatchObject({
        reason: { name: 'NotImplemented', message: expect.stringMatching(/^the double knows Get/) },
      });
    }
  });
});
