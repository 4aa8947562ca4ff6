import { MOST_SINGLE } from '../alerts/group.ts';
import { messageOf } from '../errors.ts';
import { pagesIn, withPages } from '../pipeline/budget.ts';
import { drainOutbox, grouped, pendingCount } from '../pipeline/outbox.ts';
import { decodeShard, encodeShard, UnreadableStateError } from '../pipeline/shard-codec.ts';
import { EMPTY_SHARD, type OutboxEntry, type ShardState } from '../pipeline/shard-state.ts';
import type { Note } from '../pipeline/stage.ts';
import type { AlertSink, Notification } from '../ports/alert-sink.ts';
import type { StateStore } from '../ports/state-store.ts';

/** The object that all shards of an estate share: what is to be told, and what has been spent on pages. */
export const DESK = 'desk';

/** Others who write at the same time are let through; so many times, after a pause of chance, ms. */
const MOST_TRIES = 30;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 400;

export interface DeskOptions {
  readonly store: StateStore;
  /** Who is told in the end; names and severities are those of the relays. */
  readonly sinks: readonly AlertSink[];
  /** The slot that the shard is worked on, ms. */
  readonly slot: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** In [0, 1): for pauses that differ from those of others. */
  readonly random: () => number;
}

/** What came of a telling. */
export interface Told {
  readonly delivered: readonly Notification[];
  readonly waiting: number;
  /** For how long the oldest has been waiting, ms. */
  readonly ageMs: number;
  readonly notes: readonly Note[];
}

/**
 * Where all shards of an estate bring what there is to tell, so that it is told together: 10,000 series that break
 * at once are one message, whichever shards they are in. What is brought is committed before the shard lets
 * go of it, and is taken away after it was sent: at least once, never not at all.
 */
export interface Desk {
  /** Stand in for the sinks in the run of a shard: they bring here what they are given. */
  readonly relays: readonly AlertSink[];
  /** Whether this one brought the first of what this slot has brought: then it is the one to tell it. */
  isFirst(): boolean;
  /** Tells what lies here, after others have had the time to bring theirs. */
  tell(options?: { readonly waitMs?: number; readonly remainingMs?: () => number }): Promise<Told>;
  /** What lies here, and when the estate opened pages. */
  look(): Promise<Pick<ShardState, 'outbox' | 'pages'>>;
}

export function createDesk({ store, sinks, slot, sleep, random }: DeskOptions): Desk {
  let first = false;
  let damage: Note | undefined;
  let bringing: { readonly all: Brought[]; readonly done: Promise<void> } | undefined;

  const recall = async () => {
    const stored = await store.load(DESK);
    if (stored === undefined) return { state: EMPTY_SHARD, version: undefined };
    const { bytes, version } = stored;
    try {
      const state = decodeShard(bytes);
      // The only shard that there was meanwhile has taken it over.
      return { state: state.isLeft ? EMPTY_SHARD : state, version };
    } catch (error) {
      // What is damaged is replaced: everything that comes after it would be stuck.
      if (!(error instanceof UnreadableStateError)) throw error;
      const message = `the desk: ${messageOf(error)}; what lay there is not told`;
      damage = { kind: 'state-unreadable', message };
      return { state: EMPTY_SHARD, version };
    }
  };
  /** Changes what is there now, whatever others have done meanwhile. */
  const change = async (
    edit: (state: ShardState) => ShardState | Promise<ShardState>,
  ): Promise<{ readonly before: ShardState; readonly after: ShardState }> => {
    for (let tried = 1; ; tried++) {
      const { state: before, version } = await recall();
      const after = await edit(before);
      if (after === before) return { before, after };
      const { committed } = await store.commit(DESK, encodeShard(after), version);
      if (committed) return { before, after };
      if (tried === MOST_TRIES) throw new Error('others change the desk all the time');
      await sleep(random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tried));
    }
  };
  const bring = async (all: readonly Brought[]): Promise<void> => {
    const { before } = await change((state) => withBrought(state, all, slot));
    // What lies there from an earlier slot may lie there for long: a sink does not take it.
    first ||= !before.outbox.some(({ since }) => since === slot);
  };
  /** With what a run has for the other sinks in this moment, so that no teller finds a half of it. */
  const bringTogether = (brought: Brought): Promise<void> => {
    if (bringing === undefined) {
      const all: Brought[] = [];
      const done = Promise.resolve().then(() => {
        bringing = undefined;
        return bring(all);
      });
      bringing = { all, done };
    }
    bringing.all.push(brought);
    return bringing.done;
  };
  /** All that lies here now, once. */
  const tellOnce = async (remainingMs: (() => number) | undefined) => {
    // Put together first, and committed so: whoever sends it again sends the same.
    const { after: together } = await change(async (state) => {
      const outbox = await grouped(state.outbox, MOST_SINGLE);
      return outbox.length === state.outbox.length ? state : { ...state, outbox };
    });
    const drained = await drainOutbox(together.outbox, sinks, { remainingMs });
    const tried = together.outbox;
    const sent = { tried, left: drained.outbox, sinks };
    const { after } = await change((state) => withoutSent(state, sent));
    return { ...drained, tried, left: after.outbox };
  };

  return {
    relays: sinks.map(({ name, takes }) => ({
      name,
      ...(takes && { takes }),
      async send(notifications) {
        await bringTogether({ name, notifications });
        return notifications.map(() => ({ delivered: true }));
      },
    })),
    isFirst: () => first,
    async tell({ waitMs = 0, remainingMs } = {}) {
      if (waitMs > 0) await sleep(waitMs);
      const delivered: Notification[] = [];
      const notes: Note[] = [];
      let left: readonly OutboxEntry[];
      let hasMore: boolean;
      do {
        const told = await tellOnce(remainingMs);
        delivered.push(...told.delivered);
        notes.push(...told.notes);
        left = told.left;
        // Others who brought something during the sending were not the first, and rely on this one.
        const tried = new Set(told.tried.map(({ notification }) => notification.id));
        hasMore = left.some(({ notification }) => !tried.has(notification.id));
      } while (hasMore && (remainingMs?.() ?? Number.POSITIVE_INFINITY) > 0);
      const since = left.map((entry) => entry.since ?? slot);
      const ageMs = Math.max(0, ...since.map((moment) => slot - moment));
      if (damage !== undefined) notes.push(damage);
      return { delivered, waiting: left.length, ageMs, notes };
    },
    async look() {
      const { outbox, pages } = (await recall()).state;
      return { outbox, pages };
    },
  };
}

/** What a run has for one sink. */
interface Brought {
  readonly name: string;
  readonly notifications: readonly Notification[];
}

/** With these to be sent; what lies there for one sink already is sent to both. */
function withBrought(state: ShardState, all: readonly Brought[], since: number): ShardState {
  const entries = new Map(state.outbox.map((entry) => [entry.notification.id, entry]));
  for (const { name, notifications } of all) {
    const news = notifications.filter(({ id }) => !entries.get(id)?.pending.includes(name));
    for (const notification of news) {
      const known = entries.get(notification.id) ?? { notification, pending: [], since };
      entries.set(notification.id, { ...known, pending: [...known.pending, name] });
    }
  }
  return { ...state, outbox: [...entries.values()] };
}

/** Without what was sent to whom; what others have brought meanwhile stays. */
function withoutSent(
  state: ShardState,
  {
    tried,
    left,
    sinks,
  }: {
    readonly tried: readonly OutboxEntry[];
    readonly left: readonly OutboxEntry[];
    readonly sinks: readonly AlertSink[];
  },
): ShardState {
  const pendingOf = (entries: readonly OutboxEntry[]) =>
    new Map(entries.map(({ notification, pending }) => [notification.id, pending]));
  const before = pendingOf(tried);
  const after = pendingOf(left);
  const sentTo = (id: string): readonly string[] =>
    (before.get(id) ?? []).filter((name) => !(after.get(id) ?? []).includes(name));
  const outbox = state.outbox.flatMap((entry): OutboxEntry[] => {
    const sent = sentTo(entry.notification.id);
    const pending = entry.pending.filter((name) => !sent.includes(name));
    return pending.length === 0 ? [] : [{ ...entry, pending }];
  });
  if (pendingCount(outbox) === pendingCount(state.outbox)) return state;
  // Each is sent to several sinks, and counts once.
  const [people] = sinks;
  const told = tried.filter(({ notification }) => sentTo(notification.id).includes(people!.name));
  const opened = pagesIn(told.map(({ notification }) => notification));
  return { ...state, outbox, pages: withPages(state.pages, opened) };
}
