import { expect } from 'vitest';
import { transitionsOf } from '../alerts/group.ts';
import type { Condition } from '../alerts/transition-id.ts';
import { STAGES } from '../pipeline/run.ts';
import type { Stage } from '../pipeline/stage.ts';
import { notify } from '../pipeline/stages/notify.ts';
import { record } from '../pipeline/stages/record.ts';
import type { AlertSink, Notification } from '../ports/alert-sink.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import type { StateStore } from '../ports/state-store.ts';
import { createStubSink, type Scenario, TRAINED } from './scenario.ts';

const crash: Stage = () => Promise.reject(new Error('the process ended here'));
const crashInsteadOf = (ended: Stage): readonly Stage[] =>
  STAGES.map((stage) => (stage === ended ? crash : stage));

/** Ends the process before the n-th stage. */
const crashAt = (place: number): readonly Stage[] =>
  STAGES.map((stage, i) => (i === place ? crash : stage));

/** A store that commits, and does not say so. */
const losingAnswers = ({ load, commit }: StateStore): StateStore => ({
  load,
  async commit(...change) {
    await commit(...change);
    throw new Error('socket hang up');
  },
});

/** What can happen to the run of a slot. */
export const FAULTS = {
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
  'crashes before any stage': async ({ runAt }, index) => {
    const place = index % STAGES.length;
    await runAt(index, { stages: crashAt(place) }).catch(() => {});
  },
  'loses the answers of its commits': async ({ runAt, store }, index) => {
    await runAt(index, { store: losingAnswers(store) }).catch(() => {});
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

export type Fault = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly Fault[];

/** All that was told under a condition, one by one or in a group: its state, series and beginning, with its id. */
export function toldOf(notifications: readonly Notification[], condition: Condition) {
  return notifications.flatMap(({ message }) =>
    transitionsOf(message)
      .filter((transition) => transition.condition === condition)
      .map(({ series, since, transition_id }) => {
        return { state: message.state, alert: `${series} since ${since}`, id: transition_id };
      }),
  );
}

export const idsOf = (told: ReturnType<typeof toldOf>): string[] =>
  told.map(({ id }) => id).toSorted();

/** The alerts that began, or those that ended. */
export const alertsIn = (state: string, told: ReturnType<typeof toldOf>): string[] =>
  told.flatMap((each) => (each.state === state ? [each.alert] : [])).toSorted();
