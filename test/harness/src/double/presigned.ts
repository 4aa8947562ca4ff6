import type { IncomingMessage } from 'node:http';
import { AwsError } from './service.ts';

/** A week. */
const LONGEST_SECONDS = 604_800;

/** A request that was signed for somebody else, to be made later: the signature is in its address. */
export interface Presigned {
  /** As `Credential=` has it in a header. */
  readonly credential: string;
  readonly token: string | undefined;
  /** As in `20261124T120000Z`. */
  readonly signedAt: string;
  readonly validSeconds: number;
}

/**
 * @returns undefined for a request that is signed in its headers, or not at all
 * @throws {AwsError} a part of the signature is missing, or it is to hold for more than a week
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presignedOf({ url = '/' }: IncomingMessage): Presigned | undefined {
  const query = new URL(url, 'http://localhost').searchParams;
  if (!query.has('X-Amz-Signature')) return undefined;
  const [credential, signedAt] = [query.get('X-Amz-Credential'), query.get('X-Amz-Date')];
  const validSeconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  const isWhole =
    query.get('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256' &&
    query.has('X-Amz-SignedHeaders') &&
    Number.isInteger(validSeconds);
  if (!isWhole || !credential || !signedAt) {
    const message =
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.';
    throw new AwsError('AuthorizationQueryParametersError', message, 400);
  }
  if (validSeconds > LONGEST_SECONDS) {
    const message = `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_SECONDS} seconds`;
    throw new AwsError('AuthorizationQueryParametersError', message, 400);
  }
  const token = query.get('X-Amz-Security-Token') ?? undefined;
  return { credential, signedAt, validSeconds, token };
}
