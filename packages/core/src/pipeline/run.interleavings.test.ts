import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transitionsOf } from '../alerts/group.ts';
import type { Condition } from '../alerts/transition-id.ts';
import type { AlertSink, Notification } from '../ports/alert-sink.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import { createScenario, createStubSink, type Scenario, TRAINED } from '../testing/scenario.ts';
import { calm } from '../testing/series.ts';
import { STAGES } from './run.ts';
import type { Stage } from './stage.ts';
import { notify } from './stages/notify.ts';
import { record } from './stages/record.ts';

const SLOTS = 16;
/** Then all is well: a sample comes, and a run. */
const WELL = TRAINED + SLOTS;

const crash: Stage = () => Promise.reject(new Error('the process ended here'));
const crashInsteadOf = (ended: Stage): readonly Stage[] =>
  STAGES.map((stage) => (stage === ended ? crash : stage));

/** What can happen to the run of a slot. */
const FAULTS = {
  none: async ({ runAt }, index) => {
    await runAt(index);
  },
  'does not run': async () => {},
  'runs twice': async ({ runAt }, index) => {
    await runAt(index);
    await runAt(index);
  },
  'runs twice at once': async ({ runAt }, index) => {
    await Promise.all([runAt(index), runAt(index)]);
  },
  'runs at once with the slot before': async ({ runAt }, index) => {
    await Promise.all([runAt(index), runAt(index - 1)]);
  },
  'runs again, three slots late': async ({ runAt }, index) => {
    await runAt(Math.max(TRAINED, index - 3));
  },
  'crashes before the commit': async ({ runAt }, index) => {
    await expect(runAt(index, { stages: crashInsteadOf(record) })).rejects.toThrow();
  },
  'crashes between commit and send': async ({ runAt }, index) => {
    await expect(runAt(index, { stages: crashInsteadOf(notify) })).rejects.toThrow();
  },
  'crashes between send and mark': async ({ runAt, store, sink }, index) => {
    let sent = false;
    const sending: AlertSink = {
      name: sink.name,
      send: async (all) => {
        sent = true;
        return sink.send(all);
      },
    };
    const failing = {
      load: store.load,
      commit: (...args: Parameters<typeof store.commit>) =>
        sent ? Promise.reject(new Error('the process ended here')) : store.commit(...args),
    };
    await runAt(index, { store: failing, sinks: [sending] }).catch(() => {});
  },
  'cannot send': async ({ runAt, sink }, index) => {
    const down = createStubSink(sink.name, () => {
      return { delivered: false, reason: '503', retryable: true };
    });
    await runAt(index, { sinks: [down] });
  },
  'cannot read': async ({ runAt, source }, index) => {
    await runAt(index, { source: { ...source, read: () => Promise.reject(new Error('down')) } });
  },
  'cannot read one series': async ({ runAt, source }, index) => {
    const half: MetricSource['read'] = async (requests) =>
      (await source.read(requests)).map((result, i) =>
        requests[i]!.series.id === 'web'
          ? { status: 'failed', reason: 'Throttled', retryable: true }
          : result,
      );
    await runAt(index, { source: { ...source, read: half } });
  },
} satisfies Record<string, (scenario: Scenario, index: number) => Promise<void>>;

type Fault = keyof typeof FAULTS;

/** Calm, spikes on both sides, and missing samples. */
const happenings = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom(200, -100, 400) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  ),
  { minLength: SLOTS, maxLength: SLOTS },
);

function valuesOf(happened: readonly (number | undefined)[], seed: number): number[] {
  const quiet = calm(WELL + 1, { seed });
  return quiet.map((value, i) => (i < TRAINED ? value : (happened[i - TRAINED] ?? value)));
}

/** All that was told under a condition, one by one or in a group: its state, series and beginning, with its id. */
function toldOf(notifications: readonly Notification[], condition: Condition) {
  return notifications.flatMap(({ message }) =>
    transitionsOf(message)
      .filter((transition) => transition.condition === condition)
      .map(({ series, since, transition_id }) => {
        return { state: message.state, alert: `${series} since ${since}`, id: transition_id };
      }),
  );
}

const idsOf = (told: ReturnType<typeof toldOf>): string[] => told.map(({ id }) => id).toSorted();

/** The alerts that began, or those that ended. */
const alertsIn = (state: string, told: ReturnType<typeof toldOf>): string[] =>
  told.flatMap((each) => (each.state === state ? [each.alert] : [])).toSorted();

test('fault 7: whatever befalls the runs, each transition is told, and once all is well the state is the same', async () => {
  const fault = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(FAULTS) as Fault[])) },
    // Often enough in a row for somebody to be told.
    { weight: 1, arbitrary: fc.constantFrom<Fault>('cannot read', 'cannot read one series') },
  );
  const faults = fc.array(fault, {
    minLength: SLOTS,
    maxLength: SLOTS,
  });
  await fc.assert(
    fc.asyncProperty(happenings, happenings, faults, async (web, db, schedule) => {
      const contents = { web: valuesOf(web, 1), db: valuesOf(db, 2) };
      const [calmly, roughly] = [createScenario(contents), createScenario(contents)];
      for (const scenario of [calmly, roughly]) await scenario.runAt(TRAINED - 1);

      await calmly.runThrough(TRAINED, WELL);
      for (const [i, fault] of schedule.entries()) await FAULTS[fault](roughly, TRAINED + i);
      await roughly.runAt(WELL);

      const [told, asItIs] = [roughly.sink.received, calmly.sink.received];
      expect(idsOf(toldOf(told, 'anomaly'))).toEqual(idsOf(toldOf(asItIs, 'anomaly')));
      const byId = new Map(asItIs.map((notification) => [notification.id, notification]));
      for (const notification of told) {
        const { condition, group } = notification.message;
        if (condition === 'anomaly' && group === null) {
          expect(notification).toEqual(byId.get(notification.id));
        }
      }
      const unseen = toldOf(told, 'cannot-see');
      expect(alertsIn('resolved', unseen)).toEqual(alertsIn('firing', unseen));
      expect(asItIs.every(({ message }) => message.condition === 'anomaly')).toBe(true);
      expect(await roughly.stored()).toEqual(await calmly.stored());
      expect((await roughly.stored()).outbox).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
