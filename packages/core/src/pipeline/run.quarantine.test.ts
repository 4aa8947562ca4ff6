import { describe, expect, test } from 'vitest';
import { isoTime } from '../alerts/message.ts';
import {
  createScenario,
  history,
  MONITOR,
  type Scenario,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';

/** A detector that cannot be made, and so fails with every sample. */
const BROKEN = { detector: { type: 'z-score', windowSamples: 30, threshold: -1 } } as const;
const WATCHED = [watch('web', BROKEN), watch('db')];
const DAY = (24 * 3_600_000) / PERIOD_MS;

async function known(samples = 30): Promise<Scenario> {
  const contents = { web: calm(TRAINED + samples), db: calm(TRAINED + samples, { seed: 2 }) };
  const scenario = createScenario(contents);
  await scenario.runAt(TRAINED - 1);
  return scenario;
}

/** The indexes of the runs, counted from the first, in which web was tried. */
function triedIn(reports: Awaited<ReturnType<Scenario['runThrough']>>): number[] {
  return reports.flatMap(({ notes }, i) =>
    notes.some(({ kind, series }) => kind === 'series-failed' && series === '["cpu","web"]')
      ? [i]
      : [],
  );
}

describe('a series whose detector fails', () => {
  test('fault 24: is tried again in the next two runs, and then left alone for twice as long each time', async () => {
    const scenario = await known(70);
    const reports = await scenario.runThrough(TRAINED, TRAINED + 66, { watched: WATCHED });
    expect(triedIn(reports)).toEqual([0, 1, 2, 4, 8, 16, 32, 64]);
    expect(reports.every(({ decisions }) => decisions.length === 1)).toBe(true); // db goes on
  });

  test('is said to be left alone, and until when', async () => {
    const scenario = await known();
    const reports = await scenario.runThrough(TRAINED, TRAINED + 3, { watched: WATCHED });
    expect(reports[3]).toMatchObject({ counts: { due: 1, failed: 0 } });
    expect(reports[3]?.notes).toEqual([
      {
        kind: 'series-quarantined',
        series: '["cpu","web"]',
        message: `it failed 3 times in a row: left alone until ${isoTime(timeOf(TRAINED + 5))}`,
      },
    ]);
  });

  test('is left alone for no longer than a day', async () => {
    const scenario = await known(4 * DAY);
    await scenario.runThrough(TRAINED, TRAINED + DAY, { watched: WATCHED });
    const { failing } = (await scenario.storedSeries('web'))!;
    for (const at of [TRAINED + 2 * DAY, TRAINED + 3 * DAY + 1]) {
      await scenario.runAt(at, { watched: WATCHED });
      const { retryAt } = (await scenario.storedSeries('web'))!.failing!;
      expect(retryAt - timeOf(at + 1)).toBeLessThanOrEqual(24 * 3_600_000);
    }
    expect(failing!.times).toBeGreaterThan(9);
  });

  test('is forgiven once it works, and begins anew', async () => {
    const scenario = await known();
    await scenario.runThrough(TRAINED, TRAINED + 1, { watched: WATCHED });
    await scenario.runAt(TRAINED + 2);
    expect(await scenario.storedSeries('web')).not.toHaveProperty('failing');
    const reports = await scenario.runThrough(TRAINED + 3, TRAINED + 8, { watched: WATCHED });
    expect(triedIn(reports)).toEqual([0, 1, 2, 4]);
  });

  test('keeps its model, its alert and its watermark, and is caught up with', async () => {
    const scenario = createScenario({ web: history([200, 50, 50, 50, 50]), db: history([]) });
    await scenario.runThrough(TRAINED - 1, TRAINED);
    const before = await scenario.storedSeries('web');
    await scenario.runThrough(TRAINED + 1, TRAINED + 4, { watched: WATCHED });
    const { failing, ...kept } = (await scenario.storedSeries('web'))!;
    expect(failing?.times).toBe(3);
    expect(kept).toEqual(before);
    await scenario.runThrough(TRAINED + 5, TRAINED + 6);
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`, `resolved web ${TRAINED + 3}`]);
  });

  test('in one slot three times has failed once', async () => {
    const scenario = await known();
    for (let i = 0; i < 3; i++) await scenario.runAt(TRAINED, { watched: WATCHED });
    expect((await scenario.storedSeries('web'))?.failing?.times).toBe(1);
  });

  test('with another detector that fails too begins anew: it is tried again in the next two runs', async () => {
    const scenario = await known();
    await scenario.runThrough(TRAINED, TRAINED + 5, { watched: WATCHED });
    const detector = { ...BROKEN.detector, windowSamples: 35 };
    const watched = [watch('web', { detector }), watch('db')];
    const reports = await scenario.runThrough(TRAINED + 6, TRAINED + 12, { watched });
    expect(triedIn(reports)).toEqual([0, 1, 2, 4]);
  });

  test('is tried again at once, twice, also where its period is much longer than the time between runs', async () => {
    const scenario = createScenario({ web: calm(TRAINED + 30) });
    const hourly = [watch('web', { ...BROKEN, periodMs: 12 * PERIOD_MS })];
    const reports = await scenario.runThrough(TRAINED, TRAINED + 11, { watched: hourly });
    expect(triedIn(reports)).toEqual([0, 1, 2]);
  });

  test('is tried at once when its detector is another: somebody has mended it', async () => {
    const scenario = await known(70);
    await scenario.runThrough(TRAINED, TRAINED + 33, { watched: WATCHED });
    const detector = { ...MONITOR.detector, windowSamples: 35 } as typeof MONITOR.detector;
    const report = await scenario.runAt(TRAINED + 34, { watched: [watch('web', { detector })] });
    expect(report.counts).toMatchObject({ failed: 0, scored: 35 });
  });
});

describe('a series that takes too long', () => {
  /** The time left, which loses so many ms at each look; at the looks not named, none. */
  const losing = (...losses: number[]): (() => number) => {
    let left = 60_000;
    return () => {
      left -= losses.shift() ?? 0;
      return left;
    };
  };
  const LOOKS_BEFORE_WEB = [0, 0];

  test('fault 24: is judged and told, and counts as one that fails', async () => {
    const scenario = createScenario({ web: history([200]), db: history([], { seed: 2 }) });
    await scenario.runAt(TRAINED - 1);
    const remainingMs = losing(...LOOKS_BEFORE_WEB, 5_200);
    const report = await scenario.runAt(TRAINED, { remainingMs });
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
    expect(report.notes).toEqual([
      {
        kind: 'series-failed',
        series: '["cpu","web"]',
        message: 'judging it took 5.2 s: choose a lighter detector, or more memory',
      },
    ]);
    expect((await scenario.storedSeries('web'))?.failing).toMatchObject({ times: 1 });
  });

  test('in five seconds does not', async () => {
    const scenario = await known();
    const remainingMs = losing(...LOOKS_BEFORE_WEB, 5_000);
    const report = await scenario.runAt(TRAINED, { remainingMs });
    expect(report.notes).toEqual([]);
    expect(await scenario.storedSeries('web')).not.toHaveProperty('failing');
  });

  test('again and again is left alone, so that it takes no time from the others', async () => {
    const scenario = await known();
    for (const index of [0, 1, 2]) {
      const remainingMs = losing(...LOOKS_BEFORE_WEB, 6_000);
      await scenario.runAt(TRAINED + index, { remainingMs });
    }
    const report = await scenario.runAt(TRAINED + 3);
    expect(report.notes).toMatchObject([{ kind: 'series-quarantined' }]);
    expect(report.decisions.map(({ series }) => series.series.id)).toEqual(['db']);
    const after = await scenario.runAt(TRAINED + 4);
    expect(after.decisions).toHaveLength(3); // two of web, and one of db
  });
});
