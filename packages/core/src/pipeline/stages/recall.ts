import { messageOf } from '../../errors.ts';
import type { StateStore } from '../../ports/state-store.ts';
import { decodeShard } from '../shard-codec.ts';
import { EMPTY_SHARD, type ShardState } from '../shard-state.ts';
import type { Note, Stage } from '../stage.ts';

/** Loads what the shard remembers. */
export const recall: Stage = async (run) => {
  const { notes, ...recalled } = await readShard(run.ports.store, run.request.shard);
  return { ...run, ...recalled, notes: [...run.notes, ...notes] };
};

/**
 * The state of a shard and the version it was read at. One that cannot be read is taken for empty:
 * models are learned anew from history, and an alert that the same sample opens again has its old id.
 */
export async function readShard(
  store: StateStore,
  shard: string,
): Promise<{
  readonly state: ShardState;
  readonly version: string | undefined;
  readonly notes: readonly Note[];
}> {
  const stored = await store.load(shard);
  if (stored === undefined) return { state: EMPTY_SHARD, version: undefined, notes: [] };
  try {
    return { state: decodeShard(stored.bytes), version: stored.version, notes: [] };
  } catch (error) {
    const message = `state of shard ${shard}: ${messageOf(error)}; learning anew from history`;
    const note: Note = { kind: 'state-unreadable', message };
    return { state: EMPTY_SHARD, version: stored.version, notes: [note] };
  }
}
