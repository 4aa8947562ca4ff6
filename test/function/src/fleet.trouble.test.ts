import { decodeJob } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { createCalm, createFleet, HOSTS, on, toldOnce } from './testing/fleet.ts';

// Workers wait for others who have something to tell; so several tests at once.

describe.concurrent('a worker that crashes', () => {
  test('fault 10: after its commit: the queue starts it again, and all is told, once', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    const { aws } = fleet;
    const isShard = on('state/shard-1-of-3.plumbline');
    let commits = 0;
    const isCommit = (input: { Key?: string }): boolean => {
      if (!isShard(input)) return false;
      commits += 1;
      // It is stored by then, and its writer does not come to know.
      if (commits === 1) setTimeout(() => void fleet.fn.close(), 200);
      return true;
    };
    aws.fail({ operation: 'PutObject', when: isCommit, with: { delayMs: 5_000 }, times: 1 });

    await fleet.runAt(1);
    const workers = await fleet.work({ concurrency: 1 });

    const outcomes = workers.map(({ outcome }) => outcome);
    expect(outcomes).toContain('exit');
    expect(outcomes.filter((outcome) => outcome === 'success')).toHaveLength(3);
    expect(fleet.dead.messages()).toEqual([]);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
    expect(fleet.watched()).toEqual([...HOSTS].sort());
  });

  test('fault 10: while it waits for the others, before it tells: the next slot tells', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    const stop = fleet.aws.fail({
      operation: 'PublishBatch',
      when: () => {
        void fleet.fn.close();
        return true;
      },
      with: 'dropped',
    });

    await fleet.runAt(1);
    await fleet.work();
    expect(fleet.told()).toEqual([]);
    stop();
    const { planner } = await fleet.slot(2);

    expect(planner.figures).toMatchObject({ NotificationsPending: 0 });
    expect(fleet.toldOf()).toEqual([...toldOnce('firing'), ...toldOnce('resolved')]);
  });
});

describe.concurrent('a shard that fails', () => {
  test.for([
    { what: 'read', operation: 'GetObject' },
    { what: 'written', operation: 'PutObject' },
  ])(
    'for its state cannot be $what: is set aside after three times, and the others are done',
    async ({ operation }, { onTestFinished }) => {
      const fleet = await createCalm({ spikes: [1], onTestFinished });
      const object = 'state/shard-1-of-3.plumbline';
      const mend = fleet.aws.fail({ operation, when: on(object), with: 'accessDenied' });

      await fleet.runAt(1);
      const workers = await fleet.work({ batchSize: 3, concurrency: 1 });

      // All three came in one event; the one that failed came back alone.
      expect(workers.map(({ taken, failed }) => [taken, failed])).toEqual([
        [3, 1],
        [1, 1],
        [1, 1],
      ]);
      expect(workers.at(-1)!.complaints).toMatchObject([
        {
          level: 'ERROR',
          message: expect.stringMatching(`^a shard failed: ${operation}: AccessDenied`),
        },
      ]);
      expect(fleet.dead.messages().map(({ body }) => decodeJob(body).shard.index)).toEqual([1]);
      expect(fleet.toldOf()).toEqual(
        toldOnce('firing', [...fleet.watched(0), ...fleet.watched(2)]),
      );

      mend();
      await fleet.slot(2);
      expect(fleet.toldOf()).toEqual([...toldOnce('firing'), ...toldOnce('resolved')]);
    },
  );

  test('for the time does not suffice is tried again, and nobody has to know', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    const object = 'state/shard-1-of-3.plumbline';
    fleet.aws.fail({
      operation: 'GetObject',
      when: on(object),
      with: { delayMs: 60_000 },
      times: 1,
    });

    const { workers } = await fleet.slot(1);

    expect(workers.map(({ failed }) => failed).sort()).toEqual([0, 0, 0, 1]);
    expect(fleet.dead.messages()).toEqual([]);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });

  test('for its message is none is set aside, and does not keep the others', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    await fleet.runAt(1);
    const [message] = fleet.queue.messages();
    fleet.queue.put({ ...message!, id: 'hostile', body: '{"version":1,"shard":"all of them"}' });

    await fleet.work();

    expect(fleet.dead.messages().map(({ id }) => id)).toEqual(['hostile']);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });
});

describe.concurrent('the queue', () => {
  test('that refuses one of three shards for a moment: it is sent again', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    fleet.aws.fail({
      operation: 'SendMessageBatch',
      each: (_, index) => (index === 1 ? { code: 'InternalError' } : undefined),
      times: 1,
    });

    const { planner, workers } = await fleet.slot(1);

    expect(planner).toMatchObject({ outcome: 'success', complaints: [] });
    expect(planner.calls).toMatchObject({ SendMessageBatch: 2 });
    expect(workers).toHaveLength(3);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });

  test('that refuses one for good: the planner fails, and does the others no harm', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    const mend = fleet.aws.fail({
      operation: 'SendMessageBatch',
      each: ({ MessageBody }: { MessageBody: string }) =>
        decodeJob(MessageBody).shard.index === 1 ? { code: 'InternalError' } : undefined,
    });

    const { planner, workers } = await fleet.slot(1);

    expect(planner.outcome).toBe('error');
    expect(planner.complaints).toMatchObject([
      {
        level: 'ERROR',
        message: expect.stringMatching(
          /^run failed: 1 of 3 shards are not on the queue: SendMessageBatch: InternalError/,
        ),
      },
    ]);
    expect(planner.figures).toBeUndefined();
    expect(workers).toHaveLength(2);
    expect(fleet.toldOf()).toEqual(toldOnce('firing', [...fleet.watched(0), ...fleet.watched(2)]));

    mend();
    const again = await fleet.slot(1); // as Lambda does
    expect(again.planner.outcome).toBe('success');
    expect(again.workers).toHaveLength(3);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });

  test('fault 1: that throttles for a while: it is tried again, and nobody has to know', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    fleet.aws.fail({ operation: 'SendMessageBatch', with: 'throttled', times: 2 });

    const { planner, workers } = await fleet.slot(1);

    expect(planner).toMatchObject({ outcome: 'success', complaints: [] });
    expect(workers).toHaveLength(3);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });

  test('that the function may not send to: says which permission is missing', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ onTestFinished });
    fleet.aws.deny('sqs:SendMessage');

    const { planner } = await fleet.slot(1);

    expect(planner.error?.errorMessage).toMatch(
      /^3 of 3 shards are not on the queue: SendMessageBatch: AccessDenied.*allow it sqs:SendMessage/,
    );
  });
});

describe.concurrent('metrics that cannot be looked for', () => {
  test('are watched as they were planned, also by a planner that has never found them', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    fleet.aws.deny('cloudwatch:ListMetrics');
    await fleet.fn.close(); // nothing is remembered

    const { planner, workers } = await fleet.slot(1);

    expect(planner.line('discovery-failed')).toMatchObject({ concerned: ['cpu'] });
    expect(planner.figures).toMatchObject({ SeriesPlanned: 60, SeriesFailed: 1 });
    expect(workers.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });
});

describe.concurrent('a plan', () => {
  const object = 'control/plan-1-of-3.json';

  test('that cannot be read by a worker leaves its shard to the next slot', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    await fleet.runAt(1);
    await fleet.fn.close(); // the workers know no plan
    const mend = fleet.aws.fail({ operation: 'GetObject', when: on(object), with: 'accessDenied' });

    const workers = await fleet.work();

    expect(workers.filter(({ failed }) => failed > 0)).toHaveLength(3);
    expect(fleet.dead.messages()).toHaveLength(1);
    mend();
    await fleet.slot(2);
    expect(fleet.toldOf()).toEqual([...toldOnce('firing'), ...toldOnce('resolved')]);
  });

  test('fault 23: that is damaged is written anew by the planner, whatever that remembers', async ({
    onTestFinished,
  }) => {
    const fleet = await createFleet({ onTestFinished });
    for (const host of HOSTS) fleet.measure(host, { spikes: [1] });
    await fleet.slot(0, { concurrency: 1 }); // one environment knows the plans
    await fleet.write(object, '{"version":1,"plan":[{"moni');

    const { workers } = await fleet.slot(1); // and two others do not

    expect(workers.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });
});

describe.concurrent('people who cannot be reached', () => {
  test('fault 11: are told by a later slot, once; machines at once', async ({ onTestFinished }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    const mend = fleet.aws.fail({ operation: 'PublishBatch', with: 'internalFailure' });

    await fleet.slot(1);
    expect(fleet.toldToMachines()).toHaveLength(1);
    const { planner: waiting } = await fleet.slot(2);
    expect(waiting.figures).toMatchObject({ NotificationsPending: 1, OutboxAge: 300 });
    expect(waiting.line('delivery-failed')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(/^sns: PublishBatch: Internal.*; next run$/),
    });
    expect(fleet.told()).toEqual([]);

    mend();
    const { planner } = await fleet.slot(3);
    expect(planner.figures).toMatchObject({ NotificationsPending: 0, OutboxAge: 0 });
    expect(fleet.toldOf()).toEqual([...toldOnce('firing'), ...toldOnce('resolved')]);
    expect(fleet.toldToMachines()).toHaveLength(2);
  });

  test('fault 11: also when the desk does not answer: the shard keeps what it has to tell', async ({
    onTestFinished,
  }) => {
    const fleet = await createCalm({ spikes: [1], onTestFinished });
    const desk = on('state/desk.plumbline');
    await fleet.runAt(1);
    const mend = fleet.aws.fail({ operation: 'GetObject', when: desk, with: 'accessDenied' });

    const workers = await fleet.work();

    expect(workers.map(({ failed }) => failed)).toEqual([0, 0, 0]);
    const complaints = workers.flatMap((worker) => worker.complaints);
    expect(new Set(complaints.map(({ kind }) => kind))).toEqual(new Set(['delivery-failed']));
    expect(fleet.told()).toEqual([]);
    mend();
    await fleet.slot(2);
    expect(fleet.toldOf()).toEqual([...toldOnce('firing'), ...toldOnce('resolved')]);
  });
});
