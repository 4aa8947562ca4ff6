import { createSnsAlertSink } from '@plumbline/aws-adapters';
import type { AlertMessage } from '@plumbline/core';
import { HOSTILE_TEXTS, notificationOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf, startAws } from './testing/aws.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

const DELIVERED = { delivered: true };

async function startTopic() {
  const { aws, clients } = await startAws();
  const topicArn = aws.sns.createTopic('anomaly-alerts');
  return {
    aws,
    topicArn,
    sink: createSnsAlertSink(clients, { topicArn }),
    /** How many entries each call had. */
    batches: () =>
      callsOf(aws, 'PublishBatch').map(({ input }) => {
        const { PublishBatchRequestEntries: entries } = input as {
          PublishBatchRequestEntries: readonly unknown[];
        };
        return entries.length;
      }),
  };
}

const row = (count: number, changes: Partial<AlertMessage> = {}) =>
  Array.from({ length: count }, (_, i) => notificationOf(i, changes));

/** The alert in this message, as a rule of the double sees it. */
const isAbout = ({ Message = '' }: { Message?: string }, alert: string) =>
  JSON.parse(Message).alert === alert;

describe('a message', () => {
  test('arrives with its fields as they are, in JSON that people can read', async () => {
    const { aws, sink } = await startTopic();
    const { id, message } = notificationOf(1, {
      owner: 'Größe & <b>Co</b>',
      runbook: 'https://example.com/?a=1&b=2',
      deviation_factor: null,
    });

    expect(await sink.send([{ id, message }])).toEqual([DELIVERED]);
    const [published] = aws.sns.published;
    expect(JSON.parse(published!.message)).toEqual(message);
    expect(published!.message).toContain('\n  "alert": "cpu",\n');
  });

  test('bears attributes to filter by and to recognise a repeat by', async () => {
    const { aws, sink } = await startTopic();
    const { id, message } = notificationOf(1, { state: 'resolved', monitor: 'EKS CPU' });

    await sink.send([{ id, message }]);

    expect(aws.sns.published[0]?.attributes).toEqual({
      transition_id: id,
      state: 'resolved',
      monitor: 'EKS CPU',
    });
  });

  /** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
  test.each([
    ['', '-'],
    ['a\u0000\nb', 'a??b'],
    ['\ud800', '?'],
    ['Größe 🚨', 'Größe 🚨'],
  ])('has an attribute that SNS takes for a monitor called %j', async (monitor, attribute) => {
    const { aws, sink } = await startTopic();

    expect(await sink.send([notificationOf(1, { monitor })])).toEqual([DELIVERED]);
    expect(aws.sns.published[0]?.attributes.monitor).toBe(attribute);
  });
});

/**
 * Printable ASCII, no line breaks, fewer than 100 characters.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_RequestParameters
 */
describe('the subject', () => {
  async function subjectOf(changes: Partial<AlertMessage>): Promise<string | undefined> {
    const { aws, sink } = await startTopic();
    expect(await sink.send([notificationOf(1, changes)])).toEqual([DELIVERED]);
    return aws.sns.published[0]?.subject;
  }

  test.each<[Partial<AlertMessage>, string]>([
    [
      { alert: 'EKS CPU Anomaly', cluster: 'production-cluster' },
      'EKS CPU Anomaly Detected (production-cluster)',
    ],
    [{ alert: 'Slow requests', cluster: 'app/shop' }, 'Slow requests: Anomaly Detected (app/shop)'],
    [{ alert: 'cpu anomaly', cluster: null }, 'cpu anomaly Detected'],
    [{ alert: 'cpu', cluster: 'a', state: 'resolved' }, 'cpu: Anomaly Resolved (a)'],
    [{ alert: 'Größe', cluster: '🚨 数据' }, 'Gr??e: Anomaly Detected (? ??)'],
    [{ alert: 'a\r\nBcc: x', cluster: '\u001b[2J' }, 'a??Bcc: x: Anomaly Detected (?[2J)'],
    [{ alert: '  cpu', cluster: null }, 'cpu: Anomaly Detected'],
    [{ alert: '', cluster: null }, ': Anomaly Detected'],
  ])('of %j is %j', async (changes, subject) => {
    expect(await subjectOf(changes)).toBe(subject);
  });

  test.each([
    ['is whole at 99 characters', 'x'.repeat(80), `${'x'.repeat(80)}: Anomaly Detected`],
    ['is cut at 100', 'x'.repeat(82), `${'x'.repeat(82)}: Anomaly Dete...`],
    ['counts a pair of surrogates as one', '🚨'.repeat(80), `${'?'.repeat(80)}: Anomaly Detected`],
  ])('%s', async (_, alert, expected) => {
    const subject = await subjectOf({ alert, cluster: null });

    expect(subject).toBe(expected);
    expect(subject?.length).toBeLessThan(100);
  });

  test.each(HOSTILE_TEXTS)('of %j is one that SNS takes', async (text) => {
    expect(await subjectOf({ alert: text, cluster: text })).toMatch(
      /^[\x21-\x7e][\x20-\x7e]{0,98}$/,
    );
  });
});

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
    expect(aws.sns.published.map((message) => message.topicArn)).toEqual([
      topicArn,
      topicArn,
      topic,
    ]);
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

  test('has at most 262,144 bytes, of UTF-8', async () => {
    const { sink, batches } = await startTopic();
    // 100,000 bytes each, though a third of them characters.
    const large = row(3, { owner: '数'.repeat(33_333) });

    expect(await sink.send(large)).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    expect(batches()).toEqual([2, 1]);
  });

  test('of one message of 262,144 bytes is sent, of one byte more it is given up', async () => {
    const { aws, sink } = await startTopic();
    const ofOwner = (length: number) => notificationOf(1, { owner: 'x'.repeat(length) });
    const [refused] = await sink.send([ofOwner(262_144)]);
    const { reason } = { reason: '', ...refused };
    const bytes = Number(
      /^(\d+) bytes, and 262144 is the most that can be sent$/.exec(reason)?.[1],
    );
    const longest = 262_144 - (bytes - 262_144);

    const deliveries = await sink.send([ofOwner(longest), ofOwner(longest + 1), notificationOf(2)]);

    expect(deliveries).toEqual([
      DELIVERED,
      { delivered: false, reason: expect.stringMatching(/^262145 bytes/), retryable: false },
      DELIVERED,
    ]);
    expect(aws.sns.published).toHaveLength(2);
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

  test('is kept for later when it fails three times', async () => {
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

  test('is one failure for each of its entries, and other batches arrive', async () => {
    const { aws, sink } = await startTopic();
    const refusal = { code: 'InvalidParameter', status: 400 };
    aws.fail({ operation: 'PublishBatch', with: refusal, times: 1 });

    const deliveries = await sink.send(row(12));

    expect(deliveries.map(({ delivered }) => delivered)).toEqual([
      ...new Array(10).fill(false),
      true,
      true,
    ]);
  });
});
