import { CommandError, EXIT } from '../exit.ts';

/** What the adapters throw, told by its shape: the commands load them only when they need them. */
interface CallError extends Error {
  readonly operation: string;
  readonly code: string;
}

/** What to do, by the code that AWS or its client gives. */
const ADVICE: readonly (readonly [code: RegExp, advice: string])[] = [
  [
    /^CredentialsProviderError|^TokenProviderError/,
    'log in (aws sso login, aws configure), or set AWS_PROFILE,\nor AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; plumbline init --from-files needs no account',
  ],
  [
    /^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch)/,
    'log in again (aws sso login), and look at AWS_PROFILE and the keys in the environment',
  ],
  [/^(AccessDenied|UnauthorizedOperation)/, 'or use other credentials: AWS_PROFILE names them'],
  [
    /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError)/,
    'is the region right (--region, deploy.region), and is there a network?',
  ],
];

/** The same error for people at a terminal: what AWS said, and what to do next. Others are passed on as they are. */
export function forPeople(error: unknown): unknown {
  if (!isCallError(error)) return error;
  return new CommandError(EXIT.failed, withAdvice(error.message, error.code));
}

/** As `forPeople`, of what an error has left in a note: `GetMetricData: AccessDenied: ...`. */
export function adviceOn(message: string): string | undefined {
  const [, code = ''] = /^\w+: ([\w.]+): /.exec(message) ?? [];
  return ADVICE.find(([pattern]) => pattern.test(code))?.[1];
}

/** Does what AWS is needed for. @throws {CommandError} where AWS refuses, or cannot be asked */
export async function withAws<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw forPeople(error);
  }
}

function isCallError(error: unknown): error is CallError {
  return error instanceof Error && error.name === 'AwsCallError' && 'code' in error;
}

function withAdvice(message: string, code: string): string {
  const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1];
  return advice === undefined ? message : `${message}\n${advice}`;
}
