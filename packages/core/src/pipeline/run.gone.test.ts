import { describe, expect, test } from 'vitest';
import { isoTime } from '../alerts/message.ts';
import type { MetricSource, ReadRequest } from '../ports/metric-source.ts';
import { createScenario, history, MONITOR, TRAINED, watch } from '../testing/scenario.ts';
import { calm, timeOf } from '../testing/series.ts';
import type { Monitor } from './monitor.ts';
import type { Note } from './stage.ts';

const DAY = (24 * 3_600_000) / MONITOR.periodMs;

/** Two series that go on for three weeks; `a` jumps at first. */
const LONG = {
  a: [...history([200]), ...calm(21 * DAY)],
  b: [...history([]), ...calm(21 * DAY, { seed: 5 })],
};

describe('a series that is found no more', () => {
  /** All monitors that there are: one that finds its series by a pattern. */
  const monitors = [watch('*', { source: { kind: 'csv', path: 'hosts/*.csv' } }).monitor];

  test.each([
    ['of a monitor that may find it again', monitors],
    ['of whatever monitor, where nobody says which there are', undefined],
  ] as const)(
    'fault 18: %s keeps its model for a day, its alert for two weeks, and is then forgotten',
    async (_, known) => {
      const scenario = createScenario(LONG);
      await scenario.runThrough(TRAINED - 1, TRAINED);
      const onlyB = { watched: [watch('b')], ...(known && { monitors: known }) };

      await scenario.runAt(TRAINED + DAY - 1, onlyB);
      expect((await scenario.storedSeries('a'))?.snapshot.length).toBeGreaterThan(0);
      await scenario.runAt(TRAINED + DAY + 1, onlyB);
      expect((await scenario.storedSeries('a'))?.snapshot.length).toBe(0);
      expect((await scenario.storedSeries('a'))?.alert.phase).toBe('firing');

      await scenario.runAt(TRAINED + 14 * DAY - 1, onlyB);
      expect(await scenario.storedSeries('a')).toBeDefined();
      expect(scenario.told()).toEqual([`firing a ${TRAINED}`]);
      const report = await scenario.runAt(TRAINED + 14 * DAY + 1, onlyB);
      expect(await scenario.storedSeries('a')).toBeUndefined();
      expect(report.notes).toEqual([]);
      expect(scenario.told().slice(1)).toEqual([`resolved a ${TRAINED + 14 * DAY + 2}`]);
      expect(scenario.sink.received.at(-1)?.message.reason).toBe('no-longer-watched');
      expect((await scenario.storedSeries('b'))?.snapshot.length).toBeGreaterThan(0);
    },
  );

  test('and comes back is learned anew, and judged from where it is now', async () => {
    const scenario = createScenario(LONG);
    await scenario.runThrough(TRAINED - 1, TRAINED);
    await scenario.runAt(TRAINED + 5 * DAY, { watched: [watch('b')] });
    const report = await scenario.runAt(TRAINED + 5 * DAY + 1);
    expect(report.counts).toMatchObject({ read: 2, failed: 0 });
    expect(report.notes).toEqual([]); // not that a model did not fit: there was none
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

  test('fault 8: is taken up again a day back, and says so: what is long over is told to nobody', async () => {
    const values = [...history([]), ...calm(3 * DAY)];
    values[TRAINED + 100] = 200; // two days before the next run
    values[TRAINED + 2 * DAY] = 200; // within the last day
    const scenario = createScenario({ a: values });
    await scenario.runAt(TRAINED - 1);
    const report = await scenario.runAt(TRAINED + 2 * DAY + 100);
    const jumpedTo = isoTime(timeOf(TRAINED + DAY + 100));
    expect(report.notes).toEqual([
      {
        kind: 'skipped-ahead',
        series: '["cpu","a"]',
        message: `behind by more than 24 hours: what is before ${jumpedTo} is not looked at`,
      },
    ]);
    expect(report.counts.scored).toBe(DAY);
    expect(scenario.told()).toEqual([
      `firing a ${TRAINED + 2 * DAY}`,
      `resolved a ${TRAINED + 2 * DAY + 3}`,
    ]);
  });

  test('within a day is caught up with in full, without a word', async () => {
    const scenario = createScenario({ a: [...history([]), ...calm(3 * DAY)] });
    await scenario.runAt(TRAINED - 1);
    const report = await scenario.runAt(TRAINED - 1 + DAY);
    expect(report).toMatchObject({ notes: [], counts: { scored: DAY } });
  });

  /** Runs from half a day after the last sample on, each at the time the sample before is a period old. */
  const afterTheEnd = async (monitor: Partial<Monitor>): Promise<readonly Note[]> => {
    const scenario = createScenario({ a: calm(TRAINED) }, monitor);
    await scenario.runAt(TRAINED - 1);
    const notes: Note[] = [];
    for (let at = TRAINED - 1; at < TRAINED + 4 * DAY; at += DAY / 2) {
      notes.push(...(await scenario.runAt(at)).notes);
    }
    return notes;
  };

  test('for want of samples has not been skipped: there is nothing that was not looked at', async () => {
    expect(await afterTheEnd({ missing: 'missing' })).toEqual([]);
  });

  test('and no more has one that may be silent for longer than a day', async () => {
    expect(await afterTheEnd({ silentAfterMs: 3 * 24 * 3_600_000 })).toEqual([]);
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
