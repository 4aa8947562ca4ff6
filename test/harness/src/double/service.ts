/** The services that the double speaks, by the prefix that IAM gives their actions. */
export type ServiceName = 'cloudwatch' | 's3' | 'sns' | 'sqs' | 'events' | 'sts';

/** A request that was understood, before it is known whether it may be answered. */
export interface Call {
  readonly service: ServiceName;
  /** As the API calls it: GetMetricData, PutObject, ... */
  readonly operation: string;
  readonly region: string;
  /** Of the credentials that signed. */
  readonly account: string;
  readonly accessKeyId: string;
  /** The request as the service sees it: members by their API name, times as seconds. */
  readonly input: unknown;
}

/** What an operation may ask about its call while it works. */
export interface CallContext extends Call {
  /** Who calls. */
  readonly arn: string;
  /** Whether who calls may do this too, as in `s3:ListBucket`. */
  may(action: string): boolean;
  /** What goes wrong with one part of the request, if anything should. */
  faultOfQuery(query: unknown, index: number): QueryFault | undefined;
  faultOfEntry(entry: unknown, index: number): EntryFault | undefined;
  /** How many metrics are answered at all; Infinity unless a fault says less. */
  readonly answeredMetrics: number;
}

/** What can go wrong with one part of a request while its other parts are answered. */
export type PartFault = QueryFault | EntryFault;

/** Of a query of GetMetricData. */
export type QueryFault =
  /** Half of the samples as PartialData, and no token to go on with. */
  | 'partial'
  | 'internal-error'
  | 'forbidden'
  /** Not in the results at all. */
  | 'missing';

/** Of an entry of a batch: the code that it fails with. */
export interface EntryFault {
  readonly code: string;
  readonly message?: string;
  /** Whether SNS or SQS says that the entry itself is wrong, and not the service; false unless told. */
  readonly senderFault?: boolean;
}

/**
 * One operation. Its input has not been checked: it comes from a client that may leave anything out.
 * @throws {AwsError} what the service answers instead
 */
export type Operation = (input: never, call: CallContext) => object | Promise<object>;

/** A service is its operations; the wire and the checks around them are the same for all. */
export type Service = Readonly<Record<string, Operation>>;

/** An error that a service answers. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  readonly code: string;
  readonly status: number;
  /** What S3 says beside code and message. */
  readonly details: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    status = 400,
    details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** The errors that any call can meet, whatever it asks for. */
export interface CommonErrors {
  readonly throttled: readonly [code: string, status: number];
  readonly accessDenied: readonly [code: string, status: number];
  readonly expiredToken: readonly [code: string, status: number];
  readonly invalidToken: readonly [code: string, status: number];
  readonly internalFailure: readonly [code: string, status: number];
  readonly unknownOperation: readonly [code: string, status: number];
}

const QUERY_ERRORS: CommonErrors = {
  throttled: ['Throttling', 400],
  accessDenied: ['AccessDenied', 403],
  expiredToken: ['ExpiredToken', 403],
  invalidToken: ['InvalidClientTokenId', 403],
  internalFailure: ['InternalFailure', 500],
  unknownOperation: ['InvalidAction', 400],
};

/**
 * How each service spells the same trouble.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html#API_SendMessageBatch_Errors
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html
 */
const COMMON_ERRORS: Readonly<Record<ServiceName, CommonErrors>> = {
  cloudwatch: QUERY_ERRORS,
  sts: QUERY_ERRORS,
  sns: {
    ...QUERY_ERRORS,
    throttled: ['Throttled', 429],
    accessDenied: ['AuthorizationError', 403],
  },
  sqs: { ...QUERY_ERRORS, throttled: ['RequestThrottled', 403] },
  s3: {
    throttled: ['SlowDown', 503],
    accessDenied: ['AccessDenied', 403],
    expiredToken: ['ExpiredToken', 400],
    invalidToken: ['InvalidAccessKeyId', 403],
    internalFailure: ['InternalError', 500],
    unknownOperation: ['NotImplemented', 501],
  },
  // The services of this protocol answer 400 where others answer 403.
  events: {
    throttled: ['ThrottlingException', 400],
    accessDenied: ['AccessDeniedException', 400],
    expiredToken: ['ExpiredTokenException', 400],
    invalidToken: ['UnrecognizedClientException', 400],
    internalFailure: ['InternalFailure', 500],
    unknownOperation: ['UnknownOperationException', 400],
  },
};

/** A common error in the form of its service. */
export function commonError(
  service: ServiceName,
  kind: keyof CommonErrors,
  message: string,
): AwsError {
  const [code, status] = COMMON_ERRORS[service][kind];
  return new AwsError(code, message, status);
}
