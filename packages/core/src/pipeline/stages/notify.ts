import { messageOf } from '../../errors.ts';
import type { AlertSink, Delivery, Notification, SendOptions } from '../../ports/alert-sink.ts';
import { keyOf } from '../monitor.ts';
import { encodeShard } from '../shard-codec.ts';
import type { OutboxEntry } from '../shard-state.ts';
import type { Note, Stage } from '../stage.ts';

/**
 * Sends what the outbox holds, also what an earlier run left there, and marks it in a second commit.
 * A crash between the two sends it again under the same id: at least once, never not at all.
 */
export const notify: Stage = async (run) => {
  if (run.outcome === 'superseded' || run.state.outbox.length === 0) return run;

  const { remainingToSendMs: remainingMs = () => Number.POSITIVE_INFINITY } = run.request;
  const waiting = withoutUnknownSinks(run.state.outbox, run.ports.sinks);
  // All at once: a sink that is slow takes no time from the others.
  const sinks = await Promise.all(
    run.ports.sinks.map((sink) => drain(sink, waiting, { remainingMs })),
  );
  const notes = sinks.flatMap((sink) => sink.notes);
  const givenUp = new Set(sinks.flatMap((sink) => sink.givenUp));
  const outbox = waiting.map((entry) => {
    const done = sinks.filter((sink) => sink.done.has(entry)).map(({ name }) => name);
    return { ...entry, pending: entry.pending.filter((name) => !done.includes(name)) };
  });

  const state = { ...run.state, outbox: outbox.filter(({ pending }) => pending.length > 0) };
  const delivered = outbox
    .filter(({ pending, notification }) => pending.length === 0 && !givenUp.has(notification.id))
    .map(({ notification }) => notification);
  if (pendingCount(state.outbox) < pendingCount(run.state.outbox)) {
    const { shard } = run.request;
    const marked = await run.ports.store.commit(shard, encodeShard(state), run.version);
    if (!marked.committed) {
      const message = `shard ${shard} changed while its alerts were sent; they may be sent again, with the same transition_id`;
      notes.push({ kind: 'commit-lost', message });
    }
  }
  return { ...run, state, delivered, notes: [...run.notes, ...notes] };
};

function pendingCount(outbox: readonly OutboxEntry[]): number {
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
