import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { afterEach } from 'vitest';
import { type AwsDouble, type AwsDoubleOptions, createAwsDouble } from '../aws-double.ts';

export interface ClientOptions {
  readonly region?: string;
  readonly maxAttempts?: number;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** The clients of the SDK as anybody makes them, but that they do not try again. */
export function clientsOf(aws: AwsDouble, options: ClientOptions = {}) {
  const common = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
    ...options,
  };
  return {
    cloudwatch: new CloudWatchClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    sns: new SNSClient(common),
    sqs: new SQSClient(common),
    events: new EventBridgeClient(common),
    sts: new STSClient(common),
  };
}

interface ServiceException extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const running: AwsDouble[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((aws) => aws.close()));
});

/** A double, and clients for it, until the end of the test. */
export async function startDouble(options: AwsDoubleOptions = {}) {
  const aws = await createAwsDouble(options);
  running.push(aws);
  return { aws, ...clientsOf(aws) };
}

/** Name and status of the error that a call ends with; undefined both when it ends well. */
export async function errorOf(
  call: () => Promise<unknown>,
): Promise<readonly [name: string | undefined, status: number | undefined]> {
  try {
    await call();
    return [undefined, undefined];
  } catch (error) {
    const { name, $metadata } = error as ServiceException;
    return [name, $metadata?.httpStatusCode];
  }
}
