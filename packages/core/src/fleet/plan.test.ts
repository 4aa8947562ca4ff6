import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, type Monitor, type WatchedSeries } from '../pipeline/monitor.ts';
import { createMemoryStateStore } from '../ports/state-store.ts';
import { hostileText } from '../testing/arbitraries.ts';
import { watch } from '../testing/scenario.ts';
import {
  createPlanStore,
  decodePlan,
  encodePlan,
  planFleet,
  type ShardPlan,
  UnreadablePlanError,
  watchedOf,
} from './plan.ts';
import { shardOf } from './shards.ts';

const COUNT = 7;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Under one monitor, as a configuration has it. */
function hosts(count: number, changes: Partial<Monitor> = {}): readonly WatchedSeries[] {
  const { monitor } = watch('', changes);
  return range(count).map((i) => ({ ...watch(`host-${i}`), monitor }));
}

interface Found {
  readonly unsure?: readonly string[];
  readonly before?: readonly (ShardPlan | undefined)[];
  readonly monitors?: readonly Monitor[];
}

function plan(found: readonly WatchedSeries[], { unsure = [], before = [], monitors }: Found = {}) {
  const all = new Map(found.map(({ monitor }) => [monitor.name, monitor]));
  return planFleet(found, {
    monitors: monitors ?? [...all.values()],
    unsure: new Set(unsure),
    before,
    count: COUNT,
  });
}

/** The keys of what is planned, shard by shard. */
function keysOf(plans: readonly ShardPlan[]): string[][] {
  return plans.map((shard) =>
    shard.flatMap(({ monitor, series }) =>
      series.map((each) => keyOf({ monitor: { name: monitor }, series: each })),
    ),
  );
}

const idsOf = (plans: readonly ShardPlan[]): string[] =>
  plans.flatMap((shard) => shard.flatMap(({ series }) => series.map(({ id }) => id))).sort();

describe('a plan', () => {
  test('has each series once, in the shard that is its own', () => {
    const found = [...hosts(100), ...hosts(50, { name: 'memory' })];
    const { plans, notes } = plan(found);
    expect(notes).toEqual([]);
    expect(plans).toHaveLength(COUNT);
    const keys = keysOf(plans);
    expect(keys.flat().sort()).toEqual(found.map(keyOf).sort());
    keys.forEach((own, index) => {
      expect(own.every((key) => shardOf(key, COUNT) === index)).toBe(true);
    });
  });

  test('has the shards that happen to have no series as well', () => {
    const { plans } = plan(hosts(1));
    expect(plans.filter((shard) => shard.length === 0)).toHaveLength(COUNT - 1);
    expect(plan([]).plans).toEqual(new Array(COUNT).fill([]));
  });

  test('is the same for the same series, in whatever order each monitor finds them', () => {
    const found = hosts(60);
    const bytes = plan(found).plans.map(encodePlan);
    expect(plan([...found].reverse()).plans.map(encodePlan)).toEqual(bytes);
  });

  test('leaves a series where it is while others come and go', () => {
    const everything = hosts(40);
    const subset = fc.subarray([...everything]);
    fc.assert(
      fc.property(fc.array(subset, { minLength: 2, maxLength: 6 }), (slots) => {
        let before: readonly ShardPlan[] = [];
        const places = new Map<string, number>();
        for (const found of slots) {
          const { plans } = plan(found, { before, monitors: [everything[0]!.monitor] });
          keysOf(plans).forEach((keys, index) => {
            for (const key of keys) {
              expect(places.get(key) ?? index).toBe(index);
              places.set(key, index);
            }
          });
          expect(keysOf(plans).flat().sort()).toEqual(found.map(keyOf).sort());
          before = plans;
        }
      }),
      { numRuns: 30 },
    );
  });

  test('has series of whatever name', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hostileText(), { maxLength: 10 }), hostileText(), (ids, name) => {
        const found = ids.map((id) => watch(id, { name }));
        const { plans } = plan(found, { monitors: [watch('', { name }).monitor] });
        const stored = plans.map((shard) => decodePlan(encodePlan(shard)));
        expect(stored).toEqual(plans);
        expect(keysOf(stored).flat().sort()).toEqual(found.map(keyOf).sort());
      }),
    );
  });
});

describe('of a monitor that finds more than it may watch', () => {
  const LIMITED = { maxSeries: 3 };

  test('the first are planned, and a note says how many are not', () => {
    const { plans, notes } = plan(hosts(5, LIMITED));
    expect(idsOf(plans)).toEqual(['host-0', 'host-1', 'host-2']);
    expect(notes).toEqual([
      {
        kind: 'too-many-series',
        monitor: 'cpu',
        message: '5 series match, 2 are not watched: raise maxSeries, or name fewer',
      },
    ]);
  });

  test('those that were planned stay, whatever new names come before theirs', () => {
    const found = hosts(6, LIMITED);
    const { plans: before } = plan(found.slice(3));
    const { plans } = plan(found, { before });
    expect(idsOf(plans)).toEqual(['host-3', 'host-4', 'host-5']);
    expect(plans).toEqual(before);
  });

  test('the place of one that is gone goes to another', () => {
    const found = hosts(6, LIMITED);
    const { plans: before } = plan(found.slice(3));
    const { plans } = plan(
      found.filter(({ series }) => series.id !== 'host-4'),
      { before },
    );
    expect(idsOf(plans)).toEqual(['host-0', 'host-3', 'host-5']);
  });

  test('no shard has more than it, for the limit is of the estate', () => {
    const { plans } = plan([...hosts(200, { maxSeries: 100 }), ...hosts(20, { name: 'memory' })]);
    expect(idsOf(plans)).toHaveLength(120);
  });
});

describe('a monitor that cannot be looked for', () => {
  const both = [...hosts(4), ...hosts(3, { name: 'memory' })];
  const monitors = [both[0]!.monitor, both[4]!.monitor];

  test('keeps what it was planned to watch, and the others change as they are found', () => {
    const { plans: before } = plan(both);
    const { plans, notes } = plan(hosts(2), { unsure: ['memory'], before, monitors });
    expect(keysOf(plans).flat().sort()).toEqual(
      [...hosts(2), ...hosts(3, { name: 'memory' })].map(keyOf).sort(),
    );
    expect(notes).toEqual([]);
  });

  test('keeps it slot after slot, without any of it twice', () => {
    let { plans } = plan(both);
    const before = plans;
    for (let slot = 0; slot < 5; slot++) {
      ({ plans } = plan([], { unsure: ['cpu', 'memory'], before: plans, monitors }));
    }
    expect(plans).toEqual(before);
  });

  test('to the end keeps what it was planned to watch beside what was found', () => {
    const { plans: before } = plan(both);
    const found = [...hosts(4), ...hosts(5, { name: 'memory' }).slice(2)];
    const { plans } = plan(found, { unsure: ['memory'], before, monitors });
    expect(keysOf(plans).flat().sort()).toEqual(
      [...hosts(4), ...hosts(5, { name: 'memory' })].map(keyOf).sort(),
    );
  });

  test('watches nothing when it never was planned', () => {
    const { plans } = plan(hosts(4), { unsure: ['memory'], monitors });
    expect(keysOf(plans).flat()).toHaveLength(4);
  });

  test('that finds nothing watches nothing: that is an answer', () => {
    const { plans: before } = plan(both);
    expect(keysOf(plan(hosts(4), { before, monitors }).plans).flat()).toHaveLength(4);
  });

  test('and is configured no longer is dropped', () => {
    const { plans: before } = plan(both);
    const left = { unsure: ['memory'], before, monitors: [monitors[0]!] };
    expect(
      keysOf(plan(hosts(4), left).plans)
        .flat()
        .sort(),
    ).toEqual(hosts(4).map(keyOf).sort());
  });
});

describe('what a worker makes of a plan', () => {
  test('are series under the monitors of its configuration', () => {
    const found = hosts(5);
    const { plans } = plan(found);
    const slower = { ...found[0]!.monitor, periodMs: 900_000 };
    const watched = plans.flatMap((shard) => watchedOf(shard, [slower]));
    expect(watched).toHaveLength(5);
    expect(watched.every(({ monitor }) => monitor === slower)).toBe(true);
  });

  test('are none of a monitor that it does not know', () => {
    const { plans } = plan([...hosts(5), ...hosts(5, { name: 'memory' })]);
    const watched = plans.flatMap((shard) => watchedOf(shard, [hosts(1)[0]!.monitor]));
    expect(watched.map(({ monitor }) => monitor.name)).toEqual(new Array(5).fill('cpu'));
  });
});

describe('stored plans', () => {
  test('are those that were saved, by the index of their shard', async () => {
    const plans = createPlanStore(createMemoryStateStore(), COUNT);
    const { plans: planned } = plan(hosts(30));
    expect(await plans.loadAll()).toEqual(new Array(COUNT).fill(undefined));
    for (const index of range(COUNT - 1)) await plans.save(index, planned[index]!);
    expect(await plans.loadAll()).toEqual([...planned.slice(0, -1), undefined]);
    expect(await plans.load(2)).toEqual(planned[2]);
    await plans.save(2, []);
    expect(await plans.load(2)).toEqual([]);
  });

  test('of another division are others', async () => {
    const store = createMemoryStateStore();
    await createPlanStore(store, COUNT).save(0, plan(hosts(9)).plans[0]!);
    await expect(createPlanStore(store, 20).load(0)).rejects.toThrow(
      'there is no plan-0-of-20: the planner writes it',
    );
  });

  test.each([
    ['nothing', ''],
    ['a text', 'host-1, host-2'],
    ['half a plan', '{"version":1,"plan":[{"monitor"'],
    ['another version', '{"version":2,"plan":[]}'],
    ['no list', '{"version":1,"plan":{}}'],
    ['null', 'null'],
    ['bytes that are no text', '\xff\xfe'],
  ])(
    'that are damaged are refused to a worker, and replaced by the planner: %s',
    async (_, text) => {
      const store = createMemoryStateStore();
      const plans = createPlanStore(store, 2);
      await plans.save(0, []);
      await store.commit('plan-1-of-2', Buffer.from(text, 'latin1'), undefined);
      await expect(plans.load(1)).rejects.toThrow(UnreadablePlanError);
      expect(await plans.loadAll()).toEqual([[], undefined]);
      await plans.save(1, []);
      expect(await plans.load(1)).toEqual([]);
    },
  );

  test('that cannot be read are an error: what is planned already must not be forgotten', async () => {
    const load = () => Promise.reject(new Error('SlowDown'));
    const plans = createPlanStore({ ...createMemoryStateStore(), load }, 2);
    await expect(plans.loadAll()).rejects.toThrow('SlowDown');
  });

  test('of planners that write at once are those of one of them', async () => {
    const store = createMemoryStateStore();
    const [a, b] = [createPlanStore(store, 1), createPlanStore(store, 1)];
    const [one, other] = [hosts(1), hosts(2)].map((found) => plan(found).plans.flat());
    await Promise.all([a.save(0, one!), b.save(0, other!)]);
    expect([one, other]).toContainEqual(await a.load(0));
  });
});
