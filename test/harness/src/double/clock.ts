import type { IncomingMessage } from 'node:http';
import { type Presigned, presignedOf } from './presigned.ts';
import { AwsError, type ServiceName } from './service.ts';

const MINUTE_MS = 60_000;

/**
 * How far the time of a signature may be from that of the service; with S3 as its refusal says.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
const TOLERANCE_MS = { s3: 15 * MINUTE_MS, others: 5 * MINUTE_MS } as const;

/** The clock by which AWS takes signatures, which need not agree with the one of this machine. */
export interface SignatureClock {
  /** From now on it is so much ahead of this machine's, behind when negative. */
  skew(ms: number): void;
  /** @throws {AwsError} the request was signed too long ago, or too early, by this clock */
  check(service: ServiceName, request: IncomingMessage): void;
  /** What every answer says. */
  headers(): { readonly date?: string };
}

/** Takes any time, and leaves the header to Node.js, until it is skewed for the first time. */
export function createSignatureClock(): SignatureClock {
  let skewMs: number | undefined;
  const now = (): Date => new Date(Date.now() + (skewMs ?? 0));

  return {
    skew(ms) {
      skewMs = ms;
    },
    check(service, request) {
      const presigned = presignedOf(request);
      if (presigned !== undefined) return checkPresigned(presigned, now());
      if (skewMs === undefined) return;
      const { headers } = request;
      const signedAt = String(headers['x-amz-date']);
      const tolerance = service === 's3' ? TOLERANCE_MS.s3 : TOLERANCE_MS.others;
      const behindMs = now().getTime() - timeOf(signedAt);
      if (!(Math.abs(behindMs) <= tolerance)) throw refusal(service, signedAt, behindMs, now());
    },
    headers() {
      if (skewMs === undefined) return {};
      return { date: now().toUTCString() };
    },
  };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
function checkPresigned({ signedAt, validSeconds }: Presigned, now: Date): void {
  const expires = new Date(timeOf(signedAt) + validSeconds * 1000);
  if (expires > now) return;
  throw new AwsError('AccessDenied', 'Request has expired', 403, {
    'X-Amz-Expires': String(validSeconds),
    Expires: `${expires.toISOString().slice(0, 19)}Z`,
    ServerTime: `${now.toISOString().slice(0, 19)}Z`,
  });
}

/** The SDK sets its clock by the Date of the refusal, with S3 by its ServerTime, and tries again. */
function refusal(service: ServiceName, signedAt: string, behindMs: number, now: Date): AwsError {
  if (service === 's3') {
    const message = 'The difference between the request time and the current time is too large.';
    return new AwsError('RequestTimeTooSkewed', message, 403, {
      RequestTime: signedAt,
      ServerTime: `${now.toISOString().slice(0, 19)}Z`,
      MaxAllowedSkewMilliseconds: String(TOLERANCE_MS.s3),
    });
  }
  const sign = behindMs > 0 ? -1 : 1;
  const limit = basicFormat(new Date(now.getTime() + sign * TOLERANCE_MS.others));
  const from = `${limit} (${basicFormat(now)} ${sign < 0 ? '-' : '+'} 5 min.)`;
  const message =
    sign < 0
      ? `Signature expired: ${signedAt} is now earlier than ${from}`
      : `Signature not yet current: ${signedAt} is still later than ${from}`;
  return service === 'events'
    ? new AwsError('InvalidSignatureException', message, 400)
    : new AwsError('SignatureDoesNotMatch', message, 403);
}

/** Of `20261124T120000Z`; NaN when it is something else. */
function timeOf(basic: string): number {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(basic) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function basicFormat(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
