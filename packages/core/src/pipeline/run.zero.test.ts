import { describe, expect, test } from 'vitest';
import type { MetricSource } from '../ports/metric-source.ts';
import { createScenario, TRAINED, watch } from '../testing/scenario.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';

const NONE = Number.NaN;

describe('missing: zero', () => {
  const LIMIT = { detector: { type: 'static-threshold', above: 100 } } as const;

  test('a pause in which nothing ran is filled too', async () => {
    const values = [...calm(TRAINED), ...new Array<number>(20).fill(NONE), 50];
    const scenario = createScenario({ web: values }, { missing: 'zero', ...LIMIT });
    await scenario.runAt(TRAINED - 1);
    const report = await scenario.runAt(TRAINED + 20);
    expect(report.decisions.map(({ verdict }) => verdict.value)).toEqual([
      ...new Array<number>(20).fill(0),
      50,
    ]);
  });

  test('after a pause of days no more is filled than is looked at', async () => {
    const day = (24 * 3_600_000) / PERIOD_MS;
    const scenario = createScenario({ web: calm(TRAINED) }, { missing: 'zero', ...LIMIT });
    await scenario.runAt(TRAINED - 1);
    const report = await scenario.runAt(TRAINED + 3 * day);
    expect(report.counts).toMatchObject({ samples: day, scored: day });
  });

  test('what has come only in part is not filled beyond it', async () => {
    const values = [...calm(TRAINED), NONE, 50, NONE, NONE, 50];
    const scenario = createScenario({ web: values }, { missing: 'zero', ...LIMIT });
    await scenario.runAt(TRAINED - 1);
    const source: MetricSource = {
      ...scenario.source,
      read: async () => [{ status: 'partial', timestamps: [timeOf(TRAINED + 1)], values: [50] }],
    };
    await scenario.runAt(TRAINED + 4, { source });
    const state = await scenario.storedSeries('web');
    expect(state?.learnedUntil).toBe(timeOf(TRAINED + 1));
  });

  test('a sample that comes late, for which a 0 has been judged, changes nothing', async () => {
    const values = [...calm(TRAINED), NONE, 50, 50];
    const late = createScenario({
      web: values.map((value) => (Number.isNaN(value) ? 400 : value)),
    });
    const scenario = createScenario({ web: values }, { missing: 'zero', ...LIMIT });
    await scenario.runThrough(TRAINED - 1, TRAINED + 1);
    await scenario.runAt(TRAINED + 2, { source: late.source });
    expect(scenario.told()).toEqual([]);
  });

  test('chosen for a series with periods that have no sample, it counts from then on', async () => {
    const values = [...calm(TRAINED), NONE, 50, ...new Array<number>(9).fill(NONE)];
    const scenario = createScenario({ web: values }, LIMIT);
    await scenario.runThrough(TRAINED - 1, TRAINED + 1);
    const watched = [watch('web', { missing: 'zero', ...LIMIT })];
    const reports = await scenario.runThrough(TRAINED + 2, TRAINED + 4, { watched });
    expect(reports.map(({ counts }) => counts.scored)).toEqual([1, 1, 1]);
  });

  test('a detector that is changed while nothing happens goes on all the same', async () => {
    const values = [...calm(TRAINED), ...new Array<number>(3 * TRAINED).fill(NONE)];
    const scenario = createScenario({ web: values }, { missing: 'zero', ...LIMIT });
    await scenario.runThrough(TRAINED - 1, TRAINED + 60);
    const watched = [watch('web', { missing: 'zero' })]; // a z-score, of the last 40 periods
    const reports = await scenario.runThrough(TRAINED + 61, TRAINED + 62, { watched });
    expect(reports.map(({ counts }) => counts.scored)).toEqual([1, 1]);
  });

  test('a model that is learned anew begins with the first sample that there is, as on first sight', async () => {
    const first = 20;
    const values = [...new Array<number>(first).fill(NONE), ...calm(TRAINED)];
    const scenario = createScenario({ web: values }, { missing: 'zero', ...LIMIT });
    expect((await scenario.runAt(TRAINED)).counts.samples).toBe(TRAINED + 1 - first);
    const watched = [watch('web', { missing: 'zero' })];
    const report = await scenario.runAt(TRAINED + 1, { watched });
    expect(report.counts.samples).toBe(TRAINED + 2 - first);
  });
});
