import type { AlertMessage } from '@plumbline/core';
import { notificationOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf, mostAtOnce } from './testing/aws.ts';
import { DELIVERED, startTopic } from './testing/topic.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

/** For an answer that comes too late. */
const LATE = { delayMs: 3_600_000 };

const NO_ANSWER = {
  delivered: false,
  reason: 'PublishBatch: no answer in the time that was left',
  retryable: true,
};

/** The time that is left of so much, from now on. */
function counting(ms: number): () => number {
  const end = performance.now() + ms;
  return () => end - performance.now();
}

const isTo = (topic: string) => (input: { TopicArn: string }) => input.TopicArn === topic;

const row = (count: number, changes: Partial<AlertMessage> = {}) =>
  Array.from({ length: count }, (_, i) => notificationOf(i, changes));

interface Batch {
  readonly PublishBatchRequestEntries: readonly { readonly Message?: string }[];
}

/** The alert in this message, as a rule of the double sees it. */
const isAbout = ({ Message = '' }: { Message?: string }, alert: string) =>
  JSON.parse(Message).alert === alert;

describe('a topic', () => {
  test('of a monitor gets what the monitor says, and the common one the rest', async () => {
    const { aws, sink, topicArn } = await startTopic();
    const topic = aws.sns.createTopic('payments');

    const deliveries = await sink.send([
      notificationOf(1),
      notificationOf(2, { topic }),
      notificationOf(3),
    ]);

    expect(deliveries).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    const told = aws.sns.published.map((message) => message.topicArn);
    expect(told.toSorted()).toEqual([topicArn, topicArn, topic]);
  });

  test('in another region is published to there', async () => {
    const { aws, sink } = await startTopic();
    const topic = aws.sns.createTopic('alerts', 'eu-west-1');

    expect(await sink.send([notificationOf(1, { topic })])).toEqual([DELIVERED]);
    expect(callsOf(aws, 'PublishBatch').map(({ region }) => region)).toEqual(['eu-west-1']);
  });

  test('that is gone keeps its notifications, with advice, and the others arrive', async () => {
    const { aws, sink } = await startTopic();
    const topic = 'arn:aws:sns:us-east-1:123456789012:gone';

    const deliveries = await sink.send([notificationOf(1, { topic }), notificationOf(2)]);

    expect(deliveries).toEqual([
      {
        delivered: false,
        reason: expect.stringMatching(/^PublishBatch: NotFound.*the topic does not exist: correct/),
        retryable: true,
      },
      DELIVERED,
    ]);
    expect(aws.sns.published).toHaveLength(1);
    expect(callsOf(aws, 'PublishBatch')).toHaveLength(2);
  });

  test('that may not be published to keeps its notifications, and says what to allow', async () => {
    const { aws, sink } = await startTopic();
    aws.deny('sns:Publish');

    expect(await sink.send([notificationOf(1)])).toEqual([
      {
        delivered: false,
        reason: expect.stringMatching(/^PublishBatch: AuthorizationError.*allow it sns:Publish /),
        retryable: true,
      },
    ]);
  });

  test('that is no ARN of a topic is given up', async () => {
    const { sink } = await startTopic();

    expect(await sink.send([notificationOf(1, { topic: 'anomaly-alerts' })])).toMatchObject([
      { delivered: false, reason: expect.stringContaining('InvalidParameter'), retryable: false },
    ]);
  });

  test('that is slow does not hold up another, wherever it stands', async () => {
    const { aws, sink, topicArn } = await startTopic();
    const slow = aws.sns.createTopic('slow');
    aws.fail({ operation: 'PublishBatch', when: isTo(slow), with: LATE });
    const mixed = [1, 2, 3, 4].map((index) =>
      notificationOf(index, { topic: index % 2 === 0 ? topicArn : slow }),
    );

    const deliveries = await sink.send(mixed, { remainingMs: counting(2_000) });

    expect(deliveries).toEqual([NO_ANSWER, DELIVERED, NO_ANSWER, DELIVERED]);
  });

  test('is told in order, whatever is told to another meanwhile', async () => {
    const { aws, sink, topicArn } = await startTopic();
    const slow = aws.sns.createTopic('slow');
    aws.fail({ operation: 'PublishBatch', when: isTo(slow), with: { delayMs: 20 } });
    const mixed = Array.from({ length: 50 }, (_, i) =>
      notificationOf(i, { topic: i % 2 === 0 ? topicArn : slow }),
    );

    expect(await sink.send(mixed)).toEqual(mixed.map(() => DELIVERED));
    for (const topic of [topicArn, slow]) {
      const told = aws.sns.published.filter((message) => message.topicArn === topic);
      const meant = mixed.filter(({ message }) => message.topic === topic);
      expect(told.map(({ attributes }) => attributes.transition_id)).toEqual(
        meant.map(({ id }) => id),
      );
    }
  });

  test('that is slow leaves time to those that wait for their turn', async () => {
    const { aws, sink } = await startTopic();
    const isSlow = ({ TopicArn }: { TopicArn: string }) => TopicArn.includes('slow');
    aws.fail({ operation: 'PublishBatch', when: isSlow, with: LATE });
    const names = [...Array.from({ length: 12 }, (_, i) => `slow-${i}`), 'well'];
    const all = names.map((name, i) => notificationOf(i, { topic: aws.sns.createTopic(name) }));

    const deliveries = await sink.send(all, { remainingMs: counting(6_000) });

    expect(deliveries).toEqual([...new Array(12).fill(NO_ANSWER), DELIVERED]);
  });
});

describe('no more than ten topics', () => {
  test('are told at once', async () => {
    const { aws, sink } = await startTopic();
    const most = mostAtOnce(aws, 'PublishBatch');
    const all = Array.from({ length: 25 }, (_, i) =>
      notificationOf(i, { topic: aws.sns.createTopic(`team-${i}`) }),
    );

    expect(await sink.send(all)).toEqual(all.map(() => DELIVERED));
    expect(most()).toBeGreaterThan(1);
    expect(most()).toBeLessThanOrEqual(10);
  });
});

describe('the time that is left', () => {
  test.each([0, -5, 0.4])('of %d ms is none: nothing is published', async (left) => {
    const { aws, sink } = await startTopic();

    expect(await sink.send(row(2), { remainingMs: () => left })).toEqual(
      new Array(2).fill({
        delivered: false,
        reason: 'PublishBatch: no time left',
        retryable: true,
      }),
    );
    expect(aws.calls).toEqual([]);
  });

  test.each([Number.POSITIVE_INFINITY, 2 ** 32, 60_000.5])('of %d ms is enough', async (left) => {
    const { sink } = await startTopic();

    expect(await sink.send(row(2), { remainingMs: () => left })).toEqual([DELIVERED, DELIVERED]);
  });

  test('is asked for before each batch: what was delivered by then stays so', async () => {
    const { aws, sink, batches } = await startTopic();
    let calls = 0;

    const deliveries = await sink.send(row(25), {
      remainingMs: () => (calls++ === 0 ? 60_000 : 0),
    });

    expect(deliveries.map(({ delivered }) => delivered)).toEqual([
      ...new Array(10).fill(true),
      ...new Array(15).fill(false),
    ]);
    expect(deliveries.at(-1)).toMatchObject({ reason: 'PublishBatch: no time left' });
    expect(batches()).toEqual([10]);
    expect(aws.sns.published).toHaveLength(10);
  });

  test('is not begun on when it is too little for an answer', async () => {
    const { aws, sink } = await startTopic();

    const [delivery] = await sink.send(row(1), { remainingMs: () => 100 });

    expect(delivery).toMatchObject({ delivered: false, retryable: true });
    expect(aws.calls).toEqual([]);
  });

  test('ends a batch that is slow: those before it stay delivered, none overtakes it', async () => {
    const { aws, sink } = await startTopic();
    aws.fail({ operation: 'PublishBatch', skip: 1, times: 1, with: LATE });

    const deliveries = await sink.send(row(25), { remainingMs: counting(2_000) });

    expect(deliveries).toEqual([
      ...new Array(10).fill(DELIVERED),
      ...new Array(15).fill(NO_ANSWER),
    ]);
    // The slow one itself has arrived, though nobody said so.
    const ids = aws.sns.published.map(({ attributes }) => attributes.transition_id);
    expect(ids).toEqual(row(20).map(({ id }) => id));
  });

  test('ends a wait between two attempts', async () => {
    const { aws, sink } = await startTopic();
    aws.fail({ operation: 'PublishBatch', with: 'throttled' });

    const [delivery] = await sink.send(row(1), { remainingMs: counting(600) });

    expect(delivery).toEqual(NO_ANSWER);
  });

  test('holds for entries that are sent again, and for the halves of a batch', async () => {
    const { aws, sink, batches } = await startTopic();
    const once = (): (() => number) => {
      let calls = 0;
      return () => (calls++ === 0 ? 60_000 : 0);
    };
    const mend = aws.fail({ operation: 'PublishBatch', each: () => ({ code: 'InternalError' }) });
    const again = await sink.send(row(1), { remainingMs: once() });
    mend();
    aws.fail({ operation: 'PublishBatch', with: { code: 'InvalidParameter' } });
    const halves = await sink.send(row(2), { remainingMs: once() });

    const left = { delivered: false, reason: 'PublishBatch: no time left', retryable: true };
    expect([...again, ...halves]).toEqual([left, left, left]);
    expect(batches()).toEqual([1, 2]);
  });
});

/** @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
describe('a batch', () => {
  test.each([
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('has at most ten entries: %i notifications', async (count, expected) => {
    const { aws, sink, batches } = await startTopic();

    expect(await sink.send(row(count))).toEqual(new Array(count).fill(DELIVERED));
    expect(batches()).toEqual(expected);
    const ids = aws.sns.published.map(({ attributes }) => attributes.transition_id);
    expect(ids).toEqual(row(count).map(({ id }) => id));
  });

  test('fault 13: has at most 262,144 bytes, of UTF-8, of messages that were cut', async () => {
    const { aws, sink, batches } = await startTopic();
    // A third of the bytes of each are characters.
    const large = row(10, { owner: '数'.repeat(33_333) });

    expect(await sink.send(large)).toEqual(new Array(10).fill(DELIVERED));
    expect(batches()).toEqual([7, 3]);
    for (const { message } of aws.sns.published) {
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(32_768);
      expect(Buffer.byteLength(message)).toBeGreaterThan(32_700);
      expect(JSON.parse(message)).toMatchObject({
        owner: expect.stringMatching(/^数{9000,}… \(2\d{4} more characters\)$/),
      });
    }
  });

  test('fault 13: of a message that nothing of could be sent as it is, is sent all the same', async () => {
    const { aws, sink } = await startTopic();
    const long = '🚨\u0000\ud800\u202e'.repeat(20_000);
    const everything = { alert: long, metric: long, cluster: long, monitor: long, series: long };
    const { id, message } = notificationOf(1, { ...everything, runbook: long, console_url: long });

    expect(await sink.send([{ id, message }])).toEqual([DELIVERED]);
    const [published] = aws.sns.published;
    expect(published?.attributes.transition_id).toBe(id);
    expect(published?.attributes.monitor).toMatch(/more characters\)$/);
    const { alert, metric, cluster, monitor, series, runbook, console_url, ...others } = JSON.parse(
      published!.message,
    ) as AlertMessage;
    for (const text of [alert, metric, cluster, monitor, series]) {
      expect(text).toMatch(/^(🚨\0\ud800\u202e){10,}.*… \(\d+ more characters\)$/su);
    }
    expect([runbook, console_url]).toEqual([null, null]);
    expect(message).toMatchObject(others);
  });
});

describe('an entry that fails alone', () => {
  async function sendThree(times: number, fault: { code: string; senderFault?: boolean }) {
    const started = await startTopic();
    started.aws.fail({
      operation: 'PublishBatch',
      times,
      each: (entry: { Message?: string }) => (isAbout(entry, 'bad') ? fault : undefined),
    });
    const [first, second, third] = row(3);
    const bad = { ...second!, message: { ...second!.message, alert: 'bad' } };
    const deliveries = await started.sink.send([first!, bad, third!]);
    return { ...started, deliveries };
  }

  test('is sent again alone', async () => {
    const { aws, deliveries, batches } = await sendThree(2, { code: 'InternalError' });

    expect(deliveries).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    expect(batches()).toEqual([3, 1, 1]);
    expect(aws.sns.published).toHaveLength(3);
  });

  test('fault 11: is kept for later when it fails three times', async () => {
    const { deliveries, batches } = await sendThree(9, { code: 'InternalError' });

    const reason = 'PublishBatch: InternalError: ';
    expect(deliveries).toEqual([
      DELIVERED,
      { delivered: false, reason, retryable: true },
      DELIVERED,
    ]);
    expect(batches()).toEqual([3, 1, 1]);
  });

  test('through its own fault is given up, and not sent again', async () => {
    const fault = { code: 'InvalidParameter', message: 'Message', senderFault: true };
    const { deliveries, batches } = await sendThree(9, fault);

    const reason = 'PublishBatch: InvalidParameter: Message';
    expect(deliveries).toEqual([
      DELIVERED,
      { delivered: false, reason, retryable: false },
      DELIVERED,
    ]);
    expect(batches()).toEqual([3]);
  });

  test.each(['InvalidParameter', 'InvalidParameterValue', 'ParameterValueInvalid', 'Validation'])(
    'with %s is not acceptable, now or later: it is given up',
    async (code) => {
      const { deliveries, batches } = await sendThree(9, { code, senderFault: true });

      expect(deliveries).toMatchObject([DELIVERED, { retryable: false }, DELIVERED]);
      expect(batches()).toEqual([3]);
    },
  );

  test.each([
    'AuthorizationError',
    'EndpointDisabled',
    'InvalidSecurity',
    'KMSDisabled',
    'KMSInvalidState',
    'KMSNotFound',
    'KMSOptInRequired',
    'NotFound',
    'OfTomorrow',
    'PlatformApplicationDisabled',
  ])('with %s, though it be our fault, is kept until somebody mends it', async (code) => {
    const { deliveries } = await sendThree(9, { code, senderFault: true });

    const reason = expect.stringMatching(`^PublishBatch: ${code}: `);
    expect(deliveries).toEqual([
      DELIVERED,
      { delivered: false, reason, retryable: true },
      DELIVERED,
    ]);
  });

  test.each(['KMSThrottling', 'Throttled', 'Throttling', 'InternalFailure'])(
    'with %s passes: it is sent again alone',
    async (code) => {
      const { deliveries, batches } = await sendThree(2, { code, senderFault: true });

      expect(deliveries).toEqual([DELIVERED, DELIVERED, DELIVERED]);
      expect(batches()).toEqual([3, 1, 1]);
    },
  );

  test('for a key that cannot be used is not sent again at once, and says what to do', async () => {
    const { deliveries, batches } = await sendThree(9, { code: 'KMSDisabled', senderFault: true });

    expect(deliveries[1]).toMatchObject({
      reason: expect.stringContaining('the key of the topic cannot be used: '),
    });
    expect(batches()).toEqual([3]);
  });

  test('for want of a permission is kept until somebody gives it', async () => {
    const { deliveries } = await sendThree(9, { code: 'KMSAccessDenied', senderFault: true });

    expect(deliveries).toMatchObject([
      DELIVERED,
      { delivered: false, reason: expect.stringContaining('may not do this'), retryable: true },
      DELIVERED,
    ]);
  });
});

describe('a call that fails as a whole', () => {
  test('is made again, and a lost answer makes a repeat of the same id', async () => {
    const { aws, sink } = await startTopic();
    aws.fail({ operation: 'PublishBatch', with: 'answer-lost', times: 1 });

    expect(await withoutWaiting(() => sink.send(row(2)))).toEqual([DELIVERED, DELIVERED]);
    const ids = aws.sns.published.map(({ attributes }) => attributes.transition_id);
    expect(ids).toEqual([...row(2), ...row(2)].map(({ id }) => id));
  });

  test.each([
    ['throttled', 'Throttled'],
    ['internalFailure', 'InternalFailure'],
    ['dropped', 'socket hang up'],
  ] as const)('five times is kept for later: %s', async (fault, reason) => {
    const { aws, sink, batches } = await startTopic();
    aws.fail({ operation: 'PublishBatch', with: fault });

    const [delivery] = await withoutWaiting(() => sink.send([notificationOf(1)]));

    expect(delivery).toMatchObject({ delivered: false, retryable: true });
    expect(delivery).toMatchObject({ reason: expect.stringContaining(reason) });
    expect(batches()).toEqual([1, 1, 1, 1, 1]);
  });

  test.each([
    'AuthorizationError',
    'InvalidSecurity',
    'KMSDisabled',
    'KMSInvalidState',
    'KMSNotFound',
    'NotFound',
    'OfTomorrow',
  ])('with %s is one failure for each of its entries, which are kept', async (code) => {
    const { aws, sink, batches } = await startTopic();
    aws.fail({ operation: 'PublishBatch', with: { code }, times: 1 });

    const deliveries = await sink.send(row(12));

    const failure = { delivered: false, retryable: true };
    expect(deliveries).toMatchObject([...new Array(10).fill(failure), DELIVERED, DELIVERED]);
    expect(batches()).toEqual([10, 2]);
  });

  test('fault 11: with KMSThrottling is throttled, and tried again by the next run', async () => {
    const { aws, sink } = await startTopic();
    aws.fail({ operation: 'PublishBatch', with: { code: 'KMSThrottling' } });

    const [delivery] = await withoutWaiting(() => sink.send(row(1)));

    expect(delivery).toMatchObject({ delivered: false, retryable: true });
  });

  test.each(['InvalidParameter', 'ValidationError', 'BatchRequestTooLong', 'MalformedInput'])(
    'refused with %s for one of its entries is sent in halves: only that one is given up',
    async (code) => {
      const { aws, sink, batches } = await startTopic();
      const bad = notificationOf(6, { alert: 'bad' });
      aws.fail({
        operation: 'PublishBatch',
        when: ({ PublishBatchRequestEntries: entries }: Batch) =>
          entries.some((entry) => isAbout(entry, 'bad')),
        with: { code },
      });

      const deliveries = await sink.send(row(12).with(6, bad));

      const reason = expect.stringMatching(`^PublishBatch: ${code}`);
      expect(deliveries).toEqual(
        new Array(12).fill(DELIVERED).with(6, { delivered: false, reason, retryable: false }),
      );
      expect(batches()).toEqual([10, 5, 5, 3, 2, 1, 1, 1, 2, 2]);
      const ids = aws.sns.published.map(({ attributes }) => attributes.transition_id);
      expect(ids).toEqual(row(12).flatMap(({ id }, i) => (i === 6 ? [] : id)));
    },
  );

  test('refused only together is delivered in halves', async () => {
    const { aws, sink, batches } = await startTopic();
    aws.fail({ operation: 'PublishBatch', with: { code: 'InvalidParameter' }, times: 1 });

    expect(await sink.send(row(10))).toEqual(new Array(10).fill(DELIVERED));
    expect(batches()).toEqual([10, 5, 5]);
  });
});
