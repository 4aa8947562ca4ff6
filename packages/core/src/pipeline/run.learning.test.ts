import { describe, expect, test } from 'vitest';
import { isoTime } from '../alerts/message.ts';
import { createScenario, type Scenario } from '../testing/scenario.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';
import type { Monitor } from './monitor.ts';

const DAY = (24 * 3_600_000) / PERIOD_MS;

const ADAPTIVE: Partial<Monitor> = {
  detector: { type: 'adaptive', periodMs: PERIOD_MS },
  trainingMs: 14 * DAY * PERIOD_MS,
};

describe('while there is too little history', () => {
  /** Of half a day; then it jumps for an hour, and half a day later once more. */
  function young(monitor: Partial<Monitor> = {}): Scenario {
    const values = calm(3 * DAY);
    for (const at of [DAY / 2, DAY + 100]) values.fill(400, at, at + 12);
    return createScenario({ web: values }, { ...ADAPTIVE, ...monitor });
  }

  test('fault 19: it is said that the series is learned, and when that will be done', async () => {
    const scenario = young();
    const report = await scenario.runAt(DAY / 2 - 1);
    // Those of a day, of which all but the newest, which is judged, have been learned.
    const readyAt = timeOf(DAY / 2 - 1) + (DAY / 2 + 1) * PERIOD_MS;
    expect(report.notes).toEqual([
      { kind: 'learning', series: '["cpu","web"]', message: `learning until ${isoTime(readyAt)}` },
    ]);
    expect(report.counts).toMatchObject({ scored: 1, noOpinion: 1 });
    const reports = await scenario.runThrough(DAY / 2, DAY / 2 + 20);
    expect(reports.flatMap(({ notes }) => notes)).toEqual([]);
    expect(scenario.told()).toEqual([]);
  });

  test('fault 19: and by then there is an opinion', async () => {
    const scenario = young();
    const first = await scenario.runAt(DAY / 2 - 1);
    const readyAt = first.decisions[0]!.verdict.readyAt!;
    const reports = await scenario.runThrough(DAY / 2, DAY + 2);
    const opinions = reports.flatMap(({ decisions }) => decisions.map(({ verdict }) => verdict));
    const known = opinions.filter(({ noOpinion }) => noOpinion === undefined);
    expect(known[0]?.timestamp).toBe(readyAt);
  });

  test('fault 19: a limit that somebody has set judges, and then the detector does', async () => {
    const scenario = young({ fallback: { type: 'static-threshold', above: 300 } });
    const reports = await scenario.runThrough(DAY / 2 - 1, DAY + 111);
    expect(scenario.told().slice(0, 2)).toEqual([
      `firing web ${DAY / 2}`,
      `resolved web ${DAY / 2 + 14}`,
    ]);
    const { message } = scenario.sink.received[0]!;
    expect(message).toMatchObject({ upper: 300, rarity_days: null, severity: 'page' });
    const verdicts = reports.flatMap(({ decisions }) => decisions.map(({ verdict }) => verdict));
    const byLimit = verdicts.filter(({ rarity }) => rarity === undefined);
    expect(byLimit.at(-1)?.timestamp).toBe(timeOf(DAY - 1));
    expect(byLimit.every(({ expectation }) => expectation.upper === 300)).toBe(true);
  });

  // A counter of errors that has been 0 all the time: nothing has varied, so the detector cannot tell.
  test('a limit judges also while nothing has varied yet', async () => {
    const values = new Array<number>(3 * DAY).fill(0);
    values.fill(500, 2 * DAY, 2 * DAY + 6);
    const fallback = { type: 'static-threshold', above: 300 } as const;
    const scenario = createScenario({ web: values }, { ...ADAPTIVE, fallback });
    await scenario.runThrough(2 * DAY - 1, 2 * DAY + 5);
    expect(scenario.told()).toEqual([`firing web ${2 * DAY}`]);
  });

  test('a series with enough of it is not said to be learned', async () => {
    const { notes } = await young().runAt(2 * DAY);
    expect(notes).toEqual([]);
  });
});

describe('a level that shifts and stays', () => {
  const SHIFT = 14 * DAY + 100;
  const values = [...calm(SHIFT), ...calm(8 * DAY, { level: 120, seed: 7 })];

  test('fault 21: is told, and its end says that it is the new normal, within a week', async () => {
    const scenario = createScenario({ web: values }, ADAPTIVE);
    await scenario.runAt(14 * DAY - 1);
    for (let at = 14 * DAY; at < values.length; at += DAY / 4) await scenario.runAt(at);
    const [firing, resolved, ...more] = scenario.sink.received.map(({ message }) => message);
    expect(firing).toMatchObject({
      state: 'firing',
      side: 'above',
      timestamp: isoTime(timeOf(SHIFT)),
    });
    expect(resolved).toMatchObject({
      state: 'resolved',
      reason: 'new-normal',
      since: firing?.since,
    });
    expect(more).toEqual([]);
    const tookMs = Date.parse(resolved!.timestamp) - timeOf(SHIFT);
    expect(tookMs).toBeLessThan(7 * DAY * PERIOD_MS);
    // It is learned, so it is not kept apart when the model is learned anew.
    expect(await scenario.storedSeries('web')).not.toHaveProperty('incidents');
  });

  test('and goes back before it is learned is a recovery', async () => {
    const back = [...calm(SHIFT), ...calm(6, { level: 120 }), ...calm(DAY, { seed: 9 })];
    const scenario = createScenario({ web: back }, ADAPTIVE);
    await scenario.runAt(14 * DAY - 1);
    await scenario.runAt(SHIFT);
    await scenario.runAt(SHIFT + DAY / 2);
    expect(scenario.sink.received.map(({ message }) => message.reason)).toEqual([
      'first-flagged',
      'recovered',
    ]);
  });
});
