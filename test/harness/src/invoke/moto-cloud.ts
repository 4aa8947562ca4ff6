import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { type BucketLocationConstraint, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startMoto } from '../moto.ts';
import { startRecordingProxy } from '../recording-proxy.ts';
import {
  type Arrival,
  type Cloud,
  type CloudNames,
  TEST_CREDENTIALS,
  TEST_CREDENTIALS_ENV,
} from './cloud.ts';
import type { MetricSamples } from './example-series.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MOST_METRICS_PER_CALL = 1000;

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
    const settings = {
      endpoint: moto.endpoint,
      region: names.region,
      credentials: TEST_CREDENTIALS,
    };
    const sqs = new SQSClient(settings);
    const [ofTopic, ofBus] = [await createQueue(sqs, 'of-topic'), await createQueue(sqs, 'of-bus')];
    const topicArn = await createTopic(new SNSClient(settings), names.topic, ofTopic.arn);
    await createBus(new EventBridgeClient(settings), names.eventBus, ofBus.arn);
    await createBucket(new S3Client({ ...settings, forcePathStyle: true }), names);

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
        const messages = await receiveAll(sqs, ofTopic.url);
        const events = await receiveAll(sqs, ofBus.url);
        return [
          ...messages.map((body) => messageArrival(names.topic, body)),
          ...events.map((body) => eventArrival(names.eventBus, body)),
        ];
      },
      calls: () => proxy.calls,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function createQueue(
  sqs: SQSClient,
  name: string,
): Promise<{ readonly url: string; readonly arn: string }> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { url, arn: Attributes?.QueueArn ?? '' };
}

async function createTopic(sns: SNSClient, name: string, queueArn: string): Promise<string> {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }));
  return TopicArn;
}

async function createBus(events: EventBridgeClient, name: string, queueArn: string): Promise<void> {
  if (name !== 'default') await events.send(new CreateEventBusCommand({ Name: name }));
  const rule = { EventBusName: name, Name: 'what-plumbline-says' };
  const EventPattern = JSON.stringify({ source: ['plumbline'] });
  await events.send(new PutRuleCommand({ ...rule, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: queueArn }];
  const { Name: Rule, EventBusName } = rule;
  await events.send(new PutTargetsCommand({ EventBusName, Rule, Targets }));
}

async function createBucket(s3: S3Client, { bucket, region }: CloudNames): Promise<void> {
  // The first region is the one that cannot be named.
  const elsewhere = region !== 'us-east-1';
  const LocationConstraint = region as BucketLocationConstraint;
  const CreateBucketConfiguration = elsewhere ? { LocationConstraint } : undefined;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
}

async function putSamples(endpoint: string, samples: MetricSamples): Promise<void> {
  const { namespace, metric, dimensions, region, timestamps, values, counts } = samples;
  const cloudwatch = new CloudWatchClient({
    endpoint,
    region,
    credentials: TEST_CREDENTIALS,
    disableRequestCompression: true, // moto does not read gzip
  });
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const data = timestamps.map((time, i) => ({
    MetricName: metric,
    Dimensions,
    Timestamp: new Date(time),
    Values: [values[i]!],
    Counts: [counts[i]!],
  }));
  for (let i = 0; i < data.length; i += MOST_METRICS_PER_CALL) {
    const MetricData = data.slice(i, i + MOST_METRICS_PER_CALL);
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
  }
}

/** The bodies of all that a queue holds. */
async function receiveAll(sqs: SQSClient, QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
  }
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
function messageArrival(topic: string, body: string): Arrival {
  const { Subject, Message } = JSON.parse(body) as { Subject?: string; Message: string };
  return { at: `topic ${topic}`, title: Subject ?? '', content: JSON.parse(Message) };
}

function eventArrival(bus: string, body: string): Arrival {
  const event = JSON.parse(body) as { 'detail-type': string; detail: unknown };
  return { at: `bus ${bus}`, title: event['detail-type'], content: event.detail };
}
