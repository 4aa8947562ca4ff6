import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  createCloudWatchMetricSource,
  createEventBridgeAlertSink,
  createS3StateStore,
  createSnsAlertSink,
} from '@plumbline/aws-adapters';
import {
  describeAlertSink,
  describeMetricSource,
  describeStateStore,
} from '@plumbline/core/testing';
import {
  type Moto,
  putSamples,
  receiveFromBus,
  receiveFromTopic,
  startMoto,
  surroundingsAt,
} from '@plumbline/harness';
import { describeWith } from '@plumbline/harness/testing';
import { afterAll, beforeAll } from 'vitest';
import { clientsAt } from './testing/aws.ts';
import { createInbox } from './testing/inbox.ts';
import { locatorOf, SPAN, seriesOf } from './testing/metrics.ts';

const REGION = 'us-east-1';

await describeWith(['moto'], 'on moto', () => {
  let moto: Moto;
  let made = 0;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.close());

  /** What is made for one test has a name of its own, for moto keeps everything. */
  const start = () => {
    made += 1;
    return {
      name: `made-${made}`,
      clients: clientsAt(moto.endpoint, REGION),
      surroundings: surroundingsAt(moto.endpoint, REGION),
    };
  };

  describeMetricSource(
    'CloudWatch',
    async (contents) => {
      const { name: namespace, clients } = start();
      for (const [host, { timestamps, values }] of contents) {
        const { metric, dimensions } = locatorOf(host);
        await putSamples(moto.endpoint, {
          namespace,
          metric,
          dimensions,
          region: REGION,
          timestamps: [...timestamps],
          values: [...values],
          counts: Array.from(values, () => 1),
        });
      }
      return {
        source: createCloudWatchMetricSource(clients),
        locator: locatorOf('*', { namespace }),
        seriesOf: (host) => seriesOf(locatorOf(host, { namespace })),
      };
    },
    SPAN,
  );

  describeAlertSink('SNS, with a queue at the end,', async () => {
    const { name, clients, surroundings } = start();
    const sns = new SNSClient(surroundings);
    const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
    return {
      sink: createSnsAlertSink(clients, { topicArn }),
      received: createInbox(await receiveFromTopic(surroundings, topicArn)),
    };
  });

  describeAlertSink('EventBridge, with a queue at the end,', async () => {
    const { name, clients, surroundings } = start();
    return {
      sink: createEventBridgeAlertSink(clients, { eventBusName: name }),
      received: createInbox(await receiveFromBus(surroundings, name)),
    };
  });

  describeStateStore('S3', async () => {
    const { name, surroundings } = start();
    // One request at a time: moto looks, and then writes, so that two writers at once can both win.
    const requestHandler = { httpAgent: { maxSockets: 1 } };
    const s3 = new S3Client({ ...surroundings, forcePathStyle: true, requestHandler });
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    return createS3StateStore({ s3: () => s3 }, { bucket: name });
  });
});
