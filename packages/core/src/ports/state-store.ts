/** An object as it was when it was read. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Names this content; opaque. */
  readonly version: string;
}

export type CommitResult =
  | { readonly committed: true; readonly version: string }
  /** Somebody else has written since: what is stored now is theirs. */
  | { readonly committed: false };

/**
 * Keeps one object per shard and replaces it as a whole or not at all. The commit is the claim:
 * of several writers that read the same version exactly one wins, and there is no other lock.
 */
export interface StateStore {
  /** The newest object of a shard; undefined when there is none. */
  load(shard: string): Promise<StoredObject | undefined>;
  /**
   * Replaces the object if it still is `expected`; undefined expects that there is none.
   * A rejection leaves open whether the write happened.
   */
  commit(shard: string, bytes: Uint8Array, expected: string | undefined): Promise<CommitResult>;
  /** The names of the shards that are stored, of stores that can tell. */
  listShards?(): Promise<readonly string[]>;
}

export function createMemoryStateStore(): StateStore {
  const objects = new Map<string, StoredObject>();
  let commits = 0;
  return {
    async load(shard) {
      const stored = objects.get(shard);
      return stored && { ...stored, bytes: stored.bytes.slice() };
    },
    async commit(shard, bytes, expected) {
      if (objects.get(shard)?.version !== expected) return { committed: false };
      commits += 1;
      const version = String(commits);
      objects.set(shard, { bytes: bytes.slice(), version });
      return { committed: true, version };
    },
    listShards: async () => [...objects.keys()].sort(),
  };
}
