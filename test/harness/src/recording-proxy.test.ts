import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  CloudWatchClient,
  GetMetricDataCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Moto, startMoto } from './moto.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { describeWith } from './testing.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** For one attempt of a call through a proxy. */
function through({ endpoint }: RecordingProxy, region = 'us-east-1') {
  return { endpoint, region, credentials, maxAttempts: 1 };
}

await describeWith(['moto'], 'a proxy in front of moto', () => {
  let moto: Moto;
  let proxy: RecordingProxy;
  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startRecordingProxy(moto.endpoint);
  });
  afterAll(async () => {
    await proxy?.close();
    await moto?.close();
  });

  /** What the proxy wrote down while this ran. */
  async function recorded(work: () => Promise<unknown>) {
    const before = proxy.calls.length;
    await work();
    return proxy.calls.slice(before);
  }

  test('knows the calls of CloudWatch and the region they are for', async () => {
    const cloudwatch = new CloudWatchClient({
      ...through(proxy, 'eu-west-1'),
      disableRequestCompression: true,
    });
    const at = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 600_000);
    const query = {
      StartTime: new Date(at.getTime() - 60_000),
      EndTime: new Date(at.getTime() + 60_000),
      MetricDataQueries: [
        {
          Id: 'a',
          MetricStat: { Metric: { Namespace: 'N', MetricName: 'm' }, Period: 60, Stat: 'Average' },
        },
      ],
    };

    const calls = await recorded(async () => {
      const datum = { MetricName: 'm', Timestamp: at, Value: 7 };
      await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'N', MetricData: [datum] }));
      const answer = await cloudwatch.send(new GetMetricDataCommand(query));
      expect(answer.MetricDataResults?.[0]?.Values).toEqual([7]);
    });

    const call = { service: 'cloudwatch', region: 'eu-west-1', status: 200 };
    expect(calls).toEqual([
      { ...call, operation: 'PutMetricData' },
      { ...call, operation: 'GetMetricData' },
    ]);
  });

  test('knows the calls of S3 in path style, with the refused ones', async () => {
    const s3 = new S3Client({ ...through(proxy), forcePathStyle: true });
    const where = { Bucket: 'state', Key: 'shards/a b.state' };

    const calls = await recorded(async () => {
      await s3.send(new CreateBucketCommand({ Bucket: 'state' }));
      await s3.send(new PutObjectCommand({ ...where, Body: 'first', IfNoneMatch: '*' }));
      const again = new PutObjectCommand({ ...where, Body: 'second', IfNoneMatch: '*' });
      await expect(s3.send(again)).rejects.toMatchObject({ name: 'PreconditionFailed' });
      const { Body } = await s3.send(new GetObjectCommand(where));
      expect(await Body?.transformToString()).toBe('first');
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'state' }));
      expect(Contents?.map(({ Key }) => Key)).toEqual([where.Key]);
    });

    expect(calls.map(({ operation, status }) => [operation, status])).toEqual([
      ['CreateBucket', 200],
      ['PutObject', 200],
      ['PutObject', 412],
      ['GetObject', 200],
      ['ListObjectsV2', 200],
    ]);
    expect(new Set(calls.map(({ service }) => service))).toEqual(new Set(['s3']));
  });

  test('knows the calls of SNS, EventBridge, STS and SQS', async () => {
    const sns = new SNSClient(through(proxy));
    const calls = await recorded(async () => {
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
      const PublishBatchRequestEntries = [{ Id: '1', Message: 'm & m = 2' }];
      await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
      const Entries = [{ Source: 'plumbline', DetailType: 'Anomaly Detected', Detail: '{}' }];
      await new EventBridgeClient(through(proxy)).send(new PutEventsCommand({ Entries }));
      await new STSClient(through(proxy)).send(new GetCallerIdentityCommand({}));
      const sqs = new SQSClient(through(proxy));
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'inbox' }));
      // The address of the queue is made by moto, and leads here.
      expect(QueueUrl?.startsWith(proxy.endpoint)).toBe(true);
      await sqs.send(new GetQueueAttributesCommand({ QueueUrl }));
    });

    expect(calls.map(({ service, operation }) => `${service}:${operation}`)).toEqual([
      'sns:CreateTopic',
      'sns:PublishBatch',
      'events:PutEvents',
      'sts:GetCallerIdentity',
      'sqs:CreateQueue',
      'sqs:GetQueueAttributes',
    ]);
  });
});

describe('a proxy in front of any server', () => {
  /** A server that does this with each request, and a proxy before it. */
  async function proxyOf(answer: Parameters<typeof createServer>[1]): Promise<RecordingProxy> {
    const server = createServer({}, answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address() as { port: number };
    const proxy = await startRecordingProxy(`http://127.0.0.1:${address.port}`);
    onTestFinished(async () => {
      await proxy.close();
      server.closeAllConnections();
      server.close();
    });
    return proxy;
  }

  test('passes path, headers and body on as they came', async () => {
    const proxy = await proxyOf((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => response.end(JSON.stringify([request.url, request.headers, body])));
    });

    const path = '/a/../b%20c?x=%2F';
    const answer = await fetchRaw(proxy.endpoint, path, 'héllo');
    const [url, headers, body] = JSON.parse(answer);

    expect(url).toBe(path);
    expect(headers).toMatchObject({ host: 'bucket.s3.amazonaws.com', 'x-amz-meta-a': 'b' });
    expect(body).toBe('héllo');
  });

  test('knows an operation of Smithy RPC by its path', async () => {
    const proxy = await proxyOf((_, response) => response.end());

    await fetch(`${proxy.endpoint}/service/CloudWatch/operation/ListMetrics`, { method: 'POST' });

    expect(proxy.calls).toEqual([
      { service: 'unknown', region: 'unknown', operation: 'ListMetrics', status: 200 },
    ]);
  });

  test('knows the plain operations of S3 by method and path, and shows what it does not know', async () => {
    const proxy = await proxyOf((_, response) => response.end());
    const scope = 'AWS4-HMAC-SHA256 Credential=K/20260131/eu-west-1/s3/aws4_request';
    const requests = [
      ['GET', '/'],
      ['PUT', '/bucket'],
      ['HEAD', '/bucket/'],
      ['DELETE', '/bucket/some/key'],
      ['GET', '/bucket/?prefix=a'],
      ['GET', '/bucket?policy'],
    ] as const;

    for (const [method, path] of requests) {
      await fetch(proxy.endpoint + path, { method, headers: { authorization: scope } });
    }

    expect(proxy.calls.map(({ operation }) => operation)).toEqual([
      'ListBuckets',
      'CreateBucket',
      'HeadBucket',
      'DeleteObject',
      'ListObjects',
      'GET bucket?policy',
    ]);
    expect(proxy.calls[0]).toMatchObject({ service: 's3', region: 'eu-west-1' });
  });

  test('breaks a connection that the server breaks, and says so', async () => {
    const proxy = await proxyOf((request) => request.socket.destroy());
    const sts = new STSClient(through(proxy));

    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow();

    expect(proxy.calls).toMatchObject([{ operation: 'GetCallerIdentity', status: null }]);
  });
});

/** As `fetch` cannot: with a path that is no normal form, and another Host. */
async function fetchRaw(endpoint: string, path: string, body: string): Promise<string> {
  const { request } = await import('node:http');
  const { text } = await import('node:stream/consumers');
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const headers = { host: 'bucket.s3.amazonaws.com', 'x-amz-meta-a': 'b' };
    const outgoing = request({ hostname, port, path, method: 'PUT', headers }, (response) => {
      text(response).then(resolve, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
