import { createMemoryStateStore, type StateStore } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { limitCalls } from './limit-calls.ts';

const never = (): Promise<never> => new Promise(() => {});

/** A store of which nothing ever answers but what is given. */
function silentStore(changes: Partial<StateStore> = {}): StateStore {
  return { load: never, commit: never, listShards: never, ...changes };
}

describe('a call that gets no answer', () => {
  test('is given up after half of the time that is left', async () => {
    const store = limitCalls(silentStore(), () => 41);
    const expected = 'the state bucket: no answer within 20 ms';
    await expect(store.load('shard')).rejects.toThrow(expected);
    await expect(store.commit('shard', new Uint8Array(), undefined)).rejects.toThrow(expected);
    await expect(store.listShards?.()).rejects.toThrow(expected);
  });

  test('leaves some of the time to the next one', async () => {
    let leftMs = 40;
    const store = limitCalls(silentStore(), () => leftMs);
    await expect(store.load('shard')).rejects.toThrow('no answer within 20 ms');
    leftMs = 20;
    await expect(store.load('shard')).rejects.toThrow('no answer within 10 ms');
  });

  test('is given up at once when no time is left', async () => {
    const store = limitCalls(silentStore(), () => 0);
    await expect(store.load('shard')).rejects.toThrow('no answer within 0 ms');
  });
});

describe('a call that is answered', () => {
  test('gives the answer', async () => {
    const store = limitCalls(createMemoryStateStore(), () => 60_000);
    const bytes = Uint8Array.of(1, 2, 3);
    const first = await store.commit('shard', bytes, undefined);
    expect(first).toMatchObject({ committed: true });
    expect(await store.commit('shard', bytes, undefined)).toEqual({ committed: false });
    expect((await store.load('shard'))?.bytes).toEqual(bytes);
    expect(await store.listShards?.()).toEqual(['shard']);
  });

  test('with an error gives the error', async () => {
    const load = (): Promise<never> => Promise.reject(new Error('AccessDenied'));
    const store = limitCalls(silentStore({ load }), () => 60_000);
    await expect(store.load('shard')).rejects.toThrow('AccessDenied');
  });
});

test('a store that cannot list is one that cannot list', () => {
  const { load, commit } = createMemoryStateStore();
  expect(limitCalls({ load, commit }, () => 60_000).listShards).toBeUndefined();
});
