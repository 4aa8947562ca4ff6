import { describe, expect, test } from 'vitest';
import { type AlertSink, createMemoryAlertSink } from '../ports/alert-sink.ts';
import {
  createScenario,
  createStubSink,
  history,
  type Scenario,
  TRAINED,
} from '../testing/scenario.ts';

/** One series, known and calm; its next sample is a spike, and those after it are calm again. */
async function beforeASpike(): Promise<Scenario> {
  const scenario = createScenario({ web: history([200]) });
  await scenario.runAt(TRAINED - 1);
  return scenario;
}

describe('several sinks', () => {
  test('each is sent every alert once, and one that fails does not hold up the others', async () => {
    const { runAt } = await beforeASpike();
    const [people, machines] = [createMemoryAlertSink('people'), createMemoryAlertSink('machines')];
    let down = true;
    const flaky = createStubSink('flaky', () =>
      down ? { delivered: false, reason: '503', retryable: true } : { delivered: true },
    );
    const sinks = [people, flaky, machines];
    const first = await runAt(TRAINED, { sinks });
    expect(first.counts).toMatchObject({ fired: 1, delivered: 0, outbox: 1 });
    expect([people.received.length, machines.received.length]).toEqual([1, 1]);
    down = false;
    const second = await runAt(TRAINED + 1, { sinks });
    expect(second.counts).toMatchObject({ delivered: 1, outbox: 0 });
    expect(flaky.asked).toEqual([people.received[0]!.id, people.received[0]!.id]);
  });

  test('are served at once: one that is slow takes no time from the next', {
    timeout: 5_000,
  }, async () => {
    const { runAt } = await beforeASpike();
    const order: string[] = [];
    let answer = (): void => {};
    const machinesTold = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const people: AlertSink = {
      name: 'people',
      async send(all) {
        order.push('people are asked');
        await machinesTold;
        order.push('people are told');
        return all.map(() => ({ delivered: true }));
      },
    };
    const machines: AlertSink = {
      name: 'machines',
      async send(all) {
        order.push('machines are told');
        answer();
        return all.map(() => ({ delivered: true }));
      },
    };
    const report = await runAt(TRAINED, { sinks: [people, machines] });
    expect(order).toEqual(['people are asked', 'machines are told', 'people are told']);
    expect(report.counts).toMatchObject({ delivered: 1, outbox: 0 });
  });

  test.each([[[0, 1, 2]], [[2, 1, 0]], [[1, 2, 0]]])(
    'leave the same behind in whatever order they are and answer: %j',
    async (order) => {
      const { runAt, stored } = await beforeASpike();
      const answers = {
        taking: { delivered: true },
        down: { delivered: false, reason: '503', retryable: true },
        refusing: { delivered: false, reason: 'no such topic', retryable: false },
      } as const;
      const all = Object.entries(answers).map(([name, answer]) =>
        createStubSink(name, () => answer),
      );
      const sinks = order.map((i) => all[i]!);

      const report = await runAt(TRAINED, { sinks });

      expect((await stored()).outbox).toMatchObject([{ pending: ['down'] }]);
      expect(report.delivered).toEqual([]);
      expect(report.notes.map(({ message }) => message)).toEqual(
        sinks.flatMap(({ name }) => {
          if (name === 'down') return 'down: 503; next run';
          return name === 'refusing' ? 'refusing: no such topic; given up' : [];
        }),
      );
    },
  );

  test('a sink that is no longer configured does not hold an alert for ever', async () => {
    const { runAt, stored, told } = await beforeASpike();
    const gone = createStubSink('gone', () => ({
      delivered: false,
      reason: '503',
      retryable: true,
    }));
    await runAt(TRAINED, { sinks: [gone] });
    expect((await stored()).outbox).toMatchObject([{ pending: ['gone'] }]);
    await runAt(TRAINED + 1);
    expect((await stored()).outbox).toEqual([]);
    expect(told()).toEqual([]); // it was not addressed to the one that came later
  });

  test('one that gives fewer answers than it was asked for is asked again for the rest', async () => {
    const scenario = createScenario({ web: history([200]), db: history([200]) });
    await scenario.runAt(TRAINED - 1);
    const curt: AlertSink = {
      ...scenario.sink,
      send: async (all) => (await scenario.sink.send(all.slice(0, 1))).slice(0, 1),
    };
    const report = await scenario.runAt(TRAINED, { sinks: [curt] });
    expect(report.counts).toMatchObject({ delivered: 1, outbox: 1 });
    expect(report.notes).toMatchObject([
      { series: '["cpu","db"]', message: 'memory: the sink gave no answer for it; next run' },
    ]);
    await scenario.runAt(TRAINED + 1);
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`, `firing db ${TRAINED}`]);
  });

  test('with no sink at all nothing is kept to be sent', async () => {
    const { runThrough, stored } = await beforeASpike();
    const reports = await runThrough(TRAINED, TRAINED + 4, { sinks: [] });
    expect((await stored()).outbox).toEqual([]);
    expect(reports.map(({ counts }) => counts.delivered)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('the time left for sending', () => {
  const listening = (): { sink: AlertSink; told: (number | undefined)[] } => {
    const told: (number | undefined)[] = [];
    return {
      told,
      sink: {
        name: 'memory',
        send: async (all, { remainingMs } = {}) => {
          told.push(remainingMs?.());
          return all.map(() => ({ delivered: true }));
        },
      },
    };
  };

  test('is told to every sink, and is another than that for reading', async () => {
    const { runAt } = await beforeASpike();
    const [people, machines] = [listening(), listening()];
    const sinks = [people.sink, { ...machines.sink, name: 'machines' }];
    const remaining = { remainingMs: () => 1_000, remainingToSendMs: () => 7_000 };
    await runAt(TRAINED, { sinks, ...remaining });
    expect([people.told, machines.told]).toEqual([[7_000], [7_000]]);
  });

  test('is without end unless told', async () => {
    const { runAt } = await beforeASpike();
    const { sink, told } = listening();
    await runAt(TRAINED, { sinks: [sink], remainingMs: () => 1_000 });
    expect(told).toEqual([Number.POSITIVE_INFINITY]);
  });

  test('may end between two alerts: what was sent by then is not sent again, the rest is', async () => {
    const scenario = createScenario({ web: history([200]), db: history([200]) });
    await scenario.runAt(TRAINED - 1);
    const asked: string[] = [];
    const slow: AlertSink = {
      name: scenario.sink.name,
      async send(all) {
        asked.push(...all.map(({ id }) => id));
        const [first] = await scenario.sink.send(all.slice(0, 1));
        const late = { delivered: false, reason: 'no time left', retryable: true } as const;
        return [first!, ...all.slice(1).map(() => late)];
      },
    };

    const report = await scenario.runAt(TRAINED, { sinks: [slow] });

    expect(report.counts).toMatchObject({ delivered: 1, outbox: 1 });
    expect(report.notes).toEqual([
      {
        kind: 'delivery-failed',
        series: '["cpu","db"]',
        message: 'memory: no time left; next run',
        retryable: true,
      },
    ]);
    await scenario.runAt(TRAINED, { sinks: [slow] });
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`, `firing db ${TRAINED}`]);
    expect(asked).toEqual([asked[0], asked[1], asked[1]]);
  });
});
