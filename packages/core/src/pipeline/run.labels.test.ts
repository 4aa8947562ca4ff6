import { describe, expect, test } from 'vitest';
import type { Label } from '../alerts/guidance.ts';
import { createScenario, history, type Scenario, TRAINED } from '../testing/scenario.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';
import type { Monitor } from './monitor.ts';
import type { SeriesDecision } from './stage.ts';

const labelled = (label: Label['label'], first: number, last: number): { labels: Label[] } => {
  return { labels: [{ label, match: {}, spans: { from: timeOf(first), until: timeOf(last) } }] };
};

/** Learns all that it sees; after an alert the next is news at once. */
const AT_ONCE = { rearmMs: 0 };
const OUTAGE = [200, 200, 200];
/** Two outages; the first is so large that the second is within what a z-score has learned. */
const TWICE = { web: history([...OUTAGE, ...calm(7, { seed: 3 }), ...OUTAGE]) };
const [FIRST, CALM, SECOND] = [TRAINED, TRAINED + 3, TRAINED + 10];

describe('an incident', () => {
  test('that is not labelled hides the next one like it', async () => {
    const scenario = createScenario(TWICE, AT_ONCE);
    await scenario.runThrough(TRAINED - 1, SECOND + 2);
    expect(scenario.told().filter((text) => text.startsWith('firing'))).toEqual([
      `firing web ${FIRST}`,
    ]);
  });

  test('fault 22: that is labelled is unlearned, and the next one like it is news again', async () => {
    const scenario = createScenario(TWICE, AT_ONCE);
    await scenario.runThrough(TRAINED - 1, SECOND - 2);
    const guidance = labelled('incident', FIRST, CALM);
    const reports = await scenario.runThrough(SECOND - 1, SECOND + 2, { guidance });
    expect(scenario.told().at(-1)).toBe(`firing web ${SECOND}`);
    expect(reports[0]?.notes).toMatchObject([{ kind: 'model-rebuilt', series: '["cpu","web"]' }]);
    expect(reports.slice(1).flatMap(({ notes }) => notes)).toEqual([]);
    const { snapshotKey } = (await scenario.storedSeries('web'))!;
    expect(snapshotKey).toMatch(/^z-score@1\/30x300000ms labels [0-9a-f]+$/);
  });

  test('that is labelled while it lasts is told all the same, and not learned', async () => {
    const scenario = createScenario({ web: history(OUTAGE) });
    const guidance = labelled('incident', FIRST, CALM);
    await scenario.runThrough(TRAINED - 1, CALM, { guidance });
    expect(scenario.told()).toEqual([`firing web ${FIRST}`]);
    const { snapshot } = (await scenario.storedSeries('web'))!;
    expect([...snapshot]).not.toContain(200);
  });

  test('whose label is taken back is learned after all', async () => {
    const scenario = createScenario({ web: history(OUTAGE) });
    const guidance = labelled('incident', FIRST - 5, FIRST - 3);
    await scenario.runThrough(TRAINED - 1, FIRST - 1, { guidance });
    const without = await scenario.storedSeries('web');
    await scenario.runAt(FIRST + 6);
    const after = (await scenario.storedSeries('web'))!;
    expect(after.snapshotKey).not.toBe(without?.snapshotKey);
    expect(after.snapshot).toHaveLength(1 + 30);
  });

  test('of another series changes nothing: its model is not learned anew', async () => {
    const scenario = createScenario({ web: history([]), db: history([], { seed: 2 }) });
    await scenario.runThrough(TRAINED - 1, TRAINED);
    const [label] = labelled('incident', TRAINED - 9, TRAINED - 5).labels;
    const guidance = { labels: [{ ...label!, match: { series: 'db' } }] };
    const { notes, counts } = await scenario.runAt(TRAINED + 1, { guidance });
    expect(notes.map(({ series }) => series)).toEqual(['["cpu","db"]']);
    expect(counts.samples).toBe(1 + TRAINED);
  });

  test('keeps the alert and what was judged: nothing is judged twice', async () => {
    const scenario = createScenario({ web: history(OUTAGE) });
    await scenario.runThrough(TRAINED - 1, TRAINED + 1);
    const guidance = labelled('incident', FIRST, CALM);
    const report = await scenario.runAt(TRAINED + 2, { guidance });
    expect(report.decisions.map(({ verdict }) => verdict.timestamp)).toEqual([timeOf(TRAINED + 2)]);
    expect(scenario.told()).toEqual([`firing web ${FIRST}`]);
  });
});

describe('what is excluded', () => {
  test('is neither judged nor learned, and counted as scored with that reason', async () => {
    const scenario = createScenario({ web: history(OUTAGE) });
    await scenario.runAt(TRAINED - 1);
    const before = await scenario.storedSeries('web');
    const guidance = labelled('excluded', FIRST, CALM);
    await scenario.runAt(TRAINED - 1, { guidance });
    const reports = await scenario.runThrough(FIRST, CALM - 1, { guidance });
    expect(reports.map(({ decisions }) => decisions[0]?.decision.reason)).toEqual(
      OUTAGE.map(() => 'excluded'),
    );
    expect(scenario.told()).toEqual([]);
    const after = (await scenario.storedSeries('web'))!;
    expect(after.snapshot).toEqual(before?.snapshot);
    expect(after.watermark).toBe(timeOf(CALM - 1));
  });

  test('leaves an open alert open, whatever is in it', async () => {
    const scenario = createScenario({ web: history([200]) });
    const guidance = labelled('excluded', FIRST + 1, FIRST + 6);
    await scenario.runThrough(TRAINED - 1, FIRST + 5, { guidance });
    expect(scenario.told()).toEqual([`firing web ${FIRST}`]);
    await scenario.runThrough(FIRST + 6, FIRST + 8, { guidance });
    expect(scenario.told().at(-1)).toBe(`resolved web ${FIRST + 8}`);
  });

  test('of the training history is not learned', async () => {
    const values = calm(TRAINED).map((value, i) => (i > 20 && i < 25 ? 500 : value));
    const scenario = createScenario({ web: values });
    await scenario.runAt(TRAINED - 1, { guidance: labelled('excluded', 21, 25) });
    const { snapshot } = (await scenario.storedSeries('web'))!;
    expect([...snapshot]).not.toContain(500);
  });
});

describe('what is labelled normal', () => {
  const DAY = (24 * 3_600_000) / PERIOD_MS;
  const BACKUP = Array.from({ length: 4 }, () => 90);
  const [FIRST_NIGHT, SECOND_NIGHT] = [8 * DAY + 24, 9 * DAY + 24];
  const ADAPTIVE: Partial<Monitor> = {
    detector: { type: 'adaptive', periodMs: PERIOD_MS },
    trainingMs: 7 * DAY * PERIOD_MS,
  };

  /** Calm for ten days, but for a backup at two in the eighth night and in the ninth. */
  function withBackups(): Scenario {
    const values = calm(10 * DAY);
    for (const night of [FIRST_NIGHT, SECOND_NIGHT]) values.splice(night, BACKUP.length, ...BACKUP);
    return createScenario({ web: values }, ADAPTIVE);
  }

  /** The rarest sample of the second backup, in days, after the first was labelled or not. */
  async function rarestOfSecond(guidance?: { labels: Label[] }): Promise<number> {
    const scenario = withBackups();
    await scenario.runAt(FIRST_NIGHT - 1);
    await scenario.runAt(FIRST_NIGHT + 12);
    const changes = guidance ? { guidance } : {};
    await scenario.runAt(SECOND_NIGHT - 1, changes);
    const { decisions } = await scenario.runAt(SECOND_NIGHT + 3, changes);
    return rarestOf(decisions);
  }

  const rarestOf = (decisions: readonly SeriesDecision[]): number =>
    Math.max(...decisions.map(({ verdict }) => verdict.rarity ?? 0));

  test('is told to nobody', async () => {
    const scenario = withBackups();
    const guidance = labelled('normal', FIRST_NIGHT, FIRST_NIGHT + 4);
    await scenario.runAt(FIRST_NIGHT - 1, { guidance });
    const { decisions } = await scenario.runAt(FIRST_NIGHT + 3, { guidance });
    expect(decisions).toHaveLength(BACKUP.length);
    expect(decisions[0]?.decision.reason).toBe('labelled-normal');
    expect(rarestOf(decisions)).toBeGreaterThan(28);
    expect(scenario.told()).toEqual([]);
  });

  test('would have been told without the label', async () => {
    const scenario = withBackups();
    await scenario.runAt(FIRST_NIGHT - 1);
    const { decisions } = await scenario.runAt(FIRST_NIGHT + 3);
    expect(rarestOf(decisions)).toBeGreaterThan(28);
    expect(scenario.told()).toEqual([`firing web ${FIRST_NIGHT}`]);
  });

  test('is learned as if it had been so each day of a week: the next is clearly less rare', async () => {
    const plain = await rarestOfSecond();
    const guided = await rarestOfSecond(labelled('normal', FIRST_NIGHT, FIRST_NIGHT + 4));
    expect(plain).toBeGreaterThan(28); // it would page again
    expect(guided).toBeLessThan(plain / 50);
    expect(guided).toBeLessThan(14); // and now it wakes nobody
  });
});
