import type { IncomingMessage } from 'node:http';

/** What a request to AWS asks for. */
export interface AwsCall {
  /** As IAM calls it: cloudwatch, sns, events, s3, sts, ...; `unknown` for a request unsigned. */
  readonly service: string;
  /** GetMetricData, PutObject, ...; method and path where the request does not say. */
  readonly operation: string;
  /** The region it was signed for. */
  readonly region: string;
}

/** Where the name that signs differs from the name in permissions. */
const IAM_NAMES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

/** Names the operation of a request, whichever protocol of AWS it speaks. */
export function describeCall(request: IncomingMessage, body: Buffer): AwsCall {
  const { service, region } = signedScope(request.headers.authorization ?? '');
  return { service, region, operation: operationOf(request, body, service) };
}

/**
 * Credential=KEY/DATE/REGION/SERVICE/aws4_request
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
function signedScope(authorization: string): Pick<AwsCall, 'service' | 'region'> {
  const [, region = 'unknown', signed = 'unknown'] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization) ?? [];
  return { service: IAM_NAMES[signed] ?? signed, region };
}

function operationOf(
  { headers, method = '', url = '/' }: IncomingMessage,
  body: Buffer,
  service: string,
): string {
  // AWS JSON: X-Amz-Target: AWSEvents.PutEvents
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);

  const { pathname, searchParams } = new URL(url, 'http://localhost');
  // Smithy RPC v2: /service/SERVICE/operation/OPERATION
  const rpc = /\/service\/[^/]+\/operation\/([^/]+)$/.exec(pathname);
  if (rpc?.[1] !== undefined) return rpc[1];

  // AWS query: Action=Publish in a form, or behind the path
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const form = isForm ? new URLSearchParams(body.toString('utf8')) : searchParams;
  const action = form.get('Action');
  if (action !== null) return action;

  if (service === 's3') return s3Operation(method, pathname, searchParams);
  return `${method} ${pathname}`;
}

/** Parameters that say which part of a list is wanted. */
const OF_A_LIST = new Set(['prefix', 'delimiter', 'max-keys', 'marker']);

const S3_OPERATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  account: { GET: 'ListBuckets' },
  bucket: { GET: 'ListObjects', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' },
  object: { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' },
};

/** Of a request in path style, /bucket/key, as far as method and path say it. */
function s3Operation(method: string, pathname: string, query: URLSearchParams): string {
  const id = query.get('x-id');
  if (id !== null) return id;
  if (query.get('list-type') === '2') return 'ListObjectsV2';
  const [, bucket = '', key = ''] = pathname.split(/^\/([^/]*)\/?/);
  const place = bucket === '' ? 'account' : key === '' ? 'bucket' : 'object';
  // Anything else behind the question mark is an operation of its own: ?policy, ?versioning, ...
  const others = [...query.keys()].filter((name) => !OF_A_LIST.has(name));
  const plain = others.length === 0 ? S3_OPERATIONS[place]?.[method] : undefined;
  return plain ?? `${method} ${place}${others.length === 0 ? '' : `?${others.join('&')}`}`;
}
