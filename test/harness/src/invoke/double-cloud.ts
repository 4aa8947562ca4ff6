import { createAwsDouble } from '../double/aws-double.ts';
import { TEST_CREDENTIALS_ENV } from '../surroundings.ts';
import type { Cloud, CloudNames } from './cloud.ts';

/** The double of this package, with the topic, the bucket and the bus. */
export async function startDoubleCloud({
  topic,
  bucket,
  eventBus,
  region,
}: CloudNames): Promise<Cloud> {
  const aws = await createAwsDouble({ region });
  const topicArn = aws.sns.createTopic(topic);
  aws.s3.createBucket(bucket);
  if (eventBus !== 'default') aws.events.createBus(eventBus);
  return {
    name: 'the double of AWS',
    env: {
      ...TEST_CREDENTIALS_ENV,
      AWS_ENDPOINT_URL: aws.endpoint,
      SNS_TOPIC_ARN: topicArn,
      STATE_BUCKET: bucket,
      EVENT_BUS_NAME: eventBus,
    },
    async put(samples) {
      aws.cloudwatch.put(samples, samples);
    },
    async arrivals() {
      const messages = aws.sns.published.map(({ subject, message }) => ({
        at: `topic ${topic}`,
        title: subject ?? '',
        content: JSON.parse(message),
      }));
      const events = aws.events.received.map(({ bus, detailType, detail }) => ({
        at: `bus ${bus}`,
        title: detailType,
        content: detail,
      }));
      return [...messages, ...events];
    },
    calls: () =>
      aws.calls.map(({ service = 'unknown', operation = 'unknown' }) => ({ service, operation })),
    close: () => aws.close(),
  };
}
