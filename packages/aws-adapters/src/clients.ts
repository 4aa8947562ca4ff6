import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { CloudWatchPlace } from '@plumbline/core';
import { CLIENT_SETTINGS } from './client-settings.ts';

/** How sessions of a role are called in the logs of its account. */
const SESSION_NAME = 'plumbline';

export interface AwsClientOptions {
  /** Where the function runs: what holds for all that names no other region. */
  readonly region: string;
  /** Addresses buckets by path, as emulators on loopback want it. */
  readonly pathStyle?: boolean;
}

/** The clients of the services, each made when first asked for and kept. */
export interface AwsClients {
  readonly region: string;
  /** CloudWatch in a region, with the credentials of a role when the place names one. */
  cloudWatch(place: CloudWatchPlace): CloudWatchClient;
  sns(region: string): SNSClient;
  eventBridge(): EventBridgeClient;
  s3(): S3Client;
}

/** Clients that share their settings; credentials and endpoint are found as the SDK does. */
export function createAwsClients({ region, pathStyle = false }: AwsClientOptions): AwsClients {
  const cloudWatch: Remembered<CloudWatchClient> = remembering((key) => {
    const [where, role] = JSON.parse(key) as [string, string | null];
    const credentials =
      role === null
        ? {}
        : {
            credentials: fromTemporaryCredentials({
              params: { RoleArn: role, RoleSessionName: SESSION_NAME },
              clientConfig: { ...CLIENT_SETTINGS, region },
            }),
          };
    const client = new CloudWatchClient({ ...CLIENT_SETTINGS, ...credentials, region: where });
    if (role !== null) onRefusal(client, () => cloudWatch.forget(key));
    return client;
  });
  const sns = remembering((where) => new SNSClient({ ...CLIENT_SETTINGS, region: where }));
  const eventBridge = remembering(() => new EventBridgeClient({ ...CLIENT_SETTINGS, region }));
  const s3 = remembering(
    () => new S3Client({ ...CLIENT_SETTINGS, region, forcePathStyle: pathStyle }),
  );
  return {
    region,
    cloudWatch: (place) =>
      cloudWatch.of(JSON.stringify([place.region ?? region, place.role ?? null])),
    sns: sns.of,
    eventBridge: () => eventBridge.of(''),
    s3: () => s3.of(''),
  };
}

interface Remembered<T> {
  /** Made when first asked for, and again after it was forgotten. */
  of(key: string): T;
  forget(key: string): void;
}

/** One client a key. */
function remembering<T>(make: (key: string) => T): Remembered<T> {
  const made = new Map<string, T>();
  return {
    of(key) {
      const known = made.get(key) ?? make(key);
      made.set(key, known);
      return known;
    },
    forget: (key) => void made.delete(key),
  };
}

/** Codes of credentials that are over, and of those that may no longer do what they could. */
const REFUSED = /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|AccessDenied)/;

/**
 * The client keeps the credentials of a role for as long as they were to be good, an hour, whatever
 * the service says of them: after a role was made anew, or its sessions were revoked, only new ones do.
 */
function onRefusal(client: CloudWatchClient, tell: () => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && REFUSED.test(error.name)) tell();
        throw error;
      }
    },
    { step: 'initialize' },
  );
}
