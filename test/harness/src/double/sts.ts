import { randomBytes } from 'node:crypto';
import { AwsError, commonError, type Service } from './service.ts';
import type { Signer } from './wire.ts';

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const DURATION_SECONDS = { least: 900, most: 43_200, default: 3_600 } as const;
const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]{1,64})$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** Whose credentials signed a request, and what they allow. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  /** Actions as IAM writes them; undefined: all. */
  readonly actions: readonly string[] | undefined;
}

export interface StsDouble {
  readonly service: Service;
  /** From now on the role can be assumed, by anyone. @throws when it is no ARN of a role */
  allowRole(arn: string, options?: { readonly actions?: readonly string[] }): void;
  /** The credentials handed out for a role, until now, stop to work. */
  expire(roleArn: string): void;
  /** @throws {AwsError} the credentials are temporary, and expired or not from here */
  identify(signer: Signer): Identity;
}

interface Session extends Identity {
  readonly roleArn: string;
  readonly sessionToken: string;
  /** By the real clock, since the SDK renews credentials by its own. */
  expiresAt: number;
}

interface AssumeRoleInput {
  readonly RoleArn?: string;
  readonly RoleSessionName?: string;
  readonly DurationSeconds?: string;
}

/** Keys that were not handed out here are a user's of `account`, who may do everything. */
export function createSts(account: string): StsDouble {
  const roles = new Map<string, readonly string[] | undefined>();
  const sessions = new Map<string, Session>();

  function identify({ service, accessKeyId, sessionToken }: Signer): Identity {
    const session = sessions.get(accessKeyId);
    if (!session && sessionToken === undefined) {
      return { account, arn: `arn:aws:iam::${account}:user/double`, actions: undefined };
    }
    if (session?.sessionToken !== sessionToken) {
      throw commonError(
        service,
        'invalidToken',
        'The security token included in the request is invalid: it was not handed out by AssumeRole here.',
      );
    }
    if (session!.expiresAt <= Date.now()) {
      const message = 'The security token included in the request is expired';
      throw commonError(service, 'expiredToken', message);
    }
    return session!;
  }

  return {
    identify,
    allowRole(arn, { actions } = {}) {
      if (!ROLE_ARN.test(arn)) throw new RangeError(`${arn} is not the ARN of a role`);
      roles.set(arn, actions);
    },
    expire(roleArn) {
      for (const session of sessions.values()) {
        if (session.roleArn === roleArn) session.expiresAt = Date.now();
      }
    },
    service: {
      AssumeRole(input: AssumeRoleInput, call): object {
        const { RoleArn = '', RoleSessionName = '' } = input;
        const duration = Number(input.DurationSeconds ?? DURATION_SECONDS.default);
        if (!SESSION_NAME.test(RoleSessionName)) {
          throw new AwsError('ValidationError', `RoleSessionName is not valid: ${RoleSessionName}`);
        }
        if (!(duration >= DURATION_SECONDS.least && duration <= DURATION_SECONDS.most)) {
          throw new AwsError('ValidationError', `DurationSeconds is not valid: ${duration}`);
        }
        const [, roleAccount, roleName] = ROLE_ARN.exec(RoleArn) ?? [];
        if (!roleAccount || !roles.has(RoleArn)) {
          throw new AwsError(
            'AccessDenied',
            `User: ${call.accessKeyId} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
            403,
          );
        }
        const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
        const session: Session = {
          roleArn: RoleArn,
          account: roleAccount,
          arn: `arn:aws:sts::${roleAccount}:assumed-role/${roleName}/${RoleSessionName}`,
          actions: roles.get(RoleArn),
          sessionToken: randomBytes(24).toString('base64'),
          expiresAt: Date.now() + duration * 1000,
        };
        sessions.set(accessKeyId, session);
        return {
          Credentials: {
            AccessKeyId: accessKeyId,
            SecretAccessKey: randomBytes(20).toString('hex'),
            SessionToken: session.sessionToken,
            Expiration: new Date(session.expiresAt).toISOString(),
          },
          AssumedRoleUser: { AssumedRoleId: `AROA:${RoleSessionName}`, Arn: session.arn },
        };
      },

      GetCallerIdentity(_: object, call): object {
        return { UserId: call.accessKeyId, Account: call.account, Arn: call.arn };
      },
    },
  };
}
