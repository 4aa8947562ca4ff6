import { groupOf } from '../alerts/group.ts';
import { messageOf } from '../errors.ts';
import type { AlertSink, Delivery, Notification, SendOptions } from '../ports/alert-sink.ts';
import { keyOf } from './monitor.ts';
import type { OutboxEntry } from './shard-state.ts';
import type { Note } from './stage.ts';

/**
 * Entries for the same sinks and topic that say the same, that something of a kind is wrong or is over: as one, where they
 * tell of more than `most` alerts.
 */
export async function grouped(
  entries: readonly OutboxEntry[],
  most: number,
): Promise<readonly OutboxEntry[]> {
  const groups = new Map<string, OutboxEntry[]>();
  for (const entry of entries) {
    const key = keyOfGroup(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  const told: OutboxEntry[] = [];
  for (const entry of entries) {
    const group = groups.get(keyOfGroup(entry))!;
    const alerts = group.reduce((sum, each) => sum + alertsIn(each), 0);
    if (group.length === 1 || alerts <= most) told.push(entry);
    else if (placeOf(group) === entry) {
      const notification = await groupOf(group.map((each) => each.notification));
      told.push({ ...group[0]!, notification });
    }
  }
  return told;
}

/** In the order in which they came to be, and no end before its beginning. */
function placeOf(group: readonly OutboxEntry[]): OutboxEntry {
  const [first] = group;
  return first!.notification.message.state === 'resolved' ? group.at(-1)! : first!;
}

function keyOfGroup({ pending, notification }: OutboxEntry): string {
  const { topic, condition, state } = notification.message;
  return JSON.stringify([pending, topic, condition, state]);
}

function alertsIn({ notification }: OutboxEntry): number {
  return notification.message.group?.count ?? 1;
}

/** What became of an outbox. */
export interface DrainedOutbox {
  /** What is still to be sent. */
  readonly outbox: readonly OutboxEntry[];
  /** What every sink has now. */
  readonly delivered: readonly Notification[];
  readonly notes: readonly Note[];
}

/** Sends each sink what is pending for it, all at once: a sink that is slow takes no time from the others. */
export async function drainOutbox(
  entries: readonly OutboxEntry[],
  sinks: readonly AlertSink[],
  {
    remainingMs = () => Number.POSITIVE_INFINITY,
  }: { readonly remainingMs?: (() => number) | undefined },
): Promise<DrainedOutbox> {
  const waiting = withoutUnknownSinks(entries, sinks);
  const drained = await Promise.all(sinks.map((sink) => drain(sink, waiting, { remainingMs })));
  const givenUp = new Set(drained.flatMap((sink) => sink.givenUp));
  const left = waiting.map((entry) => {
    const done = drained.filter((sink) => sink.done.has(entry)).map(({ name }) => name);
    return { ...entry, pending: entry.pending.filter((name) => !done.includes(name)) };
  });
  return {
    outbox: left.filter(({ pending }) => pending.length > 0),
    delivered: left
      .filter(({ pending, notification }) => pending.length === 0 && !givenUp.has(notification.id))
      .map(({ notification }) => notification),
    notes: drained.flatMap((sink) => sink.notes),
  };
}

export function pendingCount(outbox: readonly OutboxEntry[]): number {
  return outbox.reduce((sum, { pending }) => sum + pending.length, 0);
}

/** A sink that is no longer configured must not hold a notification for ever. */
function withoutUnknownSinks(
  outbox: readonly OutboxEntry[],
  sinks: readonly AlertSink[],
): readonly OutboxEntry[] {
  const known = new Set(sinks.map(({ name }) => name));
  return outbox.map((entry) => ({
    ...entry,
    pending: entry.pending.filter((name) => known.has(name)),
  }));
}

/** What came of one sink. */
interface Drained {
  readonly name: string;
  /** Entries that are pending for it no longer: sent, or given up. */
  readonly done: ReadonlySet<OutboxEntry>;
  /** Ids of what it never will take. */
  readonly givenUp: readonly string[];
  readonly notes: readonly Note[];
}

/**
 * Sends one sink what is pending for it. What it took is pending no longer, nor is what it never will
 * take: that is given up, with a note.
 */
async function drain(
  sink: AlertSink,
  outbox: readonly OutboxEntry[],
  options: SendOptions,
): Promise<Drained> {
  const { name } = sink;
  const mine = outbox.filter(({ pending }) => pending.includes(name));
  if (mine.length === 0) return { name, done: new Set(), givenUp: [], notes: [] };
  const notifications = mine.map(({ notification }) => notification);
  const deliveries = await send(sink, notifications, options);

  const done = new Set<OutboxEntry>();
  const givenUp: string[] = [];
  const notes: Note[] = [];
  mine.forEach((entry, i) => {
    const delivery = deliveries[i]!;
    if (delivery.delivered || !delivery.retryable) done.add(entry);
    if (delivery.delivered) return;
    const { reason, retryable } = delivery;
    const { id, message } = entry.notification;
    if (!retryable) givenUp.push(id);
    notes.push({
      kind: 'delivery-failed',
      series: keyOf({ monitor: { name: message.monitor }, series: { id: message.series } }),
      message: `${name}: ${reason}; ${retryable ? 'next run' : 'given up'}`,
      retryable,
    });
  });
  return { name, done, givenUp, notes };
}

/** One outcome a notification, whatever the sink does. */
async function send(
  sink: AlertSink,
  notifications: readonly Notification[],
  options: SendOptions,
): Promise<readonly Delivery[]> {
  try {
    const deliveries = await sink.send(notifications, options);
    return notifications.map(
      (_, i) => deliveries[i] ?? undelivered('the sink gave no answer for it'),
    );
  } catch (error) {
    return notifications.map(() => undelivered(messageOf(error)));
  }
}

function undelivered(reason: string): Delivery {
  return { delivered: false, reason, retryable: true };
}
