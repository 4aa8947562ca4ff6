import { AwsCallError } from '@plumbline/aws-adapters';
import { describe, expect, test } from 'vitest';

/** An error as the SDK makes it of what a service answers. */
function serviceError(name: string, httpStatusCode?: number, message = 'why'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** An error as Node makes it of what the system says. */
function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:443`), { code });
}

const PERMISSION =
  /; the identity that asks, of the function its role, may not do this: allow it GetThings \(docs\/deploy\.md\)/;
const CREDENTIALS = /; the credentials are no longer valid, or never were: renew them/;
const NO_ADVICE = /why$/;

describe('AwsCallError', () => {
  /**
   * Each service has words of its own.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
   * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html#API_PublishBatch_Errors
   * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html
   */
  test.each<[string, number, boolean, RegExp]>([
    ['Throttling', 400, true, NO_ADVICE],
    ['ThrottlingException', 400, true, NO_ADVICE],
    ['ThrottledException', 429, true, NO_ADVICE],
    ['TooManyRequestsException', 429, true, NO_ADVICE],
    ['RequestLimitExceeded', 503, true, NO_ADVICE],
    ['LimitExceededException', 400, true, NO_ADVICE],
    ['KMSThrottlingException', 400, true, NO_ADVICE],
    ['SlowDown', 503, true, NO_ADVICE],
    ['InternalFailure', 500, true, NO_ADVICE],
    ['InternalError', 500, true, NO_ADVICE],
    ['InternalServiceFault', 500, true, NO_ADVICE],
    ['ServiceUnavailable', 503, true, NO_ADVICE],
    ['SomethingElse', 502, true, NO_ADVICE],
    ['SomethingElse', 400, false, NO_ADVICE],
    ['ValidationException', 400, false, NO_ADVICE],
    ['InvalidParameterException', 400, false, NO_ADVICE],
    ['NoSuchKey', 404, false, NO_ADVICE],
    ['AccessDenied', 403, false, PERMISSION],
    ['AccessDeniedException', 400, false, PERMISSION],
    ['AuthorizationErrorException', 403, false, PERMISSION],
    ['UnauthorizedOperation', 403, false, PERMISSION],
    ['KMSAccessDeniedException', 400, false, PERMISSION],
    ['ExpiredToken', 403, false, CREDENTIALS],
    ['ExpiredTokenException', 400, false, CREDENTIALS],
    ['RequestExpired', 400, false, CREDENTIALS],
    ['InvalidClientTokenId', 403, false, CREDENTIALS],
    ['UnrecognizedClientException', 400, false, CREDENTIALS],
    ['InvalidAccessKeyId', 403, false, CREDENTIALS],
    ['NoSuchBucket', 404, false, /; the bucket in STATE_BUCKET does not exist/],
    ['NotFoundException', 404, false, /; the topic does not exist: correct SNS_TOPIC_ARN/],
    ['KMSDisabledException', 400, false, /; the key of the topic cannot be used: enable it/],
    ['KMSInvalidStateException', 400, false, /; the key of the topic cannot be used: enable it/],
    ['ResourceNotFoundException', 400, false, /; the event bus does not exist: correct EVENT_BUS/],
  ])('of %s (%i) may pass: %s', (name, status, retryable, message) => {
    const error = new AwsCallError('GetThings', serviceError(name, status));

    expect(error).toMatchObject({ operation: 'GetThings', code: name, retryable });
    expect(error.message).toMatch(new RegExp(`^GetThings: ${name}: why`));
    expect(error.message).toMatch(message);
  });

  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ])('of %s may pass, under the name that the system gives it', (code) => {
    expect(new AwsCallError('GetThings', systemError(code))).toMatchObject({
      code,
      retryable: true,
    });
  });

  test('may pass when it has a name of its own, and the system says why', () => {
    const named = Object.assign(systemError('ECONNRESET'), { name: 'ClientError' });

    expect(new AwsCallError('GetThings', named)).toMatchObject({
      code: 'ClientError',
      retryable: true,
    });
  });

  test.each(['TimeoutError', 'AbortError', 'OutOfTimeError'])('of %s may pass', (name) => {
    expect(new AwsCallError('GetThings', serviceError(name)).retryable).toBe(true);
  });

  test('names the action that was refused, which is not always the operation', () => {
    const message =
      'User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: sns:Publish on resource: z';
    const refused = serviceError('AuthorizationErrorException', 403, message);

    expect(new AwsCallError('PublishBatch', refused).message).toContain('allow it sns:Publish (');
  });

  test('keeps its cause', () => {
    const cause = serviceError('SlowDown', 503);

    expect(new AwsCallError('PutObject', cause).cause).toBe(cause);
  });

  test.each([
    ['text', 'PutObject: unknown: text'],
    [undefined, 'PutObject: unknown: undefined'],
  ])('of %j, which is no error, says what there is to say', (thrown, message) => {
    expect(new AwsCallError('PutObject', thrown)).toMatchObject({ message, retryable: false });
  });
});
