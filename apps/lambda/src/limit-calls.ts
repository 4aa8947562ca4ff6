import type { StateStore } from '@plumbline/core';

/** What one call may take of the time that is left: what comes after it needs some too. */
const SHARE = 0.5;

/**
 * A store that is given up while there is still time to say what went wrong: a function that Lambda ends
 * does not.
 *
 * The source and the sinks are told the time by the run itself, and keep what they have done by then.
 */
export function limitCalls(store: StateStore, remainingMs: () => number): StateStore {
  const limited = async <T>(call: Promise<T>): Promise<T> => {
    const limitMs = Math.floor(remainingMs() * SHARE);
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
      const late = new Error(`the state bucket: no answer within ${limitMs} ms`);
      timer = setTimeout(() => reject(late), limitMs);
    });
    try {
      return await Promise.race([call, over]);
    } finally {
      clearTimeout(timer);
    }
  };
  const { listShards } = store;
  return {
    load: (shard) => limited(store.load(shard)),
    commit: (...change) => limited(store.commit(...change)),
    ...(listShards && { listShards: () => limited(listShards()) }),
  };
}
