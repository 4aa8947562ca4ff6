import { describe, expect, test } from 'vitest';
import { type AlertSink, createMemoryAlertSink } from '../ports/alert-sink.ts';
import type { StateStore } from '../ports/state-store.ts';
import {
  createScenario,
  createStubSink,
  history,
  type Scenario,
  SHARD,
  TRAINED,
} from '../testing/scenario.ts';
import { STAGES } from './run.ts';
import type { RunReport, Stage } from './stage.ts';
import { notify } from './stages/notify.ts';
import { record } from './stages/record.ts';

/** One series, known and calm; its next sample is a spike, and those after it are calm again. */
async function beforeASpike(): Promise<Scenario> {
  const scenario = createScenario({ web: history([200]) });
  await scenario.runAt(TRAINED - 1);
  return scenario;
}

const FIRING = [`firing web ${TRAINED}`];

const REFUSES: Record<string, Pick<AlertSink, 'send'>> = {
  'a sink that throws': {
    send: () => Promise.reject(new Error('socket hang up')),
  },
  'a sink that asks to try again': {
    send: async (all) => all.map(() => ({ delivered: false, reason: '503', retryable: true })),
  },
  'a sink that says nothing': { send: async () => [] },
};

/** A store whose commits do as told, by their number from 1 on; `commit` does the real thing. */
function withCommits(
  store: StateStore,
  ...acts: ((commit: () => ReturnType<StateStore['commit']>) => ReturnType<StateStore['commit']>)[]
): StateStore {
  let commits = 0;
  return {
    load: store.load,
    commit: (...args) => {
      const act = acts[commits++];
      return act === undefined ? store.commit(...args) : act(() => store.commit(...args));
    },
  };
}

const crash: Stage = () => Promise.reject(new Error('the process ended here'));

describe('at least once', () => {
  test('fault 10: a crash after the commit and before the send: the next run sends, under the same id', async () => {
    const [smooth, crashed] = [await beforeASpike(), await beforeASpike()];
    await smooth.runAt(TRAINED);
    const stages = STAGES.map((stage) => (stage === notify ? crash : stage));
    await expect(crashed.runAt(TRAINED, { stages })).rejects.toThrow('the process ended here');
    expect(crashed.told()).toEqual([]);
    expect((await crashed.stored()).outbox).toHaveLength(1);

    const next = await crashed.runAt(TRAINED);
    expect(next.outcome).toBe('unchanged');
    expect(crashed.sink.received).toEqual(smooth.sink.received);
    expect(await crashed.stored()).toEqual(await smooth.stored());
  });

  test('fault 10: a crash before the commit: the next run does it all', async () => {
    const [smooth, crashed] = [await beforeASpike(), await beforeASpike()];
    await smooth.runAt(TRAINED);
    const stages = STAGES.map((stage) => (stage === record ? crash : stage));
    await expect(crashed.runAt(TRAINED, { stages })).rejects.toThrow();
    await crashed.runAt(TRAINED + 1, { stages }).catch(() => {});
    await crashed.runAt(TRAINED);
    expect(crashed.sink.received).toEqual(smooth.sink.received);
    expect(await crashed.stored()).toEqual(await smooth.stored());
  });

  test('fault 10: a crash after the send and before the mark: it is sent again, under the same id', async () => {
    const { runAt, sink, store, stored } = await beforeASpike();
    const asked: string[] = [];
    const counting: AlertSink = {
      ...sink,
      send: (all) => {
        asked.push(...all.map(({ id }) => id));
        return sink.send(all);
      },
    };
    const failing = withCommits(
      store,
      (commit) => commit(),
      () => Promise.reject(new Error('the process ended here')),
    );
    const ports = { sinks: [counting] };
    await expect(runAt(TRAINED, { ...ports, store: failing })).rejects.toThrow();
    expect((await stored()).outbox).toHaveLength(1);

    const next = await runAt(TRAINED + 1, ports);
    expect(next.delivered.map(({ id }) => id)).toEqual([asked[0]]);
    expect(asked).toEqual([asked[0], asked[0]]);
    expect(sink.received).toHaveLength(1);
    expect((await stored()).outbox).toEqual([]);
  });

  test('a second commit that is lost is said, and the alert is sent again', async () => {
    const { runAt, sink, store, stored } = await beforeASpike();
    const losing = withCommits(
      store,
      (commit) => commit(),
      async () => ({ committed: false }),
    );
    const report = await runAt(TRAINED, { store: losing });
    expect(report.outcome).toBe('committed');
    expect(report.notes).toEqual([
      { kind: 'commit-lost', message: expect.stringContaining('may be sent again') },
    ]);
    expect((await stored()).outbox).toHaveLength(1);
    const next = await runAt(TRAINED + 1);
    expect(next.delivered.map(({ id }) => id)).toEqual([sink.received[0]?.id]);
    expect(sink.received).toHaveLength(1);
  });

  test.each(Object.entries(REFUSES))(
    '%s is asked again by every run until it takes it',
    async (_, refuse) => {
      const { runAt, runThrough, sink, stored, storedSeries } = await beforeASpike();
      const sinks = [{ ...sink, ...refuse }];
      const reports: RunReport[] = [
        await runAt(TRAINED, { sinks }),
        await runAt(TRAINED, { sinks }),
        ...(await runThrough(TRAINED + 1, TRAINED + 4, { sinks })),
      ];
      for (const { notes, counts } of reports) {
        expect(notes[0]).toMatchObject({
          kind: 'delivery-failed',
          series: '["cpu","web"]',
          message: expect.stringMatching(/^memory: .*; next run$/),
          retryable: true,
        });
        expect(counts.delivered).toBe(0);
      }
      expect((await stored()).outbox).toHaveLength(2); // the end of it came on top
      expect((await storedSeries('web'))?.alert.phase).toBe('ok');

      const back = await runAt(TRAINED + 5);
      expect(back.counts).toMatchObject({ delivered: 2, outbox: 0 });
      expect(sink.received.map(({ message }) => message.state)).toEqual(['firing', 'resolved']);
    },
  );

  test('what nobody has taken is not marked: nothing is written', async () => {
    const { runAt, store } = await beforeASpike();
    const sinks = [
      createStubSink('memory', () => ({ delivered: false, reason: '503', retryable: true })),
    ];
    await runAt(TRAINED, { sinks });
    const before = await store.load(SHARD);
    expect((await runAt(TRAINED, { sinks })).counts.outbox).toBe(1);
    expect((await store.load(SHARD))?.version).toBe(before?.version);
  });

  test('a sink that gives up for good is not asked again', async () => {
    const { runAt, stored } = await beforeASpike();
    const refusing = createStubSink('memory', () => {
      return { delivered: false, reason: 'no such topic', retryable: false };
    });
    const report = await runAt(TRAINED, { sinks: [refusing] });
    expect(report.notes).toEqual([
      {
        kind: 'delivery-failed',
        series: '["cpu","web"]',
        message: 'memory: no such topic; given up',
        retryable: false,
      },
    ]);
    expect((await stored()).outbox).toEqual([]);
    await runAt(TRAINED + 1, { sinks: [refusing] });
    expect(refusing.asked).toHaveLength(1);
  });

  test('what was given up is not counted as delivered', async () => {
    const { runAt } = await beforeASpike();
    const refusing = createStubSink('memory', () => {
      return { delivered: false, reason: 'no such topic', retryable: false };
    });
    const report = await runAt(TRAINED, { sinks: [refusing] });
    expect(report.counts.delivered).toBe(0);
    expect(report.delivered).toEqual([]);
  });
});

describe('two runs of one slot at once', () => {
  test('fault 7: one wins, and the other is superseded and sends nothing', async () => {
    const { runAt, told, stored } = await beforeASpike();
    const sinks = ['first', 'second'].map((name) => createMemoryAlertSink(name));
    // Both name their sink alike, as two invocations of one function do.
    const reports = await Promise.all(
      sinks.map((sink) => runAt(TRAINED, { sinks: [{ ...sink, name: 'memory' }] })),
    );
    expect(reports.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'superseded']);
    const superseded = reports.findIndex(({ outcome }) => outcome === 'superseded');
    expect(sinks[superseded]?.received).toEqual([]);
    expect(sinks[1 - superseded]?.received).toHaveLength(1);
    expect(reports[superseded]).toMatchObject({
      delivered: [],
      decisions: [],
      changes: [],
      counts: { scored: 0, fired: 0, delivered: 0, outbox: 0 },
      notes: [{ kind: 'commit-lost', message: expect.stringContaining('nothing was sent') }],
    });
    expect((await stored()).outbox).toEqual([]);
    expect(told()).toEqual([]);
  });

  test('an alert that opens is counted once between them', async () => {
    const { runAt } = await beforeASpike();
    const reports = await Promise.all([runAt(TRAINED), runAt(TRAINED)]);
    expect(reports.reduce((sum, { counts }) => sum + counts.fired, 0)).toBe(1);
  });

  test('the superseded one, run again, finds nothing to do', async () => {
    const { runAt, told } = await beforeASpike();
    await Promise.all([runAt(TRAINED), runAt(TRAINED)]);
    expect((await runAt(TRAINED)).outcome).toBe('unchanged');
    expect(told()).toEqual(FIRING);
  });

  test('two that have nothing to do but to send may both send: the id makes it one', async () => {
    const { runAt, told, stored } = await beforeASpike();
    const down = createStubSink('memory', () => ({
      delivered: false,
      reason: '503',
      retryable: true,
    }));
    await runAt(TRAINED, { sinks: [down] });
    await Promise.all([runAt(TRAINED), runAt(TRAINED)]);
    expect(told()).toEqual(FIRING);
    expect((await stored()).outbox).toEqual([]);
  });
});

describe('a store that fails', () => {
  test.each(['load', 'commit'] as const)(
    'on %s ends the run with its error, and nothing is sent',
    async (call) => {
      const { runAt, store, told } = await beforeASpike();
      const failing = { ...store, [call]: () => Promise.reject(new Error('AccessDenied')) };
      await expect(runAt(TRAINED, { store: failing })).rejects.toThrow('AccessDenied');
      expect(told()).toEqual([]);
      await runAt(TRAINED);
      expect(told()).toEqual(FIRING);
    },
  );

  test('on a commit that happened although it was rejected: the next run sends what waits', async () => {
    const { runAt, store, told } = await beforeASpike();
    const failing = withCommits(store, async (commit) => {
      await commit();
      throw new Error('the answer was lost');
    });
    await expect(runAt(TRAINED, { store: failing })).rejects.toThrow('the answer was lost');
    await runAt(TRAINED);
    expect(told()).toEqual(FIRING);
  });
});
