import { expect } from 'vitest';
import { transitionsOf } from '../../alerts/group.ts';
import type { AlertMessage } from '../../alerts/message.ts';
import { decodeShard } from '../../pipeline/shard-codec.ts';
import { EMPTY_SHARD } from '../../pipeline/shard-state.ts';
import type { AlertSink, Delivery, Notification } from '../../ports/alert-sink.ts';
import { createMemoryStateStore, type StateStore } from '../../ports/state-store.ts';
import { createRandom } from '../../stats/random.ts';
import { notificationOf } from '../../testing/alerts.ts';
import { PERIOD_MS, timeOf } from '../../testing/series.ts';
import { createDesk, type Desk, type Told } from '../desk.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
export const SLOT = timeOf(100);
/** What a worker waits for others. */
const GATHERING_MS = 10_000;

/** A sink that keeps all that it is asked to send, and answers as told. */
export interface Receiver extends AlertSink {
  /** Each sending, with what was in it. */
  readonly sendings: Notification[][];
  answer: () => Delivery;
}

function createReceiver(
  name: string,
  { sleep }: VirtualTime,
  takes?: AlertSink['takes'],
): Receiver {
  const receiver: Receiver = {
    name,
    ...(takes && { takes }),
    sendings: [],
    answer: () => ({ delivered: true }),
    async send(notifications) {
      await sleep(200);
      receiver.sendings.push([...notifications]);
      return notifications.map(receiver.answer);
    },
  };
  return receiver;
}

/** Transitions that a sink was told of, as often as it was. */
export const toldTo = ({ sendings }: Receiver): string[] =>
  sendings
    .flat()
    .flatMap(({ message }) => transitionsOf(message))
    .map(({ transition_id }) => transition_id)
    .sort();
export const idsOf = (all: readonly Notification[]): string[] => all.map(({ id }) => id).sort();

/** A desk in virtual time, whose store is as far away as S3; people get pages, machines everything. */
export interface Scene {
  readonly time: VirtualTime;
  readonly store: StateStore;
  readonly people: Receiver;
  readonly machines: Receiver;
  desk(changes?: { readonly slot?: number; readonly store?: StateStore }): Desk;
  /** What the end of a shard's run does, after so many ms. */
  work(all: readonly Notification[], options?: WorkOptions): Promise<Told | undefined>;
  /** What a planner does at the beginning of a slot. */
  plan(slot?: number): Promise<Told | undefined>;
  /** What lies at the desk, as `id: sinks`. */
  lying(): Promise<readonly string[]>;
}

interface WorkOptions {
  readonly afterMs?: number;
  readonly slot?: number;
}

export function createScene(seed = 1): Scene {
  const time = createVirtualTime();
  const random = createRandom(seed);
  const memory = createMemoryStateStore();
  const away = (): Promise<void> => time.sleep(10 + 40 * random.uniform());
  const store: StateStore = {
    async load(shard) {
      await away();
      return memory.load(shard);
    },
    async commit(...change) {
      await away();
      const result = await memory.commit(...change);
      await away();
      return result;
    },
  };
  const people = createReceiver('people', time, (severity) => severity === 'page');
  const machines = createReceiver('machines', time);
  const sinks = [people, machines];
  const desk: Scene['desk'] = ({ slot = SLOT, ...changes } = {}) =>
    createDesk({
      store: changes.store ?? store,
      sinks,
      slot,
      sleep: time.sleep,
      random: () => random.uniform(),
    });
  return {
    time,
    store,
    people,
    machines,
    desk,
    async work(all, { afterMs = 0, slot = SLOT } = {}) {
      await time.sleep(afterMs);
      const mine = desk({ slot });
      await bring(mine, all);
      return mine.isFirst() ? mine.tell({ waitMs: GATHERING_MS }) : undefined;
    },
    async plan(slot = SLOT + PERIOD_MS) {
      const planner = desk({ slot });
      const { outbox } = await planner.look();
      return outbox.length === 0 ? undefined : planner.tell();
    },
    async lying() {
      const stored = await memory.load('desk');
      const { outbox } = stored === undefined ? EMPTY_SHARD : decodeShard(stored.bytes);
      return outbox.map(({ notification, pending }) => `${notification.id}: ${pending.join(' ')}`);
    },
  };
}

/** As the run of a shard does: to all sinks in the same moment, to each what it takes. */
export async function bring({ relays }: Desk, all: readonly Notification[]): Promise<void> {
  await Promise.all(
    relays.map(async ({ send, takes = () => true }) => {
      const its = all.filter(({ message }) => takes(message.severity));
      if (its.length === 0) return;
      const deliveries = await send(its);
      expect(deliveries).toEqual(its.map(() => ({ delivered: true })));
    }),
  );
}

/** So many alerts of one shard, each of a series of its own. */
export function alertsOf(
  shard: number,
  count: number,
  changes: Partial<AlertMessage> = {},
): Notification[] {
  return range(count).map((i) =>
    notificationOf(1000 * shard + i, { series: `host-${shard}-${i}`, ...changes }),
  );
}
