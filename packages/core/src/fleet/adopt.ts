import { messageOf } from '../errors.ts';
import { decodeShard, encodeShard, UnreadableStateError } from '../pipeline/shard-codec.ts';
import { EMPTY_SHARD, type SeriesState, type ShardState } from '../pipeline/shard-state.ts';
import type { Note } from '../pipeline/stage.ts';
import type { StateStore } from '../ports/state-store.ts';
import { DESK } from './desk.ts';
import { type Shard, shardNamed, shardOf } from './shards.ts';

/** A run of the division that is left may write at the same time, but not again and again. */
const MOST_TRIES = 5;

/** What another division knows, or this one from before. */
interface Source {
  readonly shard: Shard;
  readonly state: ShardState;
}

/**
 * What a shard takes over that has no state yet, or is come back to, when an estate is divided into more or fewer
 * shards than before. Each series comes from the division that had it last; what waits to be sent goes to the first
 * shard. What is taken over is marked before: a run of that division can commit no more, and who comes back to it
 * knows that there is something newer.
 *
 * @param own - what the shard remembers of the time before it was left
 */
export async function adoptState(
  store: StateStore,
  shard: Shard,
  own?: ShardState,
): Promise<{ readonly state: ShardState; readonly notes: readonly Note[] }> {
  const sources: Source[] = own === undefined ? [] : [{ shard, state: own }];
  const notes: Note[] = [];
  for (const name of (await store.listShards?.()) ?? []) {
    const other = shardNamed(name);
    if (other === undefined || other.count === shard.count) continue;
    try {
      const state = await leave(store, name);
      if (state !== undefined) sources.push({ shard: other, state });
    } catch (error) {
      if (!(error instanceof UnreadableStateError)) throw error;
      const message = `state of shard ${name}, of another division: ${messageOf(error)}; left alone`;
      notes.push({ kind: 'state-unreadable', message });
    }
  }
  sources.sort((a, b) => generationOf(b) - generationOf(a));

  const series = new Map<string, SeriesState>();
  const keys = new Set(sources.flatMap(({ state }) => [...state.series.keys()]));
  for (const key of keys) {
    if (shardOf(key, shard.count) !== shard.index) continue;
    const its = lastKnown(key, sources);
    if (its !== undefined) series.set(key, its);
  }
  const waiting = shard.index === 0 ? await waitingIn(store, shard, sources) : [];
  const outbox = new Map(
    waiting.flatMap((each) => each.outbox).map((entry) => [entry.notification.id, entry]),
  );
  if (series.size === 0 && outbox.size === 0) return { state: EMPTY_SHARD, notes };
  const message = `${series.size} series are taken over from another division into shards`;
  return {
    state: {
      series,
      outbox: [...outbox.values()],
      pages: waiting.flatMap(({ pages }) => pages).sort((a, b) => a - b),
      generation: 1 + Math.max(...sources.map(generationOf)),
    },
    notes: [...notes, { kind: 'shard-divided', message }],
  };
}

function generationOf({ state: { generation = 0 } }: Source): number {
  return generation;
}

/** Of the newest division that can speak for the series; where several can, what was looked at last. */
function lastKnown(key: string, sources: readonly Source[]): SeriesState | undefined {
  const speaking = sources.filter(({ shard }) => shardOf(key, shard.count) === shard.index);
  const [newest] = speaking;
  return speaking
    .filter((source) => generationOf(source) === generationOf(newest!))
    .flatMap(({ state }) => state.series.get(key) ?? [])
    .sort((a, b) => b.learnedUntil - a.learnedUntil)[0];
}

/** Where something can wait to be sent: in the newest division that has a first shard, and at the desk of several. */
async function waitingIn(
  store: StateStore,
  { count }: Shard,
  sources: readonly Source[],
): Promise<readonly ShardState[]> {
  const [newest] = sources.filter(({ shard }) => shard.index === 0);
  if (newest === undefined) return [];
  const inShards = sources
    .filter((source) => generationOf(source) === generationOf(newest))
    .map(({ state }) => state);
  // Of several shards any other number goes on with the same desk.
  const desk = count === 1 ? await leave(store, DESK).catch(() => undefined) : undefined;
  return desk === undefined ? inShards : [...inShards, desk];
}

/**
 * Marks an object as left, so that nobody writes to it who does not know that. What it held stays.
 * @returns undefined when there is none
 * @throws {UnreadableStateError} it is damaged; it is left as it is
 */
async function leave(store: StateStore, name: string): Promise<ShardState | undefined> {
  for (let tried = 1; ; tried++) {
    const stored = await store.load(name);
    if (stored === undefined) return undefined;
    const state = decodeShard(stored.bytes);
    if (state.isLeft) return state;
    const bytes = encodeShard({ ...state, isLeft: true });
    const { committed } = await store.commit(name, bytes, stored.version);
    if (committed) return state;
    if (tried === MOST_TRIES) throw new Error(`${name} is being changed all the time`);
  }
}
