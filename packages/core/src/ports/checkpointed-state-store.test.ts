import { describe, expect, test } from 'vitest';
import { describeStateStore } from '../testing/state-store-contract.ts';
import { createCheckpointedStateStore } from './checkpointed-state-store.ts';
import { createMemoryStateStore, type StateStore } from './state-store.ts';

describeStateStore('a checkpointed store', () =>
  createCheckpointedStateStore(createMemoryStateStore(), { everyCommits: 3 }),
);
describeStateStore('a checkpointed store that holds nothing back', () =>
  createCheckpointedStateStore(createMemoryStateStore(), { everyCommits: 1 }),
);

const numbered = (n: number): Uint8Array => Uint8Array.of(n);

/** Commits 1, 2, 3, ... to a shard. */
async function commitTimes(store: StateStore, times: number): Promise<void> {
  for (let n = 1; n <= times; n++) {
    const stored = await store.load('a');
    expect(await store.commit('a', numbered(n), stored?.version)).toMatchObject({
      committed: true,
    });
  }
}

const contentOf = async (store: StateStore): Promise<number | undefined> =>
  (await store.load('a'))?.bytes[0];

describe('the store behind', () => {
  test('gets every so many commits, and the rest when flushed', async () => {
    const behind = createMemoryStateStore();
    const store = createCheckpointedStateStore(behind, { everyCommits: 3 });
    await commitTimes(store, 5);
    expect(await contentOf(store)).toBe(5);
    expect(await contentOf(behind)).toBe(3);
    await store.flush();
    expect(await contentOf(behind)).toBe(5);
  });

  test('is gone on from where it stands', async () => {
    const behind = createMemoryStateStore();
    await behind.commit('a', numbered(41), undefined);
    const store = createCheckpointedStateStore(behind, { everyCommits: 3 });
    const stored = await store.load('a');
    await store.commit('a', numbered(42), stored?.version);
    await store.flush();
    expect(await contentOf(behind)).toBe(42);
  });

  test('gets what came while it was being written at the next time', async () => {
    const behind = createMemoryStateStore();
    const store = createCheckpointedStateStore(behind, { everyCommits: 2 });
    await store.commit('a', numbered(1), undefined);
    const second = store.commit('a', numbered(2), (await store.load('a'))?.version);
    await Promise.resolve(); // the second is on its way to the store behind
    const third = await store.commit('a', numbered(3), (await store.load('a'))?.version);
    expect([(await second).committed, third.committed]).toEqual([true, true]);
    expect(await contentOf(store)).toBe(3);
    await store.flush();
    expect(await contentOf(behind)).toBe(3);
  });

  test('is not overwritten when somebody else has changed it', async () => {
    const behind = createMemoryStateStore();
    const store = createCheckpointedStateStore(behind, { everyCommits: 2 });
    const first = await store.commit('a', numbered(1), undefined);
    await behind.commit('a', numbered(99), undefined);
    const version = first.committed ? first.version : undefined;
    expect(await store.commit('a', numbered(2), version)).toEqual({ committed: false });
    expect(await contentOf(store)).toBe(99);
  });

  test('is not overwritten by a flush either, which says so', async () => {
    const behind = createMemoryStateStore();
    const store = createCheckpointedStateStore(behind, { everyCommits: 9 });
    await store.commit('a', numbered(1), undefined);
    await behind.commit('a', numbered(99), undefined);
    await expect(store.flush()).rejects.toThrow('shard a was changed by another run');
    expect(await contentOf(behind)).toBe(99);
  });
});

test('a checkpoint after no commits is refused', () => {
  expect(() => createCheckpointedStateStore(createMemoryStateStore(), { everyCommits: 0 })).toThrow(
    'everyCommits must be an integer >= 1, got 0',
  );
});
