import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  createCloudWatchMetricSource,
  createEventBridgeAlertSink,
  createS3StateStore,
  createSnsAlertSink,
} from '@plumbline/aws-adapters';
import { createSqsClients, createSqsWorkQueue } from '@plumbline/aws-adapters/sqs-work-queue';
import {
  describeAlertSink,
  describeMetricSource,
  describeStateStore,
  HOSTILE_TEXTS,
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
import { afterAll, beforeAll, expect, test } from 'vitest';
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

  describeAlertSink(
    'SNS, with a body for mail and one for HTTPS, and a queue at the end,',
    async () => {
      const { name, clients, surroundings } = start();
      const sns = new SNSClient(surroundings);
      const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
      const formats = { email: 'text', https: 'amazon-q-slack' } as const;
      return {
        sink: createSnsAlertSink(clients, { topicArn, formats }),
        received: createInbox(await receiveFromTopic(surroundings, topicArn)),
      };
    },
  );

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

  test('work that is put on a queue of SQS is received from it, as it was put', async () => {
    const { name, surroundings } = start();
    const sqs = new SQSClient(surroundings);
    const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const work = createSqsWorkQueue(createSqsClients({ region: REGION }), { queueUrl });
    const bodies = [...HOSTILE_TEXTS, 'y'.repeat(100_000)].map((text) => JSON.stringify({ text }));

    expect(await work.put(bodies)).toEqual(bodies.map(() => ({ delivered: true })));
    const received: string[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) break;
      received.push(...Messages.map(({ Body = '' }) => Body));
    }
    expect(received.sort()).toEqual(bodies.sort());
  });

  test('work for a queue that is gone is not delivered, and says what to do', async () => {
    const { name } = start();
    const queueUrl = `${moto.endpoint}/123456789012/${name}`;
    const work = createSqsWorkQueue(createSqsClients({ region: REGION }), { queueUrl });

    expect(await work.put(['one'])).toEqual([
      {
        delivered: false,
        reason: expect.stringContaining('the queue does not exist'),
        retryable: true,
      },
    ]);
  });

  test('shards in S3 are told by name', async () => {
    const { name, surroundings } = start();
    const s3 = new S3Client({ ...surroundings, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    const store = createS3StateStore({ s3: () => s3 }, { bucket: name });
    const control = createS3StateStore({ s3: () => s3 }, { bucket: name, prefix: 'control/' });
    for (const shard of ['shard-1', 'shard-0', '../shard']) {
      await store.commit(shard, Uint8Array.of(1), undefined);
    }
    await control.commit('silences', Uint8Array.of(1), undefined);

    expect(await store.listShards()).toEqual(['shard-0', 'shard-1']);
    expect(await control.listShards()).toEqual(['silences']);
  });

  describeStateStore('S3, with JSON in it,', async () => {
    const { name, surroundings } = start();
    const requestHandler = { httpAgent: { maxSockets: 1 } };
    const s3 = new S3Client({ ...surroundings, forcePathStyle: true, requestHandler });
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    return createS3StateStore({ s3: () => s3 }, { bucket: name, suffix: '.json' });
  });
});
