import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupOf } from '../alerts/group.ts';
import { encodeShard } from '../pipeline/shard-codec.ts';
import { EMPTY_SHARD } from '../pipeline/shard-state.ts';
import type { Notification } from '../ports/alert-sink.ts';
import type { StateStore } from '../ports/state-store.ts';
import { notificationOf } from '../testing/alerts.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import type { Told } from './desk.ts';
import { alertsOf, bring, createScene, idsOf, range, SLOT, toldTo } from './testing/desk-scene.ts';

describe('20 shards that bring something at once', () => {
  const brought = range(20).map((shard) => alertsOf(shard, 3));

  test('are told together, by one of them, and nothing is lost or comes twice', async () => {
    const { time, work, people, machines, lying } = createScene();
    const told = await time.until(Promise.all(brought.map((all) => work(all))));
    for (const sink of [people, machines]) {
      expect(sink.sendings.map(({ length }) => length)).toEqual([1]);
      expect(sink.sendings[0]?.[0]?.message.group).toMatchObject({ count: 60, pages: 60 });
      expect(toldTo(sink)).toEqual(idsOf(brought.flat()));
    }
    expect(told.filter((each) => each !== undefined)).toMatchObject([{ waiting: 0, notes: [] }]);
    expect(await lying()).toEqual([]);
  });

  test('fault 27: are one message of 10,000 alerts, whichever shards they are in', async () => {
    const { time, work, people, machines } = createScene();
    const groups = await Promise.all(range(20).map((shard) => groupOf(alertsOf(shard, 500))));
    await time.until(Promise.all(groups.map((group) => work([group]))));
    for (const { sendings } of [people, machines]) {
      const [{ message }] = sendings.flat() as [Notification];
      expect(sendings.flat()).toHaveLength(1);
      expect(message.group).toMatchObject({ count: 10_000, pages: 10_000 });
      expect(message.group?.transitions.length).toBe(1000);
      expect(message.group?.more_transitions).toBe(9000);
    }
  });

  test('tell each alert exactly once, whenever they come', async () => {
    const delays = fc.array(fc.nat({ max: 30_000 }), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(delays, fc.nat(), async (afterMs, seed) => {
        const { time, work, people, machines, lying } = createScene(seed);
        const all = brought.map((each, i) => work(each, { afterMs: afterMs[i]! }));
        await time.until(Promise.all(all));
        for (const sink of [people, machines]) {
          expect(toldTo(sink)).toEqual(idsOf(brought.flat()));
          // One in ten seconds, each with one more for those who came during it.
          expect(sink.sendings.length).toBeLessThanOrEqual(8);
        }
        expect(await lying()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test('are told to each sink only what it takes', async () => {
    const { time, work, people, machines } = createScene();
    const notices = range(20).map((shard) => alertsOf(50 + shard, 1, { severity: 'notice' }));
    const both = brought.map((pages, i) => [...pages, ...notices[i]!]);
    await time.until(Promise.all(both.map((all) => work(all))));
    expect(toldTo(people)).toEqual(idsOf(brought.flat()));
    expect(toldTo(machines)).toEqual(idsOf(both.flat()));
    expect(machines.sendings.flat().map(({ message }) => message.severity)).toEqual([
      'page',
      'notice',
    ]);
  });
});

describe('what one shard brings', () => {
  test('is told as it is when it is little', async () => {
    const { time, work, people } = createScene();
    const all = alertsOf(1, 3);
    await time.until(work(all));
    expect(people.sendings).toEqual([all]);
  });

  test('is nothing when nobody has anything to tell', async () => {
    const { time, desk, plan, people, lying } = createScene();
    expect(await time.until(desk().look())).toEqual({ outbox: [], pages: [] });
    expect(await time.until(plan())).toBeUndefined();
    expect(desk().isFirst()).toBe(false);
    expect(people.sendings).toEqual([]);
    expect(await lying()).toEqual([]);
  });

  test('during the sending of others is told by the one who sends', async () => {
    const { time, work, people, machines, lying } = createScene();
    const [early, late] = [alertsOf(1, 2), alertsOf(2, 2)];
    const sendings = people.send;
    let meanwhile: Promise<Told | undefined> | undefined;
    people.send = async (all) => {
      meanwhile ??= work(late);
      await meanwhile;
      return sendings(all);
    };
    const told = await time.until(work(early));
    expect(await meanwhile).toBeUndefined();
    expect(people.sendings).toEqual([early, late]);
    expect(toldTo(machines)).toEqual(idsOf([...early, ...late]));
    expect(idsOf(told!.delivered)).toEqual(idsOf([...early, ...late]));
    expect(await lying()).toEqual([]);
  });

  test('twice, for the shard could not note that it was brought, lies there once', async () => {
    const { time, desk, people, lying } = createScene();
    const all = alertsOf(1, 2);
    await time.until(bring(desk(), all));
    await time.until(bring(desk({ slot: SLOT + PERIOD_MS }), all));
    expect(await lying()).toEqual(all.map(({ id }) => `${id}: people machines`));
    await time.until(desk().tell());
    expect(people.sendings).toEqual([all]);
  });

  test('is brought for all sinks in one write, so that no teller finds half of it', async () => {
    const { time, desk, store } = createScene();
    let commits = 0;
    const counting: StateStore = {
      ...store,
      commit: (...change) => {
        commits += 1;
        return store.commit(...change);
      },
    };
    await time.until(bring(desk({ store: counting }), alertsOf(1, 2)));
    expect(commits).toBe(1);
  });
});

describe('the pages of the estate', () => {
  async function pagesAfter(...brought: Notification[][]): Promise<readonly number[]> {
    const { time, desk } = createScene();
    for (const all of brought) await time.until(bring(desk(), all));
    await time.until(desk().tell());
    return (await time.until(desk().look())).pages;
  }

  test('are those of all shards, each once, whatever sinks it is for', async () => {
    const [one, other] = [alertsOf(1, 2), alertsOf(2, 1)];
    const times = [...one, ...other].map(({ message }) => Date.parse(message.timestamp));
    expect(await pagesAfter(one, other, other)).toEqual(times.sort((a, b) => a - b));
  });

  test('are one for a message of many, which wakes somebody once', async () => {
    const group = await groupOf(alertsOf(1, 9, { timestamp: new Date(timeOf(5)).toISOString() }));
    expect(await pagesAfter([group])).toEqual([timeOf(5)]);
    expect(await pagesAfter(alertsOf(1, 4), alertsOf(2, 4))).toHaveLength(1);
  });

  test.each([
    ['a notice', { severity: 'notice' }],
    ['an end', { state: 'resolved', reason: 'recovered' }],
    ['a repetition', { reason: 'repeat-interval' }],
    ['something worse', { reason: 'clearly-worse' }],
    ['one that cannot be seen', { condition: 'cannot-see', reason: 'cannot-be-read' }],
  ] as const)('do not count %s', async (_, changes) => {
    expect(await pagesAfter(alertsOf(1, 1, changes))).toEqual([]);
  });

  test.each(['now-a-page', 'quiet-over'] as const)(
    'count what is told first as %s',
    async (reason) => {
      expect(await pagesAfter(alertsOf(1, 1, { reason }))).toHaveLength(1);
    },
  );

  test('are those of a week', async () => {
    const old = notificationOf(1);
    const week = (7 * 24 * 3_600_000) / PERIOD_MS;
    const news = notificationOf(1 + week);
    expect(await pagesAfter([old], [news])).toEqual([timeOf(1 + week)]);
  });

  test('stay when all has been told', async () => {
    const { time, desk, work } = createScene();
    await time.until(work(alertsOf(1, 3)));
    const { outbox, pages } = await time.until(desk().look());
    expect(outbox).toEqual([]);
    expect(pages).toHaveLength(3);
  });

  test('are what a desk in the store has', async () => {
    const { time, store, desk } = createScene();
    const pages = [timeOf(1), timeOf(2)];
    await time.until(store.commit('desk', encodeShard({ ...EMPTY_SHARD, pages }), undefined));
    expect(await time.until(desk().look())).toEqual({ outbox: [], pages });
  });
});
