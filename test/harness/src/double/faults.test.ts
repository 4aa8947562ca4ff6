import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  PublishBatchCommand,
  type PublishBatchRequestEntry,
  PublishCommand,
} from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { entryFault, type FaultRule, queryFault } from './faults.ts';
import { clientsOf, errorOf, startDouble } from './testing/clients.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

const list = (clients: ReturnType<typeof clientsOf>, Namespace = 'Shop') =>
  clients.cloudwatch.send(new ListMetricsCommand({ Namespace }));

async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'fine',
    (error) => error.name,
  );
}

/** A double with a bucket, a topic, a queue, and ten minutes of the metrics m0 to m4. */
async function started() {
  const { aws, ...clients } = await startDouble({ now: () => NOW });
  aws.s3.createBucket('b');
  const TopicArn = aws.sns.createTopic('alerts');
  const queue = aws.sqs.createQueue('work');
  const timestamps = Array.from({ length: 10 }, (_, i) => NOW - (10 - i) * MINUTE);
  const names = ['m0', 'm1', 'm2', 'm3', 'm4'];
  for (const metric of names) {
    aws.cloudwatch.put(
      { namespace: 'Shop', metric, dimensions: {} },
      { timestamps, values: timestamps },
    );
  }
  const read = (rest: Partial<GetMetricDataCommandInput> = {}) =>
    clients.cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: names.map((MetricName) => ({
          Id: MetricName,
          MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period: 60, Stat: 'Sum' },
        })),
        StartTime: new Date(NOW - 10 * MINUTE),
        EndTime: new Date(NOW),
        ...rest,
      }),
    );
  const put = (Key: string) =>
    clients.s3.send(new PutObjectCommand({ Bucket: 'b', Key, Body: 'content' }));
  return { aws, clients, TopicArn, queue, read, put };
}

describe('a fault of the double', () => {
  it('throttles in the words of each service', async () => {
    const { aws, clients, TopicArn, queue, put } = await started();
    const { sns, sqs, events, sts } = clients;
    const Entries = [{ Source: 'a', DetailType: 'b', Detail: '{}' }];
    const message = { QueueUrl: queue.url, MessageBody: 'x' };
    const operations = [
      'ListMetrics',
      'PutObject',
      'Publish',
      'SendMessage',
      'PutEvents',
      'GetCallerIdentity',
    ];
    for (const operation of operations) aws.fail({ operation, with: 'throttled' });
    const calls = [
      () => list(clients),
      () => put('k'),
      () => sns.send(new PublishCommand({ TopicArn, Message: 'x' })),
      () => sqs.send(new SendMessageCommand(message)),
      () => events.send(new PutEventsCommand({ Entries })),
      () => sts.send(new GetCallerIdentityCommand({})),
    ];
    expect(await Promise.all(calls.map(errorOf))).toEqual([
      ['Throttling', 400],
      ['SlowDown', 503],
      ['ThrottledException', 429],
      ['RequestThrottled', 403],
      ['ThrottlingException', 400],
      ['Throttling', 400],
    ]);
    expect(aws.sns.published).toEqual([]);
    expect(queue.messages()).toEqual([]);
  });

  it.each([
    ['internalFailure', 'InternalFailure', 500],
    ['accessDenied', 'AccessDenied', 403],
    ['expiredToken', 'ExpiredToken', 403],
  ] as const)('answers %s', async (fault, name, httpStatusCode) => {
    const { aws, clients } = await started();
    aws.fail({ operation: 'ListMetrics', with: fault });
    await expect(list(clients)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('answers any error by its code', async () => {
    const { aws, put } = await started();
    const conflict = { code: 'ConditionalRequestConflict', status: 409 };
    aws.fail({ operation: 'PutObject', with: conflict });
    await expect(put('k')).rejects.toMatchObject({
      name: 'ConditionalRequestConflict',
      $metadata: { httpStatusCode: 409 },
    });
    expect(aws.s3.objects('b').size).toBe(0);
  });

  it('waits for its turn, lasts as long as told, and can be taken back', async () => {
    const { aws, clients } = await started();
    aws.fail({ operation: 'ListMetrics', with: 'throttled', skip: 1, times: 2 });
    const first = [];
    for (let i = 0; i < 5; i++) first.push(await outcome(list(clients)));
    expect(first).toEqual(['fine', 'Throttling', 'Throttling', 'fine', 'fine']);

    const takeBack = aws.fail({ operation: 'ListMetrics', with: 'throttled' });
    const second = [await outcome(list(clients)), await outcome(list(clients))];
    takeBack();
    second.push(await outcome(list(clients)));
    expect(second).toEqual(['Throttling', 'Throttling', 'fine']);
  });

  it('does not meet other operations', async () => {
    const { aws, put } = await started();
    aws.fail({ operation: 'ListMetrics', with: 'throttled' });
    expect(await outcome(put('k'))).toBe('fine');
  });

  it('is the oldest of several whose turn it is', async () => {
    const { aws, clients } = await started();
    aws.fail({ operation: 'ListMetrics', with: 'throttled', times: 1 });
    aws.fail({ operation: 'ListMetrics', with: 'internalFailure', times: 2 });
    const outcomes = [];
    for (let i = 0; i < 3; i++) outcomes.push(await outcome(list(clients)));
    // The second rule counted the first call too.
    expect(outcomes).toEqual(['Throttling', 'InternalFailure', 'fine']);
  });

  it('meets only the calls that it is meant for', async () => {
    const { aws, clients, put } = await started();
    aws.fail({
      operation: 'ListMetrics',
      when: ({ Namespace }: { Namespace?: string }, { region }) =>
        Namespace === 'Shop' && region === 'us-east-1',
      with: 'throttled',
    });
    const elsewhere = clientsOf(aws, { region: 'eu-west-1' });
    expect(
      await Promise.all(
        [list(clients), list(clients, 'Bank'), list(elsewhere), put('k')].map(outcome),
      ),
    ).toEqual(['Throttling', 'fine', 'fine', 'fine']);
  });

  it('drops the connection before anything is done', async () => {
    const { aws, put } = await started();
    aws.fail({ operation: 'PutObject', with: 'dropped' });
    await expect(put('k')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(aws.s3.objects('b').size).toBe(0);
    expect(aws.calls.at(-1)).toMatchObject({ operation: 'PutObject', status: undefined });
  });

  it('loses the answer after all is done', async () => {
    const { aws, put } = await started();
    aws.fail({ operation: 'PutObject', with: 'answer-lost' });
    await expect(put('k')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(aws.s3.objects('b').size).toBe(1);
  });

  it('answers late', async () => {
    const { aws, clients } = await started();
    const arrived = new Promise<void>((resolve) => {
      const when = () => {
        resolve();
        return true;
      };
      aws.fail({ operation: 'ListMetrics', when, times: 1, with: { delayMs: 60_000 } });
    });
    const abort = new AbortController();
    const late = clients.cloudwatch.send(new ListMetricsCommand({}), { abortSignal: abort.signal });
    await arrived;
    expect((await list(clients)).Metrics).toHaveLength(5); // overtakes
    abort.abort();
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });

    aws.fail({ operation: 'ListMetrics', with: { delayMs: 5 } });
    expect((await list(clients)).Metrics).toHaveLength(5);
  });

  it('answers what nobody can read', async () => {
    const { aws, clients } = await started();
    aws.fail({ operation: 'ListMetrics', with: 'garbage' });
    await expect(list(clients)).rejects.toThrow();
    expect(aws.calls.at(-1)).toMatchObject({ status: 200 });
  });

  it('fails single series of GetMetricData in every way, while others are well', async () => {
    const { aws, read } = await started();
    const faults = { m0: 'partial', m1: 'internal-error', m2: 'forbidden', m3: 'missing' } as const;
    aws.fail({
      operation: 'GetMetricData',
      each: ({ MetricStat }: MetricDataQuery) =>
        faults[MetricStat?.Metric?.MetricName as keyof typeof faults],
    });
    const { MetricDataResults, NextToken } = await read();
    expect(
      MetricDataResults!.map(({ Id, StatusCode, Values }) => [Id, StatusCode, Values!.length]),
    ).toEqual([
      ['m0', 'PartialData', 5],
      ['m1', 'InternalError', 0],
      ['m2', 'Forbidden', 0],
      ['m4', 'Complete', 10],
    ]);
    expect(NextToken).toBeUndefined();
  });

  it('fails a series in the middle of its pages', async () => {
    const { aws, read } = await started();
    aws.fail({ operation: 'GetMetricData', skip: 1, each: () => 'internal-error' });
    const { NextToken } = await read({ MaxDatapoints: 15 });
    const { MetricDataResults } = await read({ MaxDatapoints: 15, NextToken: NextToken! });
    expect(MetricDataResults!.map(({ Id, StatusCode }) => `${Id} ${StatusCode}`)).toEqual(
      ['m1', 'm2', 'm3', 'm4'].map((id) => `${id} InternalError`),
    );
  });

  it('calls a series partial even where there is nothing', async () => {
    const { aws, read } = await started();
    aws.fail({ operation: 'GetMetricData', each: () => 'partial' });
    const { MetricDataResults } = await read({ EndTime: new Date(NOW - 9.5 * MINUTE) });
    const none = await read({
      StartTime: new Date(NOW - 60 * MINUTE),
      EndTime: new Date(NOW - 50 * MINUTE),
    });
    for (const { StatusCode, Values } of [...MetricDataResults!, ...none.MetricDataResults!]) {
      expect([StatusCode, Values]).toEqual(['PartialData', []]);
    }
  });

  it('answers only the first metrics, and says so', async () => {
    const { aws, read } = await started();
    aws.fail({ operation: 'GetMetricData', with: { answeredMetrics: 2 } });
    const { MetricDataResults, Messages } = await read();
    expect(MetricDataResults!.map(({ Id }) => Id)).toEqual(['m0', 'm1']);
    expect(Messages!.map(({ Value }) => Value)).toEqual([
      'Maximum number of allowed metrics exceeded',
    ]);
    expect((await read({ MaxDatapoints: 15 })).NextToken).toBeDefined();
  });

  it('fails single entries of PublishBatch', async () => {
    const { aws, clients, TopicArn } = await started();
    aws.fail({
      operation: 'PublishBatch',
      each: ({ Id }: PublishBatchRequestEntry) =>
        Id === 'b' ? { code: 'InternalError', message: 'try again' } : undefined,
    });
    const { Successful, Failed } = await clients.sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: ['a', 'b'].map((Id) => ({ Id, Message: Id })),
      }),
    );
    expect(Successful!.map(({ Id }) => Id)).toEqual(['a']);
    expect(Failed).toEqual([
      { Id: 'b', Code: 'InternalError', Message: 'try again', SenderFault: false },
    ]);
    expect(aws.sns.published.map(({ message }) => message)).toEqual(['a']);
  });

  it('fails single entries of PutEvents', async () => {
    const { aws, clients } = await started();
    aws.fail({
      operation: 'PutEvents',
      times: 1,
      each: (_: PutEventsRequestEntry, index) =>
        index === 1 ? { code: 'ThrottlingException' } : undefined,
    });
    const Entries = ['a', 'b'].map((Source) => ({ Source, DetailType: 'x', Detail: '{}' }));
    const { FailedEntryCount, Entries: answered } = await clients.events.send(
      new PutEventsCommand({ Entries }),
    );
    expect(FailedEntryCount).toBe(1);
    expect(answered![1]).toMatchObject({ ErrorCode: 'ThrottlingException' });
    expect(aws.events.received.map(({ source }) => source)).toEqual(['a']);
  });

  it('leaves it to the SDK to try again', async () => {
    const { aws, put } = await started();
    await put('k');
    aws.fail({ operation: 'GetObject', with: 'internalFailure', times: 1 });
    aws.fail({ operation: 'GetObject', with: 'dropped', times: 1, skip: 1 });
    const patient = clientsOf(aws, { maxAttempts: 3 });
    const { Body } = await patient.s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
    expect(await Body!.transformToString()).toBe('content');
    const statuses = aws.calls.filter(({ operation }) => operation === 'GetObject');
    expect(statuses.map(({ status }) => status)).toEqual([500, undefined, 200]);
  });

  it.each<[string, FaultRule<never, never>]>([
    ['GetMetricDate', { operation: 'GetMetricDate', with: 'dropped' }],
    ['either with or each', { operation: 'PutObject' }],
    ['either with or each', { operation: 'PutEvents', with: 'dropped', each: () => undefined }],
    ['have parts that fail', { operation: 'PutObject', each: () => 'missing' }],
    ['fewer metrics', { operation: 'PutObject', with: { answeredMetrics: 1 } }],
  ])('is refused when it could do nothing: %s', async (message, rule) => {
    const { aws } = await startDouble();
    expect(() => aws.fail(rule)).toThrow(message);
  });

  it('tells faults of queries from faults of entries', () => {
    expect(() => queryFault({ code: 'Throttled' })).toThrow('cannot fail with the code Throttled');
    expect(() => entryFault('missing')).toThrow('fails with a code, not with missing');
  });
});
