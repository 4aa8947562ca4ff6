import { messageOf } from '../errors.ts';
import { decodeShard } from '../pipeline/shard-codec.ts';
import { EMPTY_SHARD, type SeriesState, type ShardState } from '../pipeline/shard-state.ts';
import type { Note } from '../pipeline/stage.ts';
import type { StateStore } from '../ports/state-store.ts';
import { type Shard, shardNamed, shardOf } from './shards.ts';

/**
 * What a shard that has no state yet takes over, when an estate is divided into more or fewer shards than before:
 * of each other division that is stored the series that belong to it now, and of the same series the one that
 * was looked at last. What waits to be sent goes to the first shard.
 */
export async function adoptState(
  store: StateStore,
  shard: Shard,
): Promise<{ readonly state: ShardState; readonly notes: readonly Note[] }> {
  const series = new Map<string, SeriesState>();
  const outbox = new Map<string, ShardState['outbox'][number]>();
  const pages: number[] = [];
  const notes: Note[] = [];
  const others = (await store.listShards?.()) ?? [];
  for (const name of others) {
    const other = shardNamed(name);
    if (other === undefined || other.count === shard.count) continue;
    const stored = await store.load(name);
    if (stored === undefined) continue;
    let state: ShardState;
    try {
      state = decodeShard(stored.bytes);
    } catch (error) {
      const message = `state of shard ${name}, of another division: ${messageOf(error)}; left alone`;
      notes.push({ kind: 'state-unreadable', message });
      continue;
    }
    for (const [key, its] of state.series) {
      if (shardOf(key, shard.count) !== shard.index) continue;
      const known = series.get(key);
      if (known === undefined || known.learnedUntil < its.learnedUntil) series.set(key, its);
    }
    if (shard.index !== 0) continue;
    for (const entry of state.outbox) outbox.set(entry.notification.id, entry);
    pages.push(...state.pages);
  }
  if (series.size === 0 && outbox.size === 0) return { state: EMPTY_SHARD, notes };
  const message = `${series.size} series are taken over from another division into shards`;
  return {
    state: { series, outbox: [...outbox.values()], pages: pages.sort((a, b) => a - b) },
    notes: [...notes, { kind: 'shard-divided', message }],
  };
}
