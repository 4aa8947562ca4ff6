import type { CommitResult, StateStore } from '../ports/state-store.ts';
import { EMPTY_SHARD, type ShardState } from './shard-state.ts';

/**
 * Keeps states as they are, detectors included, for runs that follow each other in one process and end with it: a
 * backtest. Nothing is encoded or restored between two slots, which is most of what a slot of a small estate
 * costs; a slot concludes the same as from a stored state.
 *
 * For one writer, and for runs that end: a run that is left half-way has changed the detectors.
 */
export interface LiveStateStore {
  recall(shard: string): { readonly state: ShardState; readonly version: string | undefined };
  keep(shard: string, state: ShardState, expected: string | undefined): CommitResult;
}

export function createLiveStateStore(): LiveStateStore {
  const shards = new Map<string, { readonly state: ShardState; readonly version: string }>();
  let commits = 0;
  return {
    recall: (shard) => shards.get(shard) ?? { state: EMPTY_SHARD, version: undefined },
    keep(shard, state, expected) {
      if (shards.get(shard)?.version !== expected) return { committed: false };
      commits += 1;
      const version = String(commits);
      shards.set(shard, { state, version });
      return { committed: true, version };
    },
  };
}

export function isLive(store: StateStore | LiveStateStore): store is LiveStateStore {
  return 'recall' in store;
}
