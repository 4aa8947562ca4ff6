import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSqsClients, createSqsWorkQueue } from '@plumbline/aws-adapters/sqs-work-queue';
import { HOSTILE_TEXTS } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf, startAws } from './testing/aws.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

const DELIVERED = { delivered: true };

interface Entry {
  readonly MessageBody?: string;
}

async function startQueue() {
  const { aws } = await startAws();
  const queue = aws.sqs.createQueue('plumbline-work');
  const clients = createSqsClients({ region: aws.region });
  return {
    aws,
    clients,
    work: createSqsWorkQueue(clients, { queueUrl: queue.url }),
    bodies: () => queue.messages().map(({ body }) => body),
    /** How many entries each call had. */
    batches: () =>
      callsOf(aws, 'SendMessageBatch').map(
        ({ input }) => (input as { Entries: readonly Entry[] }).Entries.length,
      ),
  };
}

const row = (count: number) => Array.from({ length: count }, (_, i) => `{"shard":"shard-${i}"}`);

/** Three pieces of work, of which the middle one fails that often. */
async function putThree(times: number, fault: { code: string; senderFault?: boolean }) {
  const started = await startQueue();
  started.aws.fail({
    operation: 'SendMessageBatch',
    times,
    each: ({ MessageBody }: Entry) => (MessageBody === 'bad' ? fault : undefined),
  });
  return { ...started, deliveries: await started.work.put(['one', 'bad', 'three']) };
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
describe('a batch of work', () => {
  test.each([
    [0, []],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('has at most ten pieces: %i of them', async (count, expected) => {
    const { work, batches, bodies } = await startQueue();

    expect(await work.put(row(count))).toEqual(new Array(count).fill(DELIVERED));
    expect(batches()).toEqual(expected);
    expect(bodies()).toEqual(row(count));
  });

  test('has at most 1,048,576 bytes, of UTF-8', async () => {
    const { work, batches, bodies } = await startQueue();
    const half = '数'.repeat(174_762); // 524,286 bytes
    const three = [half, `${half}xxxx`, 'x'];

    expect(await work.put(three)).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    expect(batches()).toEqual([2, 1]);
    expect(bodies()).toEqual(three);
  });

  test('of one piece of 1,048,576 bytes is put, of one byte more it is given up', async () => {
    const { work, bodies } = await startQueue();
    const longest = 'x'.repeat(1_048_576);
    const reason = '1048577 bytes, and 1048576 is the most that can be sent';

    expect(await work.put([longest, `${longest}x`, 'y'])).toEqual([
      DELIVERED,
      { delivered: false, reason, retryable: false },
      DELIVERED,
    ]);
    expect(bodies()).toEqual([longest, 'y']);
  });

  test('arrives as it was put, as JSON writes it', async () => {
    const { work, bodies } = await startQueue();
    const hostile = HOSTILE_TEXTS.map((text) => JSON.stringify({ text }));

    expect(await work.put(hostile)).toEqual(hostile.map(() => DELIVERED));
    expect(bodies()).toEqual(hostile);
  });
});

describe('a piece of work that fails alone', () => {
  test.each(['InternalError', 'RequestThrottled', 'KmsThrottled', 'OfTomorrow'])(
    'with %s is put again alone',
    async (code) => {
      const { deliveries, batches, bodies } = await putThree(2, { code });

      expect(deliveries).toEqual([DELIVERED, DELIVERED, DELIVERED]);
      expect(batches()).toEqual([3, 1, 1]);
      expect(bodies()).toEqual(['one', 'three', 'bad']);
    },
  );

  test('three times may be put later', async () => {
    const { deliveries, batches } = await putThree(9, { code: 'InternalError' });

    const reason = expect.stringMatching(/^SendMessageBatch: InternalError/);
    expect(deliveries).toEqual([
      DELIVERED,
      { delivered: false, reason, retryable: true },
      DELIVERED,
    ]);
    expect(batches()).toEqual([3, 1, 1]);
  });

  test.each(['InvalidParameterValue', 'OfTomorrow'])(
    'with %s through its own fault is given up, and not put again',
    async (code) => {
      const { deliveries, batches } = await putThree(9, { code, senderFault: true });

      expect(deliveries).toMatchObject([DELIVERED, { retryable: false }, DELIVERED]);
      expect(batches()).toEqual([3]);
    },
  );

  test('for being too fast is put again, whosever fault that is', async () => {
    const { deliveries, batches } = await putThree(1, {
      code: 'RequestThrottled',
      senderFault: true,
    });

    expect(deliveries).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    expect(batches()).toEqual([3, 1]);
  });

  test('for a key that cannot be used may be put once somebody has mended it', async () => {
    const { deliveries, batches } = await putThree(9, { code: 'KmsDisabled', senderFault: true });

    expect(deliveries[1]).toMatchObject({
      reason: expect.stringContaining('the key of the queue cannot be used: enable it'),
      retryable: true,
    });
    expect(batches()).toEqual([3]);
  });

  test.each([
    ['is empty', ''],
    ['has characters that a queue does not take', 'a\u0000b'],
    ['has half a surrogate pair', '\ud800'],
  ])('because it %s is given up, and the others arrive', async (_, body) => {
    const { work, bodies } = await startQueue();

    const deliveries = await work.put(['one', body, 'three']);

    expect(deliveries).toMatchObject([DELIVERED, { retryable: false }, DELIVERED]);
    expect(bodies()).toEqual(['one', 'three']);
  });
});

describe('a call that fails as a whole', () => {
  test('for want of the queue says what to do', async () => {
    const { aws, clients } = await startQueue();
    const queueUrl = `${aws.endpoint}/${aws.account}/gone`;

    expect(await createSqsWorkQueue(clients, { queueUrl }).put(row(2))).toEqual(
      new Array(2).fill({
        delivered: false,
        reason: expect.stringMatching(/^SendMessageBatch: QueueDoesNotExist: .*deploy again/),
        retryable: true,
      }),
    );
  });

  test('for want of a permission says what to allow', async () => {
    const { aws, work } = await startQueue();
    aws.deny('sqs:SendMessage');

    expect(await work.put(['one'])).toEqual([
      {
        delivered: false,
        reason: expect.stringMatching(
          /^SendMessageBatch: AccessDenied.*allow it sqs:SendMessage \(docs\/deploy\.md\)/,
        ),
        retryable: true,
      },
    ]);
  });

  test.each(['throttled', 'internalFailure', 'dropped'] as const)(
    'is made again when it is %s, and given up for this time after the fifth',
    async (fault) => {
      const { aws, work, batches } = await startQueue();
      const mend = aws.fail({ operation: 'SendMessageBatch', with: fault, times: 2 });
      await withoutWaiting(async () => {
        expect(await work.put(['one'])).toEqual([DELIVERED]);
        mend();
        aws.fail({ operation: 'SendMessageBatch', with: fault });
        expect(await work.put(['two'])).toMatchObject([{ delivered: false, retryable: true }]);
      });
      expect(batches()).toHaveLength(3 + 5);
    },
  );

  test('and whose answer is lost is made again: a piece may come twice', async () => {
    const { aws, work, bodies } = await startQueue();
    aws.fail({ operation: 'SendMessageBatch', with: 'answer-lost', times: 1 });

    expect(await withoutWaiting(() => work.put(['one']))).toEqual([DELIVERED]);
    expect(bodies()).toEqual(['one', 'one']);
  });

  test('for one of its pieces is made in halves, and only that one is given up', async () => {
    const { aws, work, bodies } = await startQueue();
    aws.fail({
      operation: 'SendMessageBatch',
      when: ({ Entries }: { Entries: readonly Entry[] }) =>
        Entries.some(({ MessageBody }) => MessageBody === 'bad'),
      with: { code: 'InvalidMessageContents' },
    });

    expect(await work.put(['one', 'two', 'bad', 'four'])).toMatchObject([
      DELIVERED,
      DELIVERED,
      { delivered: false, retryable: false },
      DELIVERED,
    ]);
    expect(bodies()).toEqual(['one', 'two', 'four']);
  });
});

describe('the time that is left', () => {
  test('of none is not begun on', async () => {
    const { aws, work } = await startQueue();

    expect(await work.put(row(2), { remainingMs: () => 0 })).toEqual(
      new Array(2).fill({
        delivered: false,
        reason: 'SendMessageBatch: no time left',
        retryable: true,
      }),
    );
    expect(aws.calls).toEqual([]);
  });

  test('ends a batch that is slow: what was put before it is on its way', async () => {
    const { aws, work, bodies } = await startQueue();
    aws.fail({ operation: 'SendMessageBatch', skip: 1, with: { delayMs: 3_600_000 } });

    // Enough for the first batch on any machine; only then is it short.
    const remainingMs = () => (bodies().length === 0 ? 60_000 : 1_000);
    const deliveries = await work.put(row(25), { remainingMs });

    const late = {
      delivered: false,
      reason: 'SendMessageBatch: no answer in the time that was left',
      retryable: true,
    };
    expect(deliveries).toEqual([...new Array(10).fill(DELIVERED), ...new Array(15).fill(late)]);
  });
});

describe('the package', () => {
  /** The packages that a built file needs, and those that its own imports do. */
  function packagesNeeded(file: string, seen = new Set<string>()): Set<string> {
    const packages = new Set<string>();
    seen.add(file);
    const code = readFileSync(file, 'utf8');
    for (const [, name = ''] of code.matchAll(/(?:from|import) '([^']+)'/g)) {
      if (!name.startsWith('.')) packages.add(name);
      else if (!seen.has(resolve(dirname(file), name))) {
        for (const more of packagesNeeded(resolve(dirname(file), name), seen)) packages.add(more);
      }
    }
    return packages;
  }
  const built = (name: string) => fileURLToPath(import.meta.resolve(name));

  test('loads the client of SQS for those who put work on a queue, and for nobody else', () => {
    const index = packagesNeeded(built('@plumbline/aws-adapters'));
    const queue = packagesNeeded(built('@plumbline/aws-adapters/sqs-work-queue'));

    expect(index).toContain('@aws-sdk/client-sns');
    expect(index).not.toContain('@aws-sdk/client-sqs');
    expect([...queue].filter((name) => name.startsWith('@aws-sdk/'))).toEqual([
      '@aws-sdk/client-sqs',
    ]);
  });
});
