import { createHash } from 'node:crypto';
import { AwsError, type CallContext, type Service } from './service.ts';
import type { RestAnswer } from './wire.ts';
import { escapeXml, toXml } from './xml.ts';

/** Keys in one answer of ListObjectsV2. */
const LIST_PAGE = 1_000;

/** Buckets and their objects. Names of buckets are global: they know no region and no account. */
export interface S3Double {
  readonly service: Service;
  createBucket(name: string): void;
  /** What the bucket holds now, by key. @throws when there is no such bucket */
  objects(bucket: string): ReadonlyMap<string, Uint8Array>;
}

interface StoredObject {
  readonly body: Uint8Array;
  /** Its type, encoding and metadata. */
  readonly headers: Readonly<Record<string, string>>;
  /** In quotes; the MD5 of the content: the same for the same bytes. */
  readonly etag: string;
  readonly modified: Date;
}

interface S3Input {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: Uint8Array;
  readonly Headers: Readonly<Record<string, string>>;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly Prefix?: string;
  readonly MaxKeys?: string;
  readonly ContinuationToken?: string;
}

export function createS3(now: () => number): S3Double {
  const buckets = new Map<string, Map<string, StoredObject>>();

  function bucketOf({ Bucket }: S3Input): Map<string, StoredObject> {
    const bucket = buckets.get(Bucket);
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }

  /**
   * Who may not list a bucket does not learn which keys it lacks.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
   */
  function objectOf(input: S3Input, call: CallContext): StoredObject {
    const object = bucketOf(input).get(input.Key);
    if (object) return object;
    if (!call.may('s3:ListBucket')) {
      const message = `User: ${call.arn} is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::${input.Bucket}"`;
      throw new AwsError('AccessDenied', message, 403);
    }
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }

  function readObject(input: S3Input, call: CallContext): RestAnswer {
    const { body, headers, etag, modified } = objectOf(input, call);
    if (input.IfMatch && !sameTag(input.IfMatch, etag)) throw preconditionFailed();
    if (input.IfNoneMatch && sameTag(input.IfNoneMatch, etag))
      throw new AwsError('NotModified', 'Not Modified', 304);
    return {
      headers: {
        ...headers,
        'content-length': String(body.length),
        'last-modified': modified.toUTCString(),
        etag,
      },
      body,
    };
  }

  return {
    createBucket(name) {
      if (!buckets.has(name)) buckets.set(name, new Map());
    },
    objects(name) {
      const bucket = buckets.get(name);
      if (!bucket) throw new RangeError(`there is no bucket ${name}: create it with createBucket`);
      return new Map([...bucket].map(([key, { body }]) => [key, body]));
    },
    service: {
      GetObject: readObject,
      HeadObject: readObject,

      /**
       * Looking and writing are one step here, so of many writers that expect the same one wins.
       * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
       */
      PutObject(input: S3Input): RestAnswer {
        const { Key, Body: body, Headers: headers, IfMatch, IfNoneMatch } = input;
        const bucket = bucketOf(input);
        const current = bucket.get(Key);
        if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
          throw new AwsError('NotImplemented', 'If-None-Match of a write can only be *', 501);
        }
        if (IfNoneMatch === '*' && current) throw preconditionFailed();
        if (IfMatch && !current) {
          throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
        }
        if (IfMatch && !sameTag(IfMatch, current!.etag)) throw preconditionFailed();
        const etag = `"${createHash('md5').update(body).digest('hex')}"`;
        bucket.set(Key, { body, headers, etag, modified: new Date(now()) });
        return { headers: { etag } };
      },

      DeleteObject(input: S3Input): RestAnswer {
        bucketOf(input).delete(input.Key);
        return { status: 204 };
      },

      /** The buckets know no region here: that filter is not heeded. */
      ListBuckets({ Prefix = '' }: S3Input): RestAnswer {
        const names = [...buckets.keys()].filter((name) => name.startsWith(Prefix)).sort();
        const listed = names.map((name) => toXml('Bucket', { Name: name }));
        return {
          body:
            '<?xml version="1.0" encoding="UTF-8"?>' +
            '<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
            `<Buckets>${listed.join('')}</Buckets></ListAllMyBucketsResult>`,
        };
      },

      ListObjectsV2(input: S3Input): RestAnswer {
        const { Bucket, Prefix = '', MaxKeys = LIST_PAGE, ContinuationToken } = input;
        const after = ContinuationToken
          ? Buffer.from(ContinuationToken, 'base64').toString('utf8')
          : '';
        const matching = [...bucketOf(input)]
          .filter(([key]) => key.startsWith(Prefix) && compareKeys(key, after) > 0)
          .sort(([a], [b]) => compareKeys(a, b));
        const page = matching.slice(0, Math.min(Number(MaxKeys), LIST_PAGE));
        const last = page.at(-1)?.[0];
        const truncated = last !== undefined && page.length < matching.length;
        const contents = page.map(([key, { body, etag, modified }]) =>
          toXml('Contents', {
            Key: key,
            LastModified: modified.toISOString(),
            ETag: etag,
            Size: body.length,
            StorageClass: 'STANDARD',
          }),
        );
        return {
          body:
            '<?xml version="1.0" encoding="UTF-8"?>' +
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
            `<Name>${escapeXml(Bucket)}</Name><Prefix>${escapeXml(Prefix)}</Prefix>` +
            `<KeyCount>${page.length}</KeyCount><MaxKeys>${MaxKeys}</MaxKeys>` +
            `<IsTruncated>${truncated}</IsTruncated>` +
            (truncated
              ? toXml('NextContinuationToken', Buffer.from(last).toString('base64'))
              : '') +
            `${contents.join('')}</ListBucketResult>`,
        };
      },
    },
  };
}

/** The order of S3: by the bytes of their UTF-8. */
function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Conditions may come without the quotes. */
function sameTag(asked: string, etag: string): boolean {
  return asked === etag || `"${asked}"` === etag;
}

function preconditionFailed(): AwsError {
  return new AwsError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
  );
}
