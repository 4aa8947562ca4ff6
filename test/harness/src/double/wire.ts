import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { crc32, gunzipSync } from 'node:zlib';
import { presignedOf } from './presigned.ts';
import { AwsError, type ServiceName } from './service.ts';
import { membersToXml, toXml } from './xml.ts';

/** Who calls which service where, as the signature of the request says. */
export interface Signer {
  readonly service: ServiceName;
  readonly region: string;
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
}

/** What a request asks for; nothing of the input has been checked. */
export interface Asked {
  readonly operation: string;
  readonly input: unknown;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What an operation of S3 answers: its protocol spreads an answer over status, headers and body. */
export interface RestAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The names of the services in the scope of a signature. */
const SIGNING_NAMES: Readonly<Record<string, ServiceName>> = {
  monitoring: 'cloudwatch',
  s3: 's3',
  sns: 'sns',
  sqs: 'sqs',
  events: 'events',
  sts: 'sts',
};

/** What SQS calls its errors beside, in the words of the query protocol. */
const SQS_QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
};

const XML_NAMESPACES: Readonly<Partial<Record<ServiceName, string>>> = {
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

/**
 * Read from the scope of the signature. The signature itself is not verified: any secret will do.
 * @throws {AwsError} the request is not signed, or for a service that is not spoken here
 */
export function readSigner(request: IncomingMessage): Signer {
  const { headers } = request;
  const presigned = presignedOf(request);
  const signature = presigned ? `Credential=${presigned.credential}` : headers.authorization;
  const [, accessKeyId, region, signingName] =
    /Credential=([^/,]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(signature ?? '') ?? [];
  if (!accessKeyId || !region || !signingName) {
    throw new AwsError(
      'MissingAuthenticationToken',
      'the request is not signed: the double takes region and account from the signature',
      403,
    );
  }
  const service = SIGNING_NAMES[signingName];
  if (!service) {
    const known = Object.keys(SIGNING_NAMES).join(', ');
    throw new AwsError('UnknownService', `the double speaks ${known}, not ${signingName}`, 404);
  }
  const token = presigned ? presigned.token : headers['x-amz-security-token'];
  return { service, region, accessKeyId, sessionToken: token?.toString() };
}

/**
 * The operation and its input, in the protocol of the service.
 * @throws {AwsError} the body cannot be read
 */
export function readOperation(
  service: ServiceName,
  request: IncomingMessage,
  encoded: Buffer,
): Asked {
  const body =
    service === 's3' ? readContent(request.headers, encoded) : unzipped(request, encoded);
  switch (service) {
    case 's3':
      return readRest(request, body);
    case 'cloudwatch':
    case 'sqs':
    case 'events': {
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
      try {
        return { operation, input: JSON.parse(body.toString('utf8')) };
      } catch (cause) {
        throw new AwsError('SerializationException', `the body is not JSON: ${cause}`);
      }
    }
    case 'sns':
    case 'sts': {
      const { Action, Version: _, ...input } = readQuery(body.toString('utf8'));
      return { operation: String(Action), input };
    }
  }
}

/** The answer of an operation in the protocol of its service. */
export function writeAnswer(
  service: ServiceName,
  operation: string,
  output: object | RestAnswer,
): WireAnswer {
  const requestId = randomUUID();
  switch (service) {
    case 's3': {
      const { status = 200, headers = {}, body = '' } = output as RestAnswer;
      const common = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
      return { status, headers: { ...common, ...headers }, body };
    }
    case 'cloudwatch':
    case 'sqs':
    case 'events':
      return {
        status: 200,
        headers: jsonHeaders(service, requestId),
        body: JSON.stringify(output),
      };
    case 'sns':
    case 'sts':
      return {
        status: 200,
        headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
        body:
          `<${operation}Response xmlns="${XML_NAMESPACES[service]}">` +
          `<${operation}Result>${membersToXml(output)}</${operation}Result>` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
          `</${operation}Response>`,
      };
  }
}

/** An error in the protocol of the service, or as JSON when it is not known which was meant. */
export function writeError(service: ServiceName | undefined, error: AwsError): WireAnswer {
  const { code, message, status, details } = error;
  const requestId = randomUUID();
  const fault = status < 500 ? 'Sender' : 'Receiver';
  switch (service) {
    case 's3': {
      const members = { Code: code, Message: message, ...details, RequestId: requestId };
      const xml = toXml('Error', members);
      return {
        status,
        headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
        body: `<?xml version="1.0" encoding="UTF-8"?>${xml}`,
      };
    }
    case 'sns':
    case 'sts':
      return {
        status,
        headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
        body: toXml('ErrorResponse', {
          Error: { Type: fault, Code: code, Message: message },
          RequestId: requestId,
        }),
      };
    default:
      return {
        status,
        headers: {
          ...jsonHeaders(service, requestId),
          ...queryError(service, code, fault),
        },
        body: JSON.stringify({ __type: code, message }),
      };
  }
}

/** CloudWatch and SQS spoke the query protocol once; clients still look here for their codes. */
function queryError(
  service: ServiceName | undefined,
  code: string,
  fault: string,
): Record<string, string> {
  if (service !== 'cloudwatch' && service !== 'sqs') return {};
  const queryCode = (service === 'sqs' && SQS_QUERY_CODES[code]) || code;
  return { 'x-amzn-query-error': `${queryCode};${fault}` };
}

function jsonHeaders(service: ServiceName | undefined, requestId: string): Record<string, string> {
  const version = service === 'cloudwatch' || service === 'sqs' ? '1.0' : '1.1';
  return { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId };
}

/** `a.member.1.b=c` as `{a: [{b: 'c'}]}`: what the query protocol means. */
function readQuery(body: string): Record<string, unknown> {
  const root: Tree = {};
  for (const [path, text] of new URLSearchParams(body)) {
    const names = path.split('.');
    const last = names.pop()!;
    let at = root;
    for (const name of names) {
      const known = Object.hasOwn(at, name) ? at[name] : undefined;
      const next = typeof known === 'object' ? known : {};
      at[name] = next;
      at = next;
    }
    at[last] = text;
  }
  return listsOf(root) as Record<string, unknown>;
}

interface Tree {
  [name: string]: Tree | string;
}

function listsOf(tree: Tree | string | undefined): unknown {
  if (typeof tree !== 'object') return tree;
  const items = tree.member ?? tree.entry;
  // The keys of a list are its positions, which objects keep in ascending order.
  if (typeof items === 'object') return Object.values(items).map(listsOf);
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, listsOf(value)]));
}

const OBJECT_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** Members of the input that S3 reads from the address. */
const REST_PARAMETERS: Readonly<Record<string, string>> = {
  prefix: 'Prefix',
  'max-keys': 'MaxKeys',
  'continuation-token': 'ContinuationToken',
  'bucket-region': 'BucketRegion',
};

/**
 * The operations of S3 on path-style addresses, by what tells them apart. Whatever carries a
 * parameter or a header not known here is another operation, and goes by its method and address.
 */
function readRest({ headers, method = '', url = '/' }: IncomingMessage, body: Buffer): Asked {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, bucket = '', ...rest] = pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const input: Record<string, unknown> = {
    Bucket: decodeURIComponent(bucket),
    Key: key,
    Body: body,
    IfMatch: headers['if-match'],
    IfNoneMatch: headers['if-none-match'],
    Headers: keptHeaders(headers),
  };
  let known = !('x-amz-copy-source' in headers);
  for (const [name, value] of searchParams) {
    const member = REST_PARAMETERS[name];
    if (member) input[member] = value;
    // Of a signature in the address, and of headers that were signed there with it.
    else if (/^x-amz-/i.test(name) && searchParams.has('X-Amz-Signature')) continue;
    else if (name !== 'x-id' && `${name}=${value}` !== 'list-type=2') known = false;
  }
  const lists = key === '' && searchParams.has('list-type');
  const ofAccount = bucket === '' && method === 'GET' ? 'ListBuckets' : undefined;
  const ofBucket = lists ? 'ListObjectsV2' : ofAccount;
  const operation = key === '' ? ofBucket : OBJECT_OPERATIONS[method];
  return { operation: (known && operation) || `${method} ${url}`, input };
}

/** What an object is given back with. */
function keptHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'content-type' || name.startsWith('x-amz-meta-')) kept[name] = String(value);
  }
  // How the body travelled is no property of the object.
  const encoding = headers['content-encoding']?.replace(/,?\s*aws-chunked/, '');
  if (encoding) kept['content-encoding'] = encoding;
  return kept;
}

/** The SDK compresses large requests of PutMetricData. */
function unzipped({ headers }: IncomingMessage, body: Buffer): Buffer {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** The content of an object, checked against its checksum when it came with one. */
function readContent(headers: IncomingMessage['headers'], body: Buffer): Buffer {
  const streaming = String(headers['x-amz-content-sha256']).startsWith('STREAMING-');
  const { content, checksum } = streaming
    ? readChunked(body)
    : { content: body, checksum: headers['x-amz-checksum-crc32'] };
  if (checksum !== undefined && checksum !== crc32Base64(content)) {
    throw new AwsError('BadDigest', 'the CRC32 you specified did not match what was received');
  }
  return content;
}

/**
 * The content of an aws-chunked body: pieces behind their length in hexadecimal, then trailers.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
function readChunked(body: Buffer): { content: Buffer; checksum: string | undefined } {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(size)) {
      throw new AwsError('IncompleteBody', 'the aws-chunked body ends before its last chunk');
    }
    at = lineEnd + 2;
    if (size === 0) break;
    pieces.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const [, checksum] = /^x-amz-checksum-crc32:(.*)$/m.exec(body.toString('latin1', at)) ?? [];
  return { content: Buffer.concat(pieces), checksum: checksum?.trim() };
}

function crc32Base64(content: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(content) >>> 0);
  return bytes.toString('base64');
}
