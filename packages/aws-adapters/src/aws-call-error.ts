import { messageOf } from '@plumbline/core';

/** Codes that ask for patience; every service has its own. */
const THROTTLED =
  /^(Throttl|KMSThrottl|KmsThrottl|TooManyRequests|RequestLimitExceeded|RequestThrottled|LimitExceeded|SlowDown|BandwidthLimitExceeded|PriorRequestNotComplete)/;

/** Codes of the network, and of calls given up for lack of an answer that can be read. */
const UNREACHABLE =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|OutOfTime|TimeoutError|AbortError|NetworkingError|SyntaxError)/;

/** Codes that say that what was sent is not acceptable; every service has several for it. */
const UNACCEPTABLE =
  /^(Validation|InvalidParameter|ParameterValueInvalid|InvalidArgument|InvalidMessageContents|Malformed|\w+Too(Long|Large)|413$)/;

/** What somebody has to do, by what the service says; `action` is what was not allowed. */
const ADVICE: readonly (readonly [code: RegExp, advice: (action: string) => string])[] = [
  [
    /^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|KMSAccessDenied|KmsAccessDenied|Forbidden$|403$)/,
    (action) =>
      action === 'sts:AssumeRole'
        ? 'the role of the function may not take on that role: allow it sts:AssumeRole (docs/deploy.md), and let that role trust it'
        : `the identity that asks, of the function its role, may not do this: allow it ${action} (docs/deploy.md), and look at policies that deny`,
  ],
  [
    /^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|CredentialsProviderError)/,
    () =>
      'the credentials are no longer valid, or never were: renew them, or let the role be assumed again',
  ],
  [
    /^NoSuchBucket/,
    () =>
      'the bucket in STATE_BUCKET does not exist in this account: deploy again, or correct the name',
  ],
  [
    /^NotFound/,
    () =>
      'the topic does not exist: correct SNS_TOPIC_ARN or the topic of the monitor, or create it',
  ],
  [
    /^KMS(Disabled|InvalidState|NotFound|OptInRequired)/,
    () => 'the key of the topic cannot be used: enable it, or encrypt the topic with another one',
  ],
  [
    /^Kms(Disabled|InvalidState|InvalidKeyUsage|NotFound|OptInRequired)/,
    () => 'the key of the queue cannot be used: enable it, or encrypt the queue with another one',
  ],
  [
    /^(QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|InvalidAddress)/,
    () => 'the queue does not exist: deploy again, or correct its URL',
  ],
  [/^ResourceNotFound/, () => 'the event bus does not exist: correct EVENT_BUS_NAME, or create it'],
];

/** A call to AWS that failed for good: retries within the call are over. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  /** As in `GetMetricData`. */
  readonly operation: string;
  /** As the service calls it, such as `AccessDenied`. */
  readonly code: string;
  /** Whether the same call can succeed later without anybody doing something. */
  readonly retryable: boolean;
  /** Whether the service asked for patience. */
  readonly throttled: boolean;

  constructor(operation: string, cause: unknown) {
    const code = codeOf(cause);
    super(failureText(operation, code, messageOf(cause)), { cause });
    this.operation = operation;
    this.code = code;
    this.retryable = isRetryable(cause, code);
    this.throttled = THROTTLED.test(code);
  }
}

/** What failed, in one line, and what somebody has to do about it. */
export function failureText(operation: string, code: string, message: string): string {
  // AWS names the action, which is not always the operation: PublishBatch needs sns:Publish.
  const [, action = operation] = /not authorized to perform: ([\w:]+)/.exec(message) ?? [];
  const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1](action);
  const [line] = message.split('\n', 1); // the SDK adds hints for programmers
  const text = `${operation}: ${code}: ${line}`;
  return advice === undefined ? text : `${text}; ${advice}`;
}

/** Whether somebody can mend what an error of this code is about. */
export function isMendable(code: string): boolean {
  return ADVICE.some(([pattern]) => pattern.test(code));
}

/** Whether an error of this code says that what was sent is not acceptable, now or later. */
export function isUnacceptable(code: string): boolean {
  return UNACCEPTABLE.test(code);
}

/** The name of an error as the service, or the system, gives it; a refusal without a body has only its status. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  if (/^Unknown(Error)?$/.test(error.name)) return String(statusOf(error) ?? error.name);
  return error.name !== 'Error' ? error.name : typeof code === 'string' ? code : 'Error';
}

function isRetryable(error: unknown, code: string): boolean {
  if (isRetryableCode(code)) return true;
  if (!(error instanceof Error)) return false;
  const { code: system } = error as { code?: unknown };
  if (typeof system === 'string' && UNREACHABLE.test(system)) return true;
  return (statusOf(error) ?? 0) >= 500;
}

/** Whether an error of this code passes by itself. */
export function isRetryableCode(code: string): boolean {
  return (
    THROTTLED.test(code) || UNREACHABLE.test(code) || /^(Internal|ServiceUnavailable)/.test(code)
  );
}

/** The HTTP status of an answer that was an error; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
