import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, type WatchedSeries } from '../pipeline/monitor.ts';
import { run } from '../pipeline/run.ts';
import { readShard } from '../pipeline/shard-access.ts';
import { encodeShard } from '../pipeline/shard-codec.ts';
import {
  EMPTY_SHARD,
  NEW_SERIES,
  type SeriesState,
  type ShardState,
} from '../pipeline/shard-state.ts';
import { createMemoryStateStore, type StateStore } from '../ports/state-store.ts';
import { notificationOf } from '../testing/alerts.ts';
import { createScenario, history, MONITOR, TRAINED, watch } from '../testing/scenario.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import { adoptState } from './adopt.ts';
import { createDesk } from './desk.ts';
import { type Shard, shardName, shardOf } from './shards.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const hosts = (count: number): readonly WatchedSeries[] => range(count).map((i) => watch(`h${i}`));
const shardsOf = (count: number): readonly Shard[] =>
  range(count).map((index) => ({ index, count }));

/** A series that was looked at until the sample with this index; of it one can tell which it is. */
function stateOf(index: number, marker: number): SeriesState {
  return {
    ...NEW_SERIES,
    watermark: timeOf(index),
    learnedUntil: timeOf(index),
    snapshotKey: 'z-score',
    snapshot: Float64Array.of(marker, index),
  };
}

/** Stores an estate as so many shards have it. */
async function storeAs(
  store: StateStore,
  count: number,
  state: Partial<ShardState>,
): Promise<void> {
  for (const shard of shardsOf(count)) {
    const own = [...(state.series ?? [])].filter(([key]) => shardOf(key, count) === shard.index);
    const rest = shard.index === 0 ? { ...EMPTY_SHARD, ...state } : EMPTY_SHARD;
    const bytes = encodeShard({ ...rest, series: new Map(own) });
    await store.commit(shardName(shard), bytes, undefined);
  }
}

/** What the runs of a division do: each recalls its shard and commits it. */
async function takeOver(store: StateStore, count: number): Promise<readonly ShardState[]> {
  const states: ShardState[] = [];
  for (const shard of shardsOf(count)) {
    const { state, version } = await readShard(store, shardName(shard), shard);
    await store.commit(shardName(shard), encodeShard(state), version);
    states.push(state);
  }
  return states;
}

/** Replaces the series of a division, and nothing else. */
async function rewrite(
  store: StateStore,
  count: number,
  series: ReadonlyMap<string, SeriesState>,
): Promise<void> {
  for (const shard of shardsOf(count)) {
    const { state, version } = await readShard(store, shardName(shard), shard);
    const own = [...series].filter(([key]) => shardOf(key, count) === shard.index);
    const bytes = encodeShard({ ...state, series: new Map(own) });
    await store.commit(shardName(shard), bytes, version);
  }
}

function estateOf(count: number): Map<string, SeriesState> {
  return new Map(hosts(count).map((watched, i) => [keyOf(watched), stateOf(100, i)]));
}

/** The series of all shards, each as often as it is in one. */
const seriesIn = (states: readonly ShardState[]): (readonly [string, SeriesState])[] =>
  states.flatMap(({ series }) => [...series]).sort(([a], [b]) => (a < b ? -1 : 1));

describe('an estate that is divided anew', () => {
  test.each([
    [1, 20],
    [20, 1],
    [20, 7],
    [7, 20],
    [2, 4],
  ])('from %i into %i shards keeps every series, once, in its own shard', async (from, into) => {
    const store = createMemoryStateStore();
    const series = estateOf(200);
    await storeAs(store, from, { series });
    const states = await takeOver(store, into);
    expect(seriesIn(states)).toEqual(seriesIn([{ ...EMPTY_SHARD, series }]));
    states.forEach((state, index) => {
      expect([...state.series.keys()].every((key) => shardOf(key, into) === index)).toBe(true);
    });
  });

  test('keeps every series on a way through any divisions, and back again', async () => {
    const ways = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(ways, async ([first, ...others]) => {
        const store = createMemoryStateStore();
        const series = estateOf(40);
        await storeAs(store, first!, { series });
        for (const [i, count] of others.entries()) {
          const states = await takeOver(store, count);
          expect(seriesIn(states)).toEqual(seriesIn([{ ...EMPTY_SHARD, series }]));
          // What a run of this division does: the models learn, and one series is gone for good.
          for (const key of series.keys()) series.set(key, stateOf(101 + i, i));
          series.delete([...series.keys()][0]!);
          await rewrite(store, count, series);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('of several divisions before it takes what was looked at last', async () => {
    const store = createMemoryStateStore();
    const [a, b] = hosts(2).map(keyOf) as [string, string];
    const older = new Map([
      [a, stateOf(100, 1)],
      [b, stateOf(300, 1)],
    ]);
    const newer = new Map([
      [a, stateOf(200, 2)],
      [b, stateOf(200, 2)],
    ]);
    await storeAs(store, 1, { series: older });
    await storeAs(store, 5, { series: newer });
    expect(seriesIn(await takeOver(store, 3))).toEqual([
      [a, stateOf(200, 2)],
      [b, stateOf(300, 1)],
    ]);
  });

  test('has what waits to be told in the first shard, once, and nowhere else', async () => {
    const store = createMemoryStateStore();
    const outbox = range(3).map((i) => ({
      notification: notificationOf(i),
      pending: ['people', 'machines'],
      since: timeOf(99),
    }));
    await storeAs(store, 1, { series: estateOf(9), outbox });
    await storeAs(store, 5, { outbox: outbox.slice(0, 2) });
    const states = await takeOver(store, 3);
    expect(states.map((state) => state.outbox)).toEqual([outbox, [], []]);
    expect((await readShard(store, 'shard-0-of-3', { index: 0, count: 3 })).state.outbox).toEqual(
      outbox,
    );
  });

  test('remembers when pages were opened, in the order of their time', async () => {
    const store = createMemoryStateStore();
    await storeAs(store, 2, { series: estateOf(2), pages: [timeOf(3), timeOf(9)] });
    await storeAs(store, 3, { series: estateOf(2), pages: [timeOf(5)] });
    const [first, ...others] = await takeOver(store, 4);
    expect(first?.pages).toEqual([timeOf(3), timeOf(5), timeOf(9)]);
    expect(others.flatMap(({ pages }) => pages)).toEqual([]);
  });

  test('says how many series each shard has taken over', async () => {
    const store = createMemoryStateStore();
    await storeAs(store, 1, { series: estateOf(10) });
    const notes = await Promise.all(
      shardsOf(2).map(async (shard) => (await adoptState(store, shard)).notes),
    );
    const counts = notes.flat().map(({ kind, message }) => {
      expect(kind).toBe('shard-divided');
      return Number(/^(\d+) series are taken over from another division/.exec(message)?.[1]);
    });
    expect(counts).toHaveLength(2);
    expect(counts[0]! + counts[1]!).toBe(10);
  });

  test('fault 23: leaves a shard alone that cannot be read, says so, and takes the others', async () => {
    const store = createMemoryStateStore();
    const series = estateOf(60);
    await storeAs(store, 3, { series });
    const damaged = await store.load('shard-1-of-3');
    await store.commit('shard-1-of-3', Uint8Array.of(0), damaged?.version);
    const { state, notes } = await readShard(store, 'shard-0', { index: 0, count: 1 });
    const lost = [...series.keys()].filter((key) => shardOf(key, 3) === 1);
    expect([...state.series.keys()].sort()).toEqual(
      [...series.keys()].filter((key) => !lost.includes(key)).sort(),
    );
    expect(notes.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'state-unreadable: state of shard shard-1-of-3, of another division: not a Plumbline state; left alone',
      `shard-divided: ${series.size - lost.length} series are taken over from another division into shards`,
    ]);
    expect((await store.load('shard-1-of-3'))?.bytes).toEqual(Uint8Array.of(0));
  });
});

describe('an estate that comes back to a division', () => {
  const outbox = [{ notification: notificationOf(1), pending: ['people'], since: timeOf(99) }];

  test('does not send again what was sent meanwhile', async () => {
    const store = createMemoryStateStore();
    await storeAs(store, 1, { series: estateOf(9), outbox });
    const [first] = await takeOver(store, 3);
    expect(first?.outbox).toEqual(outbox);
    const stored = await store.load('shard-0-of-3');
    await store.commit('shard-0-of-3', encodeShard({ ...first!, outbox: [] }), stored?.version);
    expect((await takeOver(store, 1))[0]?.outbox).toEqual([]);
  });

  test('tells what has been left at the desk, once', async () => {
    const store = createMemoryStateStore();
    await storeAs(store, 3, { series: estateOf(9) });
    const desk = { ...EMPTY_SHARD, outbox, pages: [timeOf(7)] };
    await store.commit('desk', encodeShard(desk), undefined);
    expect((await takeOver(store, 1))[0]).toMatchObject({ outbox, pages: [timeOf(7)] });
    const { look } = createDesk({
      store,
      sinks: [],
      slot: timeOf(100),
      sleep: async () => {},
      random: Math.random,
    });
    expect(await look()).toEqual({ outbox: [], pages: [] });
  });

  test('after some shards alone had taken theirs over goes on with those and its own', async () => {
    const store = createMemoryStateStore();
    const series = estateOf(40);
    await storeAs(store, 1, { series });
    const [first] = shardsOf(4);
    const { state, version } = await readShard(store, shardName(first!), first);
    const learned = new Map([...state.series.keys()].map((key) => [key, stateOf(200, 9)]));
    await store.commit(shardName(first!), encodeShard({ ...state, series: learned }), version);
    const [whole] = await takeOver(store, 1);
    expect(whole?.series).toEqual(new Map([...series, ...learned]));
  });

  test('keeps a run of the other division, which still goes on, from writing', async () => {
    const store = createMemoryStateStore();
    await storeAs(store, 1, { series: estateOf(9) });
    const late = await store.load('shard-0');
    await takeOver(store, 3);
    expect(await store.commit('shard-0', late!.bytes, late!.version)).toEqual({ committed: false });
  });
});

describe('nothing is taken over', () => {
  test('where there is nothing', async () => {
    const store = createMemoryStateStore();
    expect(await adoptState(store, { index: 0, count: 1 })).toEqual({
      state: EMPTY_SHARD,
      notes: [],
    });
  });

  test('from what is not a shard, or is of the same division', async () => {
    const store = createMemoryStateStore();
    const bytes = encodeShard({ ...EMPTY_SHARD, series: estateOf(3) });
    for (const name of ['desk', 'other', 'shard-3-of-4', 'shard-0-of-0']) {
      await store.commit(name, bytes, undefined);
    }
    expect((await adoptState(store, { index: 0, count: 4 })).state).toBe(EMPTY_SHARD);
  });

  test('from a store that cannot tell what it has', async () => {
    const { load, commit } = createMemoryStateStore();
    await storeAs({ load, commit }, 1, { series: estateOf(3) });
    expect((await adoptState({ load, commit }, { index: 0, count: 2 })).state).toBe(EMPTY_SHARD);
  });

  test('by a shard that has a state already', async () => {
    const store = createMemoryStateStore();
    await storeAs(store, 1, { series: estateOf(9) });
    await storeAs(store, 2, {});
    expect(seriesIn(await takeOver(store, 2))).toEqual([]);
  });

  test('while a state cannot be reached: the run fails, and the next one tries again', async () => {
    const store = createMemoryStateStore();
    await storeAs(store, 1, { series: estateOf(9) });
    const load: StateStore['load'] = async (name) => {
      if (name === 'shard-0') throw new Error('SlowDown');
      return store.load(name);
    };
    const shard = { index: 0, count: 2 };
    await expect(adoptState({ ...store, load }, shard)).rejects.toThrow('SlowDown');
  });
});

describe('an alert that is open while the estate is divided', () => {
  /** Runs of all shards of a division for the sample with this index. */
  async function runDivided(
    scenario: ReturnType<typeof createScenario>,
    count: number,
    index: number,
    names: readonly string[],
  ): Promise<void> {
    const { source, store, sink } = scenario;
    for (const part of shardsOf(count)) {
      const watched = names
        .map((name) => watch(name))
        .filter((each) => {
          return shardOf(keyOf(each), count) === part.index;
        });
      const slot = timeOf(index) + PERIOD_MS;
      const request = { slot, shard: shardName(part), part, watched, monitors: [MONITOR] };
      await run(request, { source, store, sinks: [sink] });
    }
  }

  test.each([
    ['other divisions', [1, 1, 20, 20, 7, 7]],
    ['another division and back', [1, 20, 1, 1, 20, 20]],
    ['another division in each slot', [1, 20, 1, 20, 1, 20]],
  ])(
    'goes on in %s, and ends as the alert that it was; the calm ones stay calm',
    async (_, ways) => {
      const names = range(12).map((i) => `web-${i}`);
      const contents = names.map((name, seed) => {
        return [name, history(seed === 4 ? [200] : [], { seed })] as const;
      });
      const [whole, divided] = [0, 1].map(() => createScenario(Object.fromEntries(contents)));
      for (const [i, count] of ways.entries()) {
        const index = TRAINED - 1 + i;
        await runDivided(divided!, count, index, names);
        await runDivided(whole!, 1, index, names);
      }
      expect(divided!.told()).toEqual([`firing web-4 ${TRAINED}`, `resolved web-4 ${TRAINED + 3}`]);
      expect(divided!.sink.received).toEqual(whole!.sink.received);
    },
  );
});
