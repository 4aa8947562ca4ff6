import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startDouble } from './double/testing/clients.ts';
import {
  createEventSourceMapping,
  type EventSourceMapping,
  type EventSourceMappingOptions,
} from './event-source-mapping.ts';
import { temporaryFunction } from './testing/temporary-function.ts';

/** Answers as the body of the first message says, in JavaScript; knows `event`, `records` and `n`. */
const OBEDIENT = `
  let n = 0;
  export const handler = async (event) => {
    n += 1;
    const records = event.Records;
    return await eval('(async () => { ' + records[0].body + ' })()');
  };`;

interface StartOptions {
  readonly detect?: string;
  readonly timeoutMs?: number;
  readonly mapping?: Partial<EventSourceMappingOptions>;
  readonly visibilityTimeoutMs?: number;
  /** There is no dead-letter queue unless told. */
  readonly maxReceives?: number;
}

/** A queue, a function behind it, and the way to send to it. */
async function started({
  detect = OBEDIENT,
  timeoutMs = 60_000,
  mapping,
  visibilityTimeoutMs,
  maxReceives,
}: StartOptions = {}) {
  const { aws, sqs } = await startDouble();
  const dead = aws.sqs.createQueue('dead');
  const deadLetterQueue = maxReceives === undefined ? undefined : dead;
  const options = { visibilityTimeoutMs, maxReceives, deadLetterQueue };
  const queue = aws.sqs.createQueue('work', options);
  const fn = temporaryFunction(detect, { timeoutMs });
  const source = createEventSourceMapping({ queue, fn, ...mapping });
  onTestFinished(() => source.close());
  const QueueUrl = queue.url;
  return {
    aws,
    sqs,
    fn,
    dead,
    queue,
    source,
    send: (...bodies: string[]) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: bodies.map((MessageBody, i) => ({ Id: `m${i}`, MessageBody })),
        }),
      ),
  };
}

/** What the function returned, event by event. */
const results = ({ batches }: EventSourceMapping) =>
  batches.map(({ invocation }) => invocation.result);

describe('the event of a function behind a queue', () => {
  test('has the shape that Lambda gives it', async () => {
    const { sqs, queue, source } = await started({
      detect: 'export const handler = async (event) => { console.log(JSON.stringify(event)); };',
    });
    const { MessageId } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: 'hello',
        MessageAttributes: {
          attribName1: { DataType: 'String', StringValue: 'attribValue 1' },
        },
      }),
    );
    await source.idle();

    const [{ invocation, records } = {}] = source.batches;
    const expected = {
      messageId: MessageId,
      receiptHandle: expect.any(String),
      body: 'hello',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: 'AKIDTEST',
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        attribName1: {
          stringValue: 'attribValue 1',
          stringListValues: [],
          binaryListValues: [],
          dataType: 'String',
        },
      },
      md5OfBody: createHash('md5').update('hello').digest('hex'),
      // From the README of https://www.npmjs.com/package/aws-md5-of-message-attributes.
      md5OfMessageAttributes: '19e27d4e946b072f3f58da80d94fd778',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:work',
      awsRegion: 'us-east-1',
    };
    expect(records).toEqual([expected]);
    const [, logged = ''] = /\tINFO\t(.*)\n/.exec(invocation!.logs) ?? [];
    expect(JSON.parse(logged)).toEqual({ Records: [expected] });
    expect(queue.messages()).toEqual([]);
  });

  test('says nothing of attributes that a message does not have', async () => {
    const { source, send } = await started();
    await send('return { keys: Object.keys(records[0]) }');
    await source.idle();

    const [{ keys }] = results(source) as [{ keys: string[] }];
    expect(keys).not.toContain('md5OfMessageAttributes');
    expect(source.batches[0]!.records[0]!.messageAttributes).toEqual({});
  });

  test('holds the messages that were sent together, up to the size of a batch', async () => {
    const { source, send } = await started({ mapping: { batchSize: 4, maxConcurrency: 1 } });
    await send(...Array.from({ length: 10 }, () => 'return null'));
    await source.idle();

    expect(source.batches.map(({ records }) => records.length)).toEqual([4, 4, 2]);
  });
});

describe('the environments of a function behind a queue', () => {
  test('are as many as events at once, and no more, and stay warm', async () => {
    const { source, send } = await started({
      detect: `
        let n = 0;
        export const handler = async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          return { pid: process.pid, n: (n += 1) };
        };`,
      mapping: { batchSize: 1, maxConcurrency: 3 },
    });
    await send(...Array.from({ length: 9 }, (_, i) => `${i}`));
    await source.idle();
    await send('later');
    await source.idle();

    const answers = results(source) as { pid: number; n: number }[];
    expect(answers).toHaveLength(10);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(3);
    expect(source.batches.filter(({ invocation }) => invocation.initMs !== undefined)).toHaveLength(
      3,
    );
    expect(answers.at(-1)!.n).toBeGreaterThan(1);
  });

  test('work off hundreds of messages without waiting between them', async () => {
    const { source, send } = await started({ mapping: { batchSize: 1, maxConcurrency: 2 } });
    await send('return null');
    await source.idle();
    const before = performance.now();
    for (let i = 0; i < 30; i++) await send(...Array.from({ length: 10 }, () => 'return null'));
    await source.idle();

    expect(source.batches).toHaveLength(301);
    // A poll of only 100 ms between two events would take 15 s here.
    expect(performance.now() - before).toBeLessThan(15_000);
  });
});

describe('messages that the function reports as failed', () => {
  test('come again when they are visible again, without the others', async () => {
    const { queue, source, send } = await started({ visibilityTimeoutMs: 3_600_000 });
    const fails = `
      return { batchItemFailures: n > 1 ? [] : [{ itemIdentifier: records[0].messageId }] };`;
    await send(fails, 'good');
    const before = performance.now();
    await source.idle();

    expect(source.batches.map(({ records }) => records.map(({ body }) => body))).toEqual([
      [fails, 'good'],
      [fails],
    ]);
    expect(source.batches[0]!.failed).toEqual([source.batches[0]!.records[0]!.messageId]);
    expect(source.batches[1]!.records[0]!.attributes.ApproximateReceiveCount).toBe('2');
    expect(queue.messages()).toEqual([]);
    expect(performance.now() - before).toBeLessThan(60_000); // and not an hour
  });

  test.each([
    ['a handler that throws', 'throw new Error("no")'],
    ['an answer that is no object', 'return "done"'],
    ['a list instead of an object', 'return [{ itemIdentifier: records[0].messageId }]'],
    ['failures that are no list', 'return { batchItemFailures: "all" }'],
    ['an empty identifier', 'return { batchItemFailures: [{ itemIdentifier: "" }] }'],
    ['a null identifier', 'return { batchItemFailures: [{ itemIdentifier: null }] }'],
    ['a null failure', 'return { batchItemFailures: [null] }'],
    ['another key', 'return { batchItemFailures: [{ id: records[0].messageId }] }'],
    ['a message that is not there', 'return { batchItemFailures: [{ itemIdentifier: "x" }] }'],
    [
      'one identifier of two that is wrong',
      'return { batchItemFailures: [{ itemIdentifier: records[0].messageId }, {}] }',
    ],
  ])('are all of the batch with %s', async (_, answer) => {
    const { queue, source, send } = await started();
    await send(`if (n === 1) { ${answer} }`, 'good');
    await source.idle();

    expect(source.batches.map(({ failed }) => failed.length)).toEqual([2, 0]);
    expect(queue.messages()).toEqual([]);
  });

  test.each([
    ['nothing', ''],
    ['null', 'return null'],
    ['an empty object', 'return {}'],
    ['an object of something else', 'return { statusCode: 200 }'],
    ['a null list', 'return { batchItemFailures: null }'],
    ['an empty list', 'return { batchItemFailures: [] }'],
  ])('are none with %s', async (_, answer) => {
    const { queue, source, send } = await started();
    await send(answer || ';', 'good');
    await source.idle();

    expect(source.batches.map(({ failed }) => failed)).toEqual([[]]);
    expect(queue.messages()).toEqual([]);
  });

  test('are all of the batch when the function is too slow or dies', async () => {
    const { queue, source, send } = await started({
      detect: `
        import { appendFileSync, readFileSync } from 'node:fs';
        export const handler = async () => {
          appendFileSync('calls', '.');
          const calls = readFileSync('calls').length;
          if (calls === 1) process.exit(1);
          if (calls === 2) await new Promise(() => setInterval(() => {}, 1000));
        };`,
      timeoutMs: 1_000,
    });
    await send('a', 'b');
    await source.idle();

    const outcomes = source.batches.map(({ invocation, failed }) => [
      invocation.outcome,
      failed.length,
    ]);
    expect(outcomes).toEqual([
      ['exit', 2],
      ['timeout', 2],
      ['success', 0],
    ]);
    expect(queue.messages()).toEqual([]);
  });

  test('go to the dead-letter queue in the end', async () => {
    const { dead, queue, source, send } = await started({ maxReceives: 3 });
    await send('throw new Error("poison")');
    await send('return null');
    await source.idle();

    expect(queue.messages()).toEqual([]);
    expect(dead.messages()).toMatchObject([
      { body: 'throw new Error("poison")', receives: 3, movedFrom: queue.arn },
    ]);
  });

  test('without a dead-letter queue do not go on forever', async () => {
    const { source, send } = await started();
    await send('throw new Error("poison")');

    await expect(source.idle()).rejects.toThrow(
      /^message \S+ came 101 times, and arn:\S+:work has no dead-letter queue$/,
    );
  });
});

describe('a message that is visible again before the function has ended', () => {
  test('comes again while the first event is under way', async () => {
    const { queue, source, send } = await started({ visibilityTimeoutMs: 300 });
    await send(`
      const { ApproximateReceiveCount: count } = records[0].attributes;
      if (count === '1') await new Promise((resolve) => setTimeout(resolve, 1500));
      return { count };`);
    await source.idle();

    const counts = source.batches.map(({ invocation }) => invocation.result);
    expect(counts).toContainEqual({ count: '1' });
    expect(counts).toContainEqual({ count: '2' });
    expect(queue.messages()).toEqual([]);
  });
});

describe('a mapping', () => {
  test('delivers by itself, and what was sent before it was there', async () => {
    const { fn, aws, sqs } = await started();
    const other = aws.sqs.createQueue('other');
    const send = (MessageBody: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: other.url, MessageBody }));
    await send('return { told: 1 }');
    const source = createEventSourceMapping({ queue: other, fn });
    onTestFinished(() => source.close());
    await expect.poll(() => source.batches.length).toBe(1);
    await send('return { told: 2 }');
    await expect.poll(() => source.batches.length).toBe(2);
    expect(results(source)).toEqual([{ told: 1 }, { told: 2 }]);
  });

  test('is idle at once when there is nothing', async () => {
    const { source } = await started();
    await source.idle();
    expect(source.batches).toEqual([]);
  });

  test('lets delays pass, too', async () => {
    const { sqs, queue, source } = await started();
    const message = { QueueUrl: queue.url, MessageBody: 'return null', DelaySeconds: 900 };
    await sqs.send(new SendMessageCommand(message));
    await source.idle();
    expect(source.batches).toHaveLength(1);
  });

  test('that is closed waits for the function, and takes no more', async () => {
    const { queue, source, send } = await started({ mapping: { batchSize: 1, maxConcurrency: 1 } });
    await send(
      'await new Promise((resolve) => setTimeout(resolve, 100)); return { told: 1 }',
      'return { told: 2 }',
    );
    await expect.poll(() => queue.counts().inFlight).toBe(1);
    await source.close();

    expect(results(source)).toEqual([{ told: 1 }]);
    expect(queue.messages()).toHaveLength(1);
    await expect(source.idle()).rejects.toThrow('nobody takes the messages of arn:');
  });

  test('tells when the function cannot be invoked', async () => {
    const broken = { invoke: () => Promise.reject(new RangeError('too large')) };
    const { source, send } = await started({ mapping: { fn: broken } });
    await send('a');
    await expect(source.idle()).rejects.toThrow('too large');
  });

  test.each([
    [{ batchSize: 11 }, 'batchSize must be a whole number, 1 to 10, got 11'],
    [{ batchSize: 1.5 }, 'batchSize must be a whole number, 1 to 10, got 1.5'],
    [{ maxConcurrency: 0 }, 'maxConcurrency must be a whole number, 1 to 1000, got 0'],
  ])('is refused with %j', async (mapping, message) => {
    await expect(started({ mapping })).rejects.toThrow(message);
  });
});
