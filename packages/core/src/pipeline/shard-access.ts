import { messageOf } from '../errors.ts';
import { adoptState } from '../fleet/adopt.ts';
import type { Shard } from '../fleet/shards.ts';
import type { CommitResult, StateStore } from '../ports/state-store.ts';
import { isLive, type LiveStateStore } from './live-state-store.ts';
import { decodeShard, encodeShard } from './shard-codec.ts';
import { EMPTY_SHARD, type ShardState } from './shard-state.ts';
import type { Note } from './stage.ts';

/**
 * The state of a shard and the version it was read at. One that cannot be read is taken for empty:
 * models are learned anew from history, and an alert that the same sample opens again has its old id. A part of
 * an estate that has none, or that another division has gone on from, takes over what that has.
 */
export async function readShard(
  store: StateStore | LiveStateStore,
  shard: string,
  part?: Shard,
): Promise<{
  readonly state: ShardState;
  readonly version: string | undefined;
  readonly notes: readonly Note[];
}> {
  if (isLive(store)) return { ...store.recall(shard), notes: [] };
  const stored = await store.load(shard);
  if (stored === undefined) {
    const adopted = part && (await adoptState(store, part));
    return { version: undefined, ...(adopted ?? { state: EMPTY_SHARD, notes: [] }) };
  }
  const { bytes, version } = stored;
  let state: ShardState;
  try {
    state = decodeShard(bytes);
  } catch (error) {
    const message = `state of shard ${shard}: ${messageOf(error)}; learning anew from history`;
    return { state: EMPTY_SHARD, version, notes: [{ kind: 'state-unreadable', message }] };
  }
  if (part === undefined || !state.isLeft) return { state, version, notes: [] };
  return { version, ...(await adoptState(store, part, state)) };
}

/** Replaces the state of a shard, if it still is the version that is expected. */
export async function commitShard(
  store: StateStore | LiveStateStore,
  shard: string,
  state: ShardState,
  expected: string | undefined,
): Promise<CommitResult> {
  if (isLive(store)) return store.keep(shard, state, expected);
  return store.commit(shard, encodeShard(state), expected);
}
