import { type BucketLocationConstraint, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { startMoto } from '../moto.ts';
import { putSamples } from '../put-samples.ts';
import { receiveFromBus, receiveFromTopic } from '../receivers.ts';
import { startRecordingProxy } from '../recording-proxy.ts';
import { type Surroundings, surroundingsAt, TEST_CREDENTIALS_ENV } from '../surroundings.ts';
import type { Cloud, CloudNames } from './cloud.ts';

/**
 * A moto of its own, with the topic, the bucket and the bus, and a queue at the end of each line:
 * one subscribed to the topic, one behind a rule on the bus.
 */
export async function startMotoCloud(names: CloudNames): Promise<Cloud> {
  const moto = await startMoto();
  const proxy = await startRecordingProxy(moto.endpoint);
  const close = async (): Promise<void> => {
    await proxy.close();
    await moto.close();
  };
  try {
    const surroundings = surroundingsAt(moto.endpoint, names.region);
    const topicArn = await createTopic(surroundings, names.topic);
    await createBucket(surroundings, names.bucket);
    const receivers = [
      await receiveFromTopic(surroundings, topicArn),
      await receiveFromBus(surroundings, names.eventBus),
    ];
    return {
      name: 'moto',
      env: {
        ...TEST_CREDENTIALS_ENV,
        AWS_ENDPOINT_URL: proxy.endpoint,
        SNS_TOPIC_ARN: topicArn,
        STATE_BUCKET: names.bucket,
        EVENT_BUS_NAME: names.eventBus,
      },
      put: (samples) => putSamples(moto.endpoint, samples),
      async arrivals() {
        const arrived = await Promise.all(receivers.map((receiver) => receiver.arrivals()));
        return arrived.flat();
      },
      calls: () => proxy.calls,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function createTopic(surroundings: Surroundings, name: string): Promise<string> {
  const { TopicArn = '' } = await new SNSClient(surroundings).send(
    new CreateTopicCommand({ Name: name }),
  );
  return TopicArn;
}

async function createBucket(surroundings: Surroundings, bucket: string): Promise<void> {
  const s3 = new S3Client({ ...surroundings, forcePathStyle: true });
  // The first region is the one that cannot be named.
  const elsewhere = surroundings.region !== 'us-east-1';
  const LocationConstraint = surroundings.region as BucketLocationConstraint;
  const CreateBucketConfiguration = elsewhere ? { LocationConstraint } : undefined;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
}
