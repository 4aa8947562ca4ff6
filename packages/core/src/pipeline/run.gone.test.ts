import { describe, expect, test } from 'vitest';
import type { MetricSource, ReadRequest } from '../ports/metric-source.ts';
import { createScenario, history, MONITOR, TRAINED, watch } from '../testing/scenario.ts';
import { calm } from '../testing/series.ts';

const DAY = (24 * 3_600_000) / MONITOR.periodMs;

/** Two series that go on for three weeks; `a` jumps at first. */
const LONG = {
  a: [...history([200]), ...calm(21 * DAY)],
  b: [...history([]), ...calm(21 * DAY, { seed: 5 })],
};

describe('a series that is found no more', () => {
  test('keeps its model for a day, its alert for two weeks, and is then forgotten, with a note', async () => {
    const scenario = createScenario(LONG);
    await scenario.runThrough(TRAINED - 1, TRAINED);
    const onlyB = { watched: [watch('b')] };

    await scenario.runAt(TRAINED + DAY - 1, onlyB);
    expect((await scenario.storedSeries('a'))?.snapshot.length).toBeGreaterThan(0);
    await scenario.runAt(TRAINED + DAY + 1, onlyB);
    expect((await scenario.storedSeries('a'))?.snapshot.length).toBe(0);
    expect((await scenario.storedSeries('a'))?.alert.phase).toBe('firing');

    await scenario.runAt(TRAINED + 14 * DAY - 1, onlyB);
    expect(await scenario.storedSeries('a')).toBeDefined();
    const report = await scenario.runAt(TRAINED + 14 * DAY + 1, onlyB);
    expect(await scenario.storedSeries('a')).toBeUndefined();
    expect(report.notes).toContainEqual({
      kind: 'series-forgotten',
      series: '["cpu","a"]',
      message: 'watched no more for two weeks: forgotten, with an alert that was still open',
    });
    expect((await scenario.storedSeries('b'))?.snapshot.length).toBeGreaterThan(0);
  });

  test('and comes back is learned anew, and judged from where it is now', async () => {
    const scenario = createScenario(LONG);
    await scenario.runThrough(TRAINED - 1, TRAINED);
    await scenario.runAt(TRAINED + 5 * DAY, { watched: [watch('b')] });
    const report = await scenario.runAt(TRAINED + 5 * DAY + 1);
    expect(report.counts).toMatchObject({ read: 2, failed: 0 });
    expect((await scenario.storedSeries('a'))?.snapshot.length).toBeGreaterThan(0);
  });

  test('leaves the state no larger however many come and go', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `host-${i}`);
    const scenario = createScenario(
      Object.fromEntries(names.map((name, seed) => [name, calm(62 * DAY, { seed })])),
    );
    const sizes: number[] = [];
    for (let day = 1; day < 60; day++) {
      const watched = names.slice(day - 1, day + 1).map((name) => watch(name));
      await scenario.runAt(day * DAY, { watched });
      sizes.push((await scenario.stored()).series.size);
    }
    expect(Math.max(...sizes.slice(0, 20))).toBe(Math.max(...sizes));
    expect(Math.max(...sizes)).toBeLessThan(20);
  });
});

describe('a series that was not looked at for days', () => {
  function listening(source: MetricSource) {
    const asked: ReadRequest[] = [];
    return {
      ...source,
      asked,
      async read(requests: readonly ReadRequest[]) {
        asked.push(...requests);
        return source.read(requests);
      },
    };
  }

  test('is taken up again a day back: what is long over is told to nobody', async () => {
    const values = [...history([]), ...calm(3 * DAY)];
    values[TRAINED + 100] = 200; // two days before the next run
    values[TRAINED + 2 * DAY] = 200; // within the last day
    const scenario = createScenario({ a: values });
    await scenario.runAt(TRAINED - 1);
    await scenario.runAt(TRAINED + 2 * DAY + 100);
    expect(scenario.told()).toEqual([
      `firing a ${TRAINED + 2 * DAY}`,
      `resolved a ${TRAINED + 2 * DAY + 3}`,
    ]);
  });

  test('is read after those that are alive and those that are new', async () => {
    const silent = [...history([])];
    const scenario = createScenario({
      silent: silent.slice(0, TRAINED),
      alive: [...history([]), ...calm(3 * DAY)],
      fresh: [...history([]), ...calm(3 * DAY)],
    });
    await scenario.runAt(TRAINED - 1, { watched: [watch('silent'), watch('alive')] });
    await scenario.runAt(TRAINED + 2 * DAY - 1, { watched: [watch('silent'), watch('alive')] });
    const source = listening(scenario.source);
    await scenario.runAt(TRAINED + 2 * DAY, { source });
    expect(source.asked.map(({ series }) => series.id)).toEqual(['alive', 'fresh', 'silent']);
    const { after, until } = source.asked.at(-1)!;
    expect(until - after).toBe(24 * 3_600_000 + 1);
  });
});
