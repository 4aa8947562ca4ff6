import { STSClient } from '@aws-sdk/client-sts';
import { messageOf } from '@plumbline/core';
import { startRecordingProxy } from '../recording-proxy.ts';
import { TEST_CREDENTIALS_ENV } from '../surroundings.ts';
import type { Cloud } from './cloud.ts';
import { UsageError } from './problem.ts';

export interface GivenCloudOptions {
  readonly region: string;
  readonly topicArn: string;
  readonly bucket: string;
  readonly eventBus: string;
}

/** The caller's own account, with the credentials that the SDK finds here. */
export async function givenAccount(options: GivenCloudOptions): Promise<Cloud> {
  const credentials = await callersCredentials(options.region);
  return {
    name: `the account, in ${options.region}`,
    env: { ...credentials, ...stackEnv(options) },
    close: async () => {},
  };
}

/** Any other endpoint, with the caller's credentials in the environment, or else with test keys. */
export async function givenEndpoint(endpoint: string, options: GivenCloudOptions): Promise<Cloud> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const own =
    AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
      ? {
          AWS_ACCESS_KEY_ID,
          AWS_SECRET_ACCESS_KEY,
          ...(AWS_SESSION_TOKEN && { AWS_SESSION_TOKEN }),
        }
      : TEST_CREDENTIALS_ENV;
  const env = { ...own, ...stackEnv(options) };
  const name = endpoint;
  if (!endpoint.startsWith('http:')) {
    // What is encrypted cannot be listened to.
    return { name, env: { ...env, AWS_ENDPOINT_URL: endpoint }, close: async () => {} };
  }
  const proxy = await startRecordingProxy(endpoint);
  return {
    name,
    env: { ...env, AWS_ENDPOINT_URL: proxy.endpoint },
    calls: () => proxy.calls,
    close: () => proxy.close(),
  };
}

function stackEnv({ topicArn, bucket, eventBus }: GivenCloudOptions): Record<string, string> {
  return { SNS_TOPIC_ARN: topicArn, STATE_BUCKET: bucket, EVENT_BUS_NAME: eventBus };
}

/** As a profile, single sign-on or the environment gives them: the function knows only the last. */
async function callersCredentials(region: string): Promise<Record<string, string>> {
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await new STSClient({
      region,
    }).config.credentials();
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
    };
  } catch (error) {
    throw new UsageError(
      `no credentials for the account: ${messageOf(error)}\n` +
        'set AWS_PROFILE, or sign in (aws sso login)',
    );
  }
}
