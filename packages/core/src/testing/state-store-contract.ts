import { describe, expect, test } from 'vitest';
import type { StateStore } from '../ports/state-store.ts';
import { HOSTILE_TEXTS } from './arbitraries.ts';

/** Bytes with their own length in them, and none that reads as text. */
function bytesOf(...values: number[]): Uint8Array {
  return Uint8Array.from([0, 255, values.length, ...values]);
}

async function contentOf(store: StateStore, shard: string): Promise<number[] | undefined> {
  const stored = await store.load(shard);
  return stored && Array.from(stored.bytes);
}

/** The version of a commit that has to succeed. */
async function committed(result: ReturnType<StateStore['commit']>): Promise<string> {
  const { committed, version } = { version: '', ...(await result) };
  expect(committed).toBe(true);
  return version;
}

/**
 * What every `StateStore` does.
 *
 * @param make - a store in which nothing is kept yet
 */
export function describeStateStore(
  name: string,
  make: () => StateStore | Promise<StateStore>,
): void {
  describe(`${name} keeps the contract of a state store`, () => {
    test('a shard never written is undefined', async () => {
      const store = await make();
      expect(await store.load('absent')).toBeUndefined();
    });

    test('what was created is loaded with the version that the commit told', async () => {
      const store = await make();
      const version = await committed(store.commit('a', bytesOf(1, 2, 3), undefined));
      expect(await contentOf(store, 'a')).toEqual([0, 255, 3, 1, 2, 3]);
      expect((await store.load('a'))?.version).toBe(version);
    });

    test('a shard is created empty as well as full', async () => {
      const store = await make();
      await committed(store.commit('empty', new Uint8Array(0), undefined));
      expect(await contentOf(store, 'empty')).toEqual([]);
    });

    test('the expected version is replaced as a whole, by shorter bytes too', async () => {
      const store = await make();
      const first = await committed(store.commit('a', bytesOf(1, 2, 3, 4), undefined));
      const second = await committed(store.commit('a', bytesOf(9), first));
      expect(second).not.toBe(first);
      expect(await contentOf(store, 'a')).toEqual([0, 255, 1, 9]);
    });

    test('creating what exists is refused and changes nothing', async () => {
      const store = await make();
      const version = await committed(store.commit('a', bytesOf(1), undefined));
      expect(await store.commit('a', bytesOf(2), undefined)).toEqual({ committed: false });
      expect(await contentOf(store, 'a')).toEqual([0, 255, 1, 1]);
      expect((await store.load('a'))?.version).toBe(version);
    });

    test('creating what was created and replaced many times is refused', async () => {
      const store = await make();
      let version = await committed(store.commit('a', bytesOf(0), undefined));
      for (let i = 1; i <= 5; i++)
        version = await committed(store.commit('a', bytesOf(i), version));
      expect(await store.commit('a', bytesOf(99), undefined)).toEqual({ committed: false });
      expect(await contentOf(store, 'a')).toEqual([0, 255, 1, 5]);
      await committed(store.commit('a', bytesOf(6), version));
    });

    test('of two writers of one version the first wins and the second is told', async () => {
      const store = await make();
      const version = await committed(store.commit('a', bytesOf(1), undefined));
      await committed(store.commit('a', bytesOf(2), version));
      expect(await store.commit('a', bytesOf(3), version)).toEqual({ committed: false });
      expect(await contentOf(store, 'a')).toEqual([0, 255, 1, 2]);
    });

    test('of many writers at once of one version exactly one wins, and its bytes are kept', async () => {
      const store = await make();
      const version = await committed(store.commit('a', bytesOf(0), undefined));
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.commit('a', bytesOf(i + 1), version)),
      );
      const winners = results.flatMap((result, i) => (result.committed ? [i + 1] : []));
      expect(winners).toHaveLength(1);
      expect(await contentOf(store, 'a')).toEqual([0, 255, 1, winners[0]]);
    });

    test('of many writers at once that create a shard exactly one wins', async () => {
      const store = await make();
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.commit('new', bytesOf(i), undefined)),
      );
      const winners = results.flatMap((result, i) => (result.committed ? [i] : []));
      expect(winners).toHaveLength(1);
      expect(await contentOf(store, 'new')).toEqual([0, 255, 1, winners[0]]);
    });

    test('a version replaced long ago is refused, and the shard can still be written', async () => {
      const store = await make();
      const versions = [await committed(store.commit('a', bytesOf(0), undefined))];
      for (let i = 1; i <= 6; i++) {
        versions.push(await committed(store.commit('a', bytesOf(i), versions.at(-1))));
      }
      for (const stale of versions.slice(0, -1)) {
        expect(await store.commit('a', bytesOf(99), stale)).toEqual({ committed: false });
      }
      expect(await contentOf(store, 'a')).toEqual([0, 255, 1, 6]);
      await committed(store.commit('a', bytesOf(7), versions.at(-1)));
    });

    test.each(['7', '-1', 'no version of ours'])(
      'version %j, which never was, is not the one that is there',
      async (never) => {
        const store = await make();
        const version = await committed(store.commit('a', bytesOf(1), undefined));
        expect(never).not.toBe(version);
        expect(await store.commit('a', bytesOf(2), never)).toEqual({ committed: false });
        expect(await contentOf(store, 'a')).toEqual([0, 255, 1, 1]);
      },
    );

    test('a version of another shard, or of one that is gone, does not create a shard', async () => {
      const store = await make();
      const version = await committed(store.commit('a', bytesOf(1), undefined));
      expect(await store.commit('b', bytesOf(2), version)).toEqual({ committed: false });
      expect(await store.load('b')).toBeUndefined();
    });

    test('the same bytes committed again are a new version', async () => {
      const store = await make();
      const first = await committed(store.commit('a', bytesOf(1), undefined));
      await committed(store.commit('a', bytesOf(1), first));
      expect(await store.commit('a', bytesOf(2), first)).toEqual({ committed: false });
    });

    test('bytes changed after the commit, or after a load, are not the bytes kept', async () => {
      const store = await make();
      const mine = bytesOf(1, 2);
      await committed(store.commit('a', mine, undefined));
      mine.fill(7);
      (await store.load('a'))!.bytes.fill(8);
      expect(await contentOf(store, 'a')).toEqual([0, 255, 2, 1, 2]);
    });

    test('a view into a larger buffer is stored as the bytes it shows', async () => {
      const store = await make();
      const view = Uint8Array.of(9, 9, 1, 2, 3, 9).subarray(2, 5);
      await committed(store.commit('a', view, undefined));
      expect(await contentOf(store, 'a')).toEqual([1, 2, 3]);
    });

    test('bytes of every value and a megabyte of them come back as they were', async () => {
      const store = await make();
      const large = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31) & 255);
      await committed(store.commit('large', large, undefined));
      const { bytes } = (await store.load('large'))!;
      expect(Buffer.compare(bytes, large)).toBe(0);
    });

    test('many shards are kept apart', async () => {
      const store = await make();
      const shards = Array.from({ length: 50 }, (_, i) => `shard-${i}`);
      await Promise.all(shards.map((shard, i) => store.commit(shard, bytesOf(i), undefined)));
      for (const [i, shard] of shards.entries()) {
        expect(await contentOf(store, shard)).toEqual([0, 255, 1, i]);
      }
    });

    test('hostile shard names are names like any other', async () => {
      const store = await make();
      for (const [i, shard] of HOSTILE_TEXTS.entries()) {
        expect(await store.load(shard)).toBeUndefined();
        await committed(store.commit(shard, bytesOf(i), undefined));
      }
      for (const [i, shard] of HOSTILE_TEXTS.entries()) {
        expect(await contentOf(store, shard)).toEqual([0, 255, 1, i]);
      }
    });

    test('names that differ in case, in a blank or in their ends are different shards', async () => {
      const store = await make();
      const names = ['a', 'A', 'a ', ' a', 'a/', '/a', 'a.b', 'a-b', 'a b', `${'a'.repeat(299)}b`];
      for (const [i, shard] of [...names, 'a'.repeat(300)].entries()) {
        await committed(store.commit(shard, bytesOf(i), undefined));
      }
      expect(await contentOf(store, 'a')).toEqual([0, 255, 1, 0]);
    });
  });
}
