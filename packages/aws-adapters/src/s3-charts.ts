import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { ChartMaker } from '@plumbline/core';
import { AwsCallError } from './aws-call-error.ts';
import type { AwsClients } from './clients.ts';
import { OutOfTimeError, withinTime } from './time-limit.ts';

/**
 * How long a link is good for, seconds. It ends earlier with the credentials that signed it: those of a function's
 * role are replaced within hours.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
const LINK_SECONDS = 12 * 3600;

/** Ids are digests; anything else would be another place in the bucket. */
const PLAIN_ID = /^[\w-]{1,128}$/;

export interface S3ChartsOptions {
  readonly bucket: string;
  /** What the keys begin with; `charts/` unless told. */
  readonly prefix?: string;
  /** Makes PNG of SVG. */
  readonly rasterize: (svg: string) => Promise<Uint8Array>;
}

/**
 * Keeps pictures as PNG in S3, and gives a link to each that is signed: who has it sees the picture, and nothing else
 * of the bucket, until it is over.
 *
 * Permissions: s3:PutObject and s3:GetObject on the keys; the link has the rights of who signed it.
 */
export function createS3Charts(
  clients: Pick<AwsClients, 's3'>,
  { bucket, prefix = 'charts/', rasterize }: S3ChartsOptions,
): ChartMaker {
  return {
    async make({ id, svg }, { remainingMs } = {}) {
      if (!PLAIN_ID.test(id))
        throw new RangeError(`id must be letters, digits, _ and -, got ${id}`);
      const location = { Bucket: bucket, Key: `${prefix}${id}.png` };
      const png = await rasterize(svg);
      const put = new PutObjectCommand({ ...location, Body: png, ContentType: 'image/png' });
      try {
        await withinTime(remainingMs, (abortSignal) =>
          clients.s3().send(put, abortSignal && { abortSignal }),
        );
      } catch (error) {
        throw error instanceof OutOfTimeError ? error : new AwsCallError('PutObject', error);
      }
      return await getSignedUrl(clients.s3(), new GetObjectCommand(location), {
        expiresIn: LINK_SECONDS,
      });
    },
  };
}
