import { describe, expect, test } from 'vitest';
import { createMemoryStateStore, type StateStore } from '../ports/state-store.ts';
import { createSilenceStore } from './silence-store.ts';
import { encodeSilences, type Silence, UnreadableSilencesError } from './silences.ts';

const silence = (id: string): Silence => {
  return { id, match: {}, from: 0, until: 1000, why: 'deploy', by: 'ann' };
};
const adding = (id: string) => (silences: readonly Silence[]) => [...silences, silence(id)];

/** A store in which somebody else is faster so many times. */
function contended(
  store: StateStore,
  times: number,
): StateStore & { readonly tries: () => number } {
  let tries = 0;
  return {
    ...store,
    tries: () => tries,
    async commit(...args) {
      tries += 1;
      if (tries <= times) await createSilenceStore(store).change(adding(`other ${tries}`));
      return store.commit(...args);
    },
  };
}

describe('the silences beside the state', () => {
  test('are none at first, and then those that were written', async () => {
    const silences = createSilenceStore(createMemoryStateStore());
    expect(await silences.load()).toEqual([]);
    expect(await silences.change(adding('a'))).toEqual([silence('a')]);
    await silences.change(adding('b'));
    expect(await silences.load()).toEqual([silence('a'), silence('b')]);
    await silences.change((all) => all.filter(({ id }) => id !== 'a'));
    expect(await silences.load()).toEqual([silence('b')]);
  });

  test('are the same for everybody who has the store', async () => {
    const store = createMemoryStateStore();
    await createSilenceStore(store).change(adding('a'));
    expect(await createSilenceStore(store).load()).toEqual([silence('a')]);
  });

  test('two that are written at once are both there', async () => {
    const store = createMemoryStateStore();
    const [one, other] = [createSilenceStore(store), createSilenceStore(store)];
    await Promise.all([one.change(adding('a')), other.change(adding('b'))]);
    const ids = (await one.load()).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['a', 'b']);
  });

  test('a change is made again on what others wrote meanwhile', async () => {
    const store = contended(createMemoryStateStore(), 3);
    const changed = await createSilenceStore(store).change(adding('mine'));
    expect(changed.map(({ id }) => id)).toEqual(['other 1', 'other 2', 'other 3', 'mine']);
    expect(await createSilenceStore(store).load()).toEqual(changed);
  });

  test('a change that others are always faster than is given up, and nothing of it is left', async () => {
    const store = contended(createMemoryStateStore(), Number.POSITIVE_INFINITY);
    await expect(createSilenceStore(store).change(adding('mine'))).rejects.toThrow('try again');
    expect(store.tries()).toBe(10);
    const ids = (await createSilenceStore(store).load()).map(({ id }) => id);
    expect(ids).not.toContain('mine');
  });

  test('something else in their place is refused, and left alone', async () => {
    const store = createMemoryStateStore();
    const bytes = new TextEncoder().encode('somebody was here');
    await store.commit('silences', bytes, undefined);
    const silences = createSilenceStore(store);
    await expect(silences.load()).rejects.toThrow(UnreadableSilencesError);
    await expect(silences.change(adding('a'))).rejects.toThrow(UnreadableSilencesError);
    expect((await store.load('silences'))?.bytes).toEqual(bytes);
  });

  test('a store that fails is not taken for one without silences', async () => {
    const failing = { ...createMemoryStateStore(), load: () => Promise.reject(new Error('down')) };
    await expect(createSilenceStore(failing).load()).rejects.toThrow('down');
  });

  test('those that have expired are among them', async () => {
    const store = createMemoryStateStore();
    await store.commit('silences', encodeSilences([silence('old')]), undefined);
    expect(await createSilenceStore(store).load()).toHaveLength(1);
  });
});
