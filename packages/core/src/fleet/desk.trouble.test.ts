import { describe, expect, test } from 'vitest';
import type { Delivery, Notification } from '../ports/alert-sink.ts';
import type { StateStore } from '../ports/state-store.ts';
import { PERIOD_MS } from '../testing/series.ts';
import { createDesk } from './desk.ts';
import { alertsOf, bring, createScene, idsOf, range, SLOT, toldTo } from './testing/desk-scene.ts';

describe('one who was to tell and crashes', () => {
  test('fault 10: before the sending: the next look tells it', async () => {
    const { time, desk, plan, people, machines, lying } = createScene();
    const all = alertsOf(1, 3);
    const first = desk();
    await time.until(bring(first, all));
    expect(first.isFirst()).toBe(true); // and is not heard of again

    const told = await time.until(plan());
    expect(told).toMatchObject({ waiting: 0, ageMs: 0 });
    expect(people.sendings).toEqual([all]);
    expect(machines.sendings).toEqual([all]);
    expect(await lying()).toEqual([]);
  });

  test('fault 10: after the sending: the next look tells it again, under the same ids', async () => {
    const { time, store, desk, plan, people, machines, lying } = createScene();
    const all = alertsOf(1, 8);
    await time.until(bring(desk(), all));
    let commits = 0;
    const crashing: StateStore = {
      ...store,
      commit: (...change) => {
        commits += 1; // the first puts it together, the second says what was sent
        if (commits === 2) throw new Error('the process ended here');
        return store.commit(...change);
      },
    };
    await expect(time.until(desk({ store: crashing }).tell())).rejects.toThrow('ended here');
    await time.until(plan());
    for (const { sendings } of [people, machines]) {
      const [once, again] = sendings;
      expect(sendings).toHaveLength(2);
      expect(again).toEqual(once);
      expect(once).toMatchObject([{ message: { group: { count: 8 } } }]);
    }
    expect(await lying()).toEqual([]);
  });

  test('fault 10: keeps nothing from the shards that come after it', async () => {
    const { time, desk, work, people } = createScene();
    await time.until(bring(desk(), alertsOf(1, 1)));
    const slot = SLOT + PERIOD_MS;
    await time.until(work(alertsOf(2, 1), { slot }));
    expect(toldTo(people)).toEqual(idsOf([...alertsOf(1, 1), ...alertsOf(2, 1)]));
  });
});

describe('a sink that is down', () => {
  const DOWN: Delivery = { delivered: false, reason: '503', retryable: true };

  test('fault 11: keeps what is for it, and the other is told once', async () => {
    const { time, work, plan, people, machines, lying } = createScene();
    machines.answer = () => DOWN;
    const all = alertsOf(1, 1);
    const told = await time.until(work(all));
    expect(told).toMatchObject({
      waiting: 1,
      delivered: [],
      notes: [{ kind: 'delivery-failed', message: 'machines: 503; next run', retryable: true }],
    });
    expect(await lying()).toEqual([`${all[0]!.id}: machines`]);

    const later = await time.until(plan(SLOT + 2 * PERIOD_MS));
    expect(later).toMatchObject({ waiting: 1, ageMs: 2 * PERIOD_MS });
    machines.answer = () => ({ delivered: true });
    await time.until(plan(SLOT + 3 * PERIOD_MS));
    expect(people.sendings).toEqual([all]);
    expect(machines.sendings.at(-1)).toEqual(all);
    expect(await lying()).toEqual([]);
  });

  test('fault 11: does not hold up what is for the other in later slots', async () => {
    const { time, work, people, machines } = createScene();
    machines.answer = () => DOWN;
    for (const slot of range(4)) {
      const all = alertsOf(slot, 1);
      await time.until(work(all, { slot: SLOT + slot * PERIOD_MS }));
      expect(people.sendings.at(-1)).toEqual(all);
    }
    expect(people.sendings).toHaveLength(4);
  });

  test('fault 11: for hours leaves a digest, and not a heap', async () => {
    const { time, work, plan, people, machines, lying } = createScene();
    people.answer = () => DOWN;
    machines.answer = () => DOWN;
    const brought: Notification[] = [];
    for (const index of range(48)) {
      const slot = SLOT + index * PERIOD_MS;
      await time.until(plan(slot));
      const all = alertsOf(index, 4);
      brought.push(...all);
      await time.until(work(all, { slot }));
      expect((await lying()).length).toBeLessThanOrEqual(5);
    }
    people.sendings.length = 0;
    people.answer = () => ({ delivered: true });
    await time.until(plan(SLOT + 48 * PERIOD_MS));
    expect(people.sendings.flat()).toHaveLength(1);
    expect(toldTo(people)).toEqual(idsOf(brought));
  });

  test('for good has what is for it given up, with a note', async () => {
    const { time, work, machines, lying } = createScene();
    machines.answer = () => ({ delivered: false, reason: 'too large', retryable: false });
    const told = await time.until(work(alertsOf(1, 1)));
    expect(told).toMatchObject({
      waiting: 0,
      notes: [{ message: 'machines: too large; given up' }],
    });
    expect(await lying()).toEqual([]);
  });

  test('that is configured no more is forgotten', async () => {
    const { time, store, desk, people, lying } = createScene();
    await time.until(bring(desk(), alertsOf(1, 1)));
    const { sleep } = time;
    const alone = createDesk({ store, sinks: [people], slot: SLOT, sleep, random: Math.random });
    await time.until(alone.tell());
    expect(people.sendings).toHaveLength(1);
    expect(await lying()).toEqual([]);
  });
});

describe('two who tell at once', () => {
  test('fault 7: tell the same under the same ids, and leave nothing', async () => {
    const { time, desk, people, machines, lying } = createScene();
    const all = range(9).flatMap((shard) => alertsOf(shard, 1));
    await time.until(bring(desk(), all));
    await time.until(Promise.all([desk().tell(), desk().tell()]));
    for (const { sendings } of [people, machines]) {
      expect(sendings.length).toBeGreaterThanOrEqual(1);
      expect(new Set(sendings.flat().map(({ id }) => id)).size).toBe(1);
      expect(sendings[0]).toMatchObject([{ message: { group: { count: 9 } } }]);
    }
    expect(await lying()).toEqual([]);
  });
});

describe('a desk that is damaged', () => {
  test('fault 23: is replaced, which is said, and what comes after it is told', async () => {
    const { time, store, work, plan, people, lying } = createScene();
    await time.until(store.commit('desk', Uint8Array.of(1, 2, 3), undefined));
    expect(await time.until(plan(SLOT))).toBeUndefined();
    const told = await time.until(work(alertsOf(1, 2)));
    expect(told).toMatchObject({
      waiting: 0,
      notes: [
        {
          kind: 'state-unreadable',
          message: 'the desk: not a Plumbline state; what lay there is not told',
        },
      ],
    });
    expect(people.sendings).toEqual([alertsOf(1, 2)]);
    expect(await lying()).toEqual([]);
  });
});

describe('a store that fails', () => {
  test('while something is brought: it was not brought, and stays with its shard', async () => {
    const { time, store, desk } = createScene();
    const load = () => Promise.reject(new Error('SlowDown'));
    const { relays, isFirst } = desk({ store: { ...store, load } });
    await expect(time.until(relays[0]!.send(alertsOf(1, 1)))).rejects.toThrow('SlowDown');
    expect(isFirst()).toBe(false);
  });

  test('in which others are always faster: it is given up in the end', async () => {
    const { time, store, desk } = createScene();
    let tries = 0;
    const commit: StateStore['commit'] = async () => {
      tries += 1;
      return { committed: false };
    };
    const { relays } = desk({ store: { ...store, commit } });
    await expect(time.until(relays[0]!.send(alertsOf(1, 1)))).rejects.toThrow(
      'others change the desk all the time',
    );
    expect(tries).toBe(30);
    expect(time.now()).toBeLessThan(15_000);
  });
});
