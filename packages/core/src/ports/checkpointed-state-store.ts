import { checkOption } from '../errors.ts';
import type { StateStore, StoredObject } from './state-store.ts';

/** A store that has not written everything it was given. */
export interface CheckpointedStateStore extends StateStore {
  /**
   * Writes what is still held back.
   * @throws {ShardChangedError} somebody else has written to a shard since it was loaded
   */
  flush(): Promise<void>;
}

/** Somebody else has written to a shard; what was held back of it is lost. */
export class ShardChangedError extends Error {
  override readonly name = 'ShardChangedError';

  constructor(shard: string) {
    super(`shard ${shard} was changed by another run`);
  }
}

/** A shard as this process sees it. */
interface Held extends StoredObject {
  /** What the store behind has; undefined when it has nothing. */
  readonly versionBehind: string | undefined;
  /** Commits that the store behind has not seen. */
  readonly unwritten: number;
}

/**
 * Holds commits in memory and passes on only every so many of a shard, for a replay, which commits
 * thousands of times in a row. After a crash the work since the last checkpoint is done again, and
 * what it tells carries the same ids.
 *
 * For one writer: it notices others only when it writes, and then what it held is lost.
 *
 * @param everyCommits - how many commits make a checkpoint; an integer >= 1
 */
export function createCheckpointedStateStore(
  behind: StateStore,
  { everyCommits }: { readonly everyCommits: number },
): CheckpointedStateStore {
  checkOption(
    Number.isInteger(everyCommits) && everyCommits >= 1,
    'everyCommits',
    'an integer >= 1',
    everyCommits,
  );
  const shards = new Map<string, Held>();
  let commits = 0;

  /** The shard as this process sees it: the store behind is asked only once. */
  const recall = async (shard: string): Promise<Held | undefined> => {
    if (!shards.has(shard)) {
      const stored = await behind.load(shard);
      // Somebody may have been here while it was loading.
      if (stored !== undefined && !shards.has(shard)) {
        shards.set(shard, { ...stored, versionBehind: stored.version, unwritten: 0 });
      }
    }
    return shards.get(shard);
  };

  /** Whether the store behind now has what was held; what could not be written is forgotten. */
  const write = async (shard: string, held: Held): Promise<boolean> => {
    const result = await behind.commit(shard, held.bytes, held.versionBehind);
    if (!result.committed) {
      shards.delete(shard);
      return false;
    }
    const now = shards.get(shard) ?? held; // more may have come while it was being written
    const unwritten = now.unwritten - held.unwritten;
    shards.set(shard, { ...now, versionBehind: result.version, unwritten });
    return true;
  };

  return {
    async load(shard) {
      const held = await recall(shard);
      return held && { bytes: held.bytes.slice(), version: held.version };
    },
    async commit(shard, bytes, expected) {
      await recall(shard);
      const current = shards.get(shard); // as it is now: others may have gone on meanwhile
      if (current?.version !== expected) return { committed: false };
      commits += 1;
      const held: Held = {
        bytes: bytes.slice(),
        version: `held-${commits}`,
        versionBehind: current?.versionBehind,
        unwritten: (current?.unwritten ?? 0) + 1,
      };
      shards.set(shard, held);
      if (held.unwritten >= everyCommits && !(await write(shard, held)))
        return { committed: false };
      return { committed: true, version: held.version };
    },
    async flush() {
      for (const [shard, held] of [...shards]) {
        if (held.unwritten > 0 && !(await write(shard, held))) {
          throw new ShardChangedError(shard);
        }
      }
    },
  };
}
