import { messageOf } from '@plumbline/core';

/** Codes that ask for patience; every service has its own. */
const THROTTLED =
  /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|LimitExceeded|SlowDown|BandwidthLimitExceeded|PriorRequestNotComplete)/;

/** Codes of the network and of calls given up for lack of an answer. */
const UNREACHABLE =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|OutOfTime|TimeoutError|AbortError|NetworkingError)/;

/** What somebody has to do, by what the service says. */
const ADVICE: readonly (readonly [code: RegExp, advice: (operation: string) => string])[] = [
  [
    /^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|KMSAccessDenied|Forbidden$|403$)/,
    (operation) =>
      `the role of the function may not do this: allow it ${operation} (docs/deploy.md), and look at policies that deny`,
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

  constructor(operation: string, cause: unknown) {
    const code = codeOf(cause);
    const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1](operation);
    const parts = [`${operation}: ${code}: ${messageOf(cause)}`, advice];
    super(parts.filter((part) => part !== undefined).join('; '), { cause });
    this.operation = operation;
    this.code = code;
    this.retryable = isRetryable(cause, code);
  }
}

/** The name of an error as the service, or the system, gives it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
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
