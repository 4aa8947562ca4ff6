import type { PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { createEventBridgeAlertSink, DETAIL_TYPES, EVENT_SOURCE } from '@plumbline/aws-adapters';
import type { AlertMessage } from '@plumbline/core';
import { notificationOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { callsOf, startAws } from './testing/aws.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

const DELIVERED = { delivered: true };

interface Entry {
  readonly Detail?: string;
}

async function startBus(eventBusName?: string) {
  const { aws, clients } = await startAws();
  return {
    aws,
    clients,
    sink: createEventBridgeAlertSink(clients, eventBusName === undefined ? {} : { eventBusName }),
    /** How many entries each call had. */
    batches: () =>
      callsOf(aws, 'PutEvents').map(
        ({ input }) => (input as { Entries: readonly Entry[] }).Entries.length,
      ),
  };
}

const row = (count: number, changes: Partial<AlertMessage> = {}) =>
  Array.from({ length: count }, (_, i) => notificationOf(i, changes));

/** Three notifications, of which the one called bad fails that often. */
async function sendThree(times: number, code: string) {
  const started = await startBus();
  started.aws.fail({
    operation: 'PutEvents',
    times,
    each: ({ Detail = '{}' }: Entry) =>
      JSON.parse(Detail).alert === 'bad' ? { code, message: 'why' } : undefined,
  });
  const deliveries = await started.sink.send([
    notificationOf(1),
    notificationOf(2, { alert: 'bad' }),
    notificationOf(3),
  ]);
  return { ...started, deliveries };
}

describe('an event', () => {
  test.each([
    ['firing', 'Anomaly Detected'],
    ['resolved', 'Anomaly Resolved'],
  ] as const)(
    'of what is %s comes from plumbline as %j, and its detail is the message',
    async (state, detailType) => {
      const { aws, sink } = await startBus();
      const { id, message } = notificationOf(1, { state, owner: 'Größe & <b>Co</b>' });

      expect(await sink.send([{ id, message }])).toEqual([DELIVERED]);
      expect(aws.events.received).toMatchObject([
        { bus: 'default', source: 'plumbline', detailType, detail: message },
      ]);
      expect([EVENT_SOURCE, DETAIL_TYPES.anomaly[state]]).toEqual(['plumbline', detailType]);
    },
  );

  test('of an alert that got worse is another detection, of the same opening', async () => {
    const { aws, sink } = await startBus();
    const { since } = notificationOf(1, { severity: 'notice' }).message;

    await sink.send([
      notificationOf(1, { severity: 'notice' }),
      notificationOf(2, { since, reason: 'now-a-page', severity: 'page' }),
    ]);

    expect(aws.events.received).toMatchObject([
      { detailType: 'Anomaly Detected', detail: { since, severity: 'notice' } },
      { detailType: 'Anomaly Detected', detail: { since, severity: 'page', reason: 'now-a-page' } },
    ]);
    expect(sink.takes?.('notice') ?? true).toBe(true);
  });

  test.each(['alerts', 'arn:aws:events:us-east-1:123456789012:event-bus/alerts'])(
    'goes to the bus that was named: %s',
    async (name) => {
      const { aws, sink } = await startBus(name);
      aws.events.createBus('alerts');

      expect(await sink.send([notificationOf(1)])).toEqual([DELIVERED]);
      expect(aws.events.received.map(({ bus }) => bus)).toEqual(['alerts']);
    },
  );
});

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
describe('a call', () => {
  test.each([
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('has at most ten entries: %i notifications', async (count, expected) => {
    const { aws, sink, batches } = await startBus();

    expect(await sink.send(row(count))).toEqual(new Array(count).fill(DELIVERED));
    expect(batches()).toEqual(expected);
    expect(aws.events.received.map(({ detail }) => detail.transition_id)).toEqual(
      row(count).map(({ id }) => id),
    );
  });

  test('fault 13: has less than a megabyte in all, of UTF-8, of messages that were cut', async () => {
    const { aws, sink, batches } = await startBus();
    const long = '数'.repeat(400_000);

    expect(await sink.send(row(10, { owner: long, series: long, console_url: long }))).toEqual(
      new Array(10).fill(DELIVERED),
    );
    expect(batches()).toEqual([4, 4, 2]);
    for (const { detail } of aws.events.received) {
      expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThanOrEqual(245_760);
      expect(detail).toMatchObject({
        series: expect.stringMatching(/^数{40000,}… \(\d+ more characters\)$/),
        console_url: null,
      });
    }
  });
});

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
describe('an entry that fails alone', () => {
  test.each(['InternalFailure', 'InternalException', 'ThrottlingException'])(
    'with %s is put again alone',
    async (code) => {
      const { aws, deliveries, batches } = await sendThree(2, code);

      expect(deliveries).toEqual([DELIVERED, DELIVERED, DELIVERED]);
      expect(batches()).toEqual([3, 1, 1]);
      expect(aws.events.received).toHaveLength(3);
    },
  );

  test('fault 11: is kept for later when it fails three times', async () => {
    const { deliveries, batches } = await sendThree(9, 'ThrottlingException');

    const reason = 'PutEvents: ThrottlingException: why';
    expect(deliveries).toEqual([
      DELIVERED,
      { delivered: false, reason, retryable: true },
      DELIVERED,
    ]);
    expect(batches()).toEqual([3, 1, 1]);
  });

  test.each(['InvalidArgument', 'MalformedDetail', 'ValidationException'])(
    'with %s is given up, and not put again',
    async (code) => {
      const { deliveries, batches } = await sendThree(9, code);

      const reason = `PutEvents: ${code}: why`;
      expect(deliveries).toEqual([
        DELIVERED,
        { delivered: false, reason, retryable: false },
        DELIVERED,
      ]);
      expect(batches()).toEqual([3]);
    },
  );

  test.each([
    'InvalidAccountIdException',
    'RedactionFailure',
    'ResourceNotFoundException',
    'OfTomorrow',
  ])('with %s, which is not about what it says, is kept', async (code) => {
    const { deliveries } = await sendThree(9, code);

    const reason = expect.stringMatching(`^PutEvents: ${code}: why`);
    expect(deliveries).toEqual([
      DELIVERED,
      { delivered: false, reason, retryable: true },
      DELIVERED,
    ]);
  });

  test.each(['AccessDeniedException', 'NotAuthorizedForSourceException'])(
    'with %s is kept until somebody gives the permission',
    async (code) => {
      const { deliveries } = await sendThree(9, code);

      expect(deliveries).toMatchObject([
        DELIVERED,
        { delivered: false, reason: expect.stringContaining('may not do this'), retryable: true },
        DELIVERED,
      ]);
    },
  );

  test('to get an answer is put again', async () => {
    const { aws, clients, sink, batches } = await startBus();
    let calls = 0;
    clients.eventBridge().middlewareStack.add(
      (next) => async (args) => {
        const { output, ...rest } = await next(args);
        const { Entries = [], ...others } = output as PutEventsCommandOutput;
        calls += 1;
        const answered = calls === 1 ? Entries.slice(0, 2) : Entries;
        return { ...rest, output: { ...others, Entries: answered } };
      },
      { step: 'initialize' },
    );

    expect(await sink.send(row(3))).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    expect(batches()).toEqual([3, 1]);
    expect(aws.events.received).toHaveLength(4);
  });
});

describe('a call that fails as a whole', () => {
  test('for want of the bus keeps its notifications, with advice', async () => {
    const { sink } = await startBus('gone');

    expect(await sink.send(row(2))).toEqual(
      new Array(2).fill({
        delivered: false,
        reason: expect.stringMatching(/ResourceNotFound.*the event bus does not exist: correct/),
        retryable: true,
      }),
    );
  });

  test('for want of a permission keeps its notifications, with advice', async () => {
    const { aws, sink } = await startBus();
    aws.deny('events:PutEvents');

    expect(await sink.send([notificationOf(1)])).toEqual([
      {
        delivered: false,
        reason: expect.stringMatching(/^PutEvents: AccessDenied.*allow it events:PutEvents /),
        retryable: true,
      },
    ]);
  });

  test('for what it says is made again in halves, and only what is refused alone is given up', async () => {
    const { aws, sink, batches } = await startBus();
    aws.fail({
      operation: 'PutEvents',
      when: ({ Entries }: { Entries: readonly Entry[] }) =>
        Entries.some(({ Detail = '{}' }) => JSON.parse(Detail).alert === 'bad'),
      with: { code: 'ValidationException' },
    });

    const deliveries = await sink.send(row(4).with(2, notificationOf(2, { alert: 'bad' })));

    const reason = expect.stringMatching('^PutEvents: ValidationException');
    expect(deliveries).toEqual([
      DELIVERED,
      DELIVERED,
      { delivered: false, reason, retryable: false },
      DELIVERED,
    ]);
    expect(batches()).toEqual([4, 2, 2, 1, 1]);
  });

  test('fault 11: is made five times, and then its notifications are kept for later', async () => {
    const { aws, sink, batches } = await startBus();
    aws.fail({ operation: 'PutEvents', with: 'dropped', times: 5 });

    await withoutWaiting(async () => {
      expect(await sink.send(row(2))).toMatchObject(
        new Array(2).fill({ delivered: false, retryable: true }),
      );
      expect(batches()).toEqual([2, 2, 2, 2, 2]);
      expect(await sink.send(row(2))).toEqual([DELIVERED, DELIVERED]);
    });
    expect(aws.events.received).toHaveLength(2);
  });
});

describe('the time that is left', () => {
  test('of none is not begun on: all is kept for the next run', async () => {
    const { aws, sink } = await startBus();

    expect(await sink.send(row(2), { remainingMs: () => 0 })).toEqual(
      new Array(2).fill({
        delivered: false,
        reason: 'PutEvents: no time left',
        retryable: true,
      }),
    );
    expect(aws.calls).toEqual([]);
  });

  test('ends a batch that is slow: those before it stay delivered', async () => {
    const { aws, sink } = await startBus();
    aws.fail({ operation: 'PutEvents', skip: 1, with: { delayMs: 3_600_000 } });

    const deliveries = await sink.send(row(25), { remainingMs: () => 1_000 });

    const late = {
      delivered: false,
      reason: 'PutEvents: no answer in the time that was left',
      retryable: true,
    };
    expect(deliveries).toEqual([...new Array(10).fill(DELIVERED), ...new Array(15).fill(late)]);
    expect(aws.events.received).toHaveLength(20); // the slow one has arrived, though nobody said so
  });
});
