import { describe, expect, test } from 'vitest';
import { isoTime } from '../alerts/message.ts';
import type { MetricSource, ReadRequest } from '../ports/metric-source.ts';
import { createScenario, history, type Scenario, TRAINED, watch } from '../testing/scenario.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';

const NONE = Number.NaN;
const HOUR = 3_600_000 / PERIOD_MS;
/** The periods after the training history that have no sample at first. */
const GAP = [TRAINED + 1, TRAINED + 2];

/** Two samples are missing, and after them all is calm; later they are there, far off. */
async function withGap(): Promise<{ readonly scenario: Scenario; readonly later: MetricSource }> {
  const values = (...missing: number[]) => ({
    web: history([50, ...missing, ...new Array(60).fill(50)]),
  });
  const scenario = createScenario(values(NONE, NONE));
  await scenario.runThrough(TRAINED - 1, TRAINED + 3);
  return { scenario, later: createScenario(values(900, 901)).source };
}

describe('fault 6: samples that come after later ones', () => {
  test('are noted, not judged and not learned, and nobody is told', async () => {
    const { scenario, later } = await withGap();
    const report = await scenario.runAt(TRAINED + 4, { source: later });
    expect(report.notes).toEqual([
      {
        kind: 'read-late',
        series: '["cpu","web"]',
        message: `2 samples came late, the first of ${isoTime(timeOf(GAP[0]!))}: not judged, and nobody is told`,
      },
    ]);
    expect(report.decisions.map(({ verdict }) => verdict.timestamp)).toEqual([timeOf(TRAINED + 4)]);
    expect(scenario.told()).toEqual([]);
    const { snapshot } = (await scenario.storedSeries('web'))!;
    expect(Math.max(...snapshot.slice(1).filter((value) => !Number.isNaN(value)))).toBeLessThan(60);
  });

  test('are said from the first on in whatever order the source gives them, and one as one', async () => {
    const messageWith = async (given: readonly (readonly [number, number])[]): Promise<string> => {
      const { scenario } = await withGap();
      const source: MetricSource = {
        ...scenario.source,
        read: async () => {
          const timestamps = given.map(([index]) => timeOf(index));
          return [{ status: 'complete', timestamps, values: given.map(([, value]) => value) }];
        },
      };
      const [note] = (await scenario.runAt(TRAINED + 4, { source })).notes;
      return note!.message;
    };
    const [first, second] = GAP.map((index) => [index, 900] as const);
    const since = (index: number): string => isoTime(timeOf(index));
    expect(await messageWith([second!, first!])).toContain(
      `2 samples came late, the first of ${since(GAP[0]!)}:`,
    );
    expect(await messageWith([second!])).toContain(
      `1 sample came late, the first of ${since(GAP[1]!)}:`,
    );
  });

  test('are noted once', async () => {
    const { scenario, later } = await withGap();
    await scenario.runAt(TRAINED + 4, { source: later });
    const reports = await scenario.runThrough(TRAINED + 5, TRAINED + 9, { source: later });
    expect(reports.flatMap(({ notes }) => notes)).toEqual([]);
    expect(await scenario.storedSeries('web')).not.toHaveProperty('gaps');
  });

  test('are noted also when nothing else has come', async () => {
    const { scenario, later } = await withGap();
    const source: MetricSource = {
      ...later,
      read: async (requests) =>
        later.read(requests.map((request) => ({ ...request, until: timeOf(TRAINED + 4) }))),
    };
    const report = await scenario.runAt(TRAINED + 4, { source });
    expect(report).toMatchObject({ outcome: 'committed', notes: [{ kind: 'read-late' }] });
    expect(report.counts.scored).toBe(0);
    expect((await scenario.storedSeries('web'))?.watermark).toBe(timeOf(TRAINED + 3));
  });

  test('leave everything as it is for those that never come', async () => {
    const { scenario } = await withGap();
    const reports = await scenario.runThrough(TRAINED + 4, TRAINED + 9);
    expect(reports.flatMap(({ notes }) => notes)).toEqual([]);
    expect((await scenario.storedSeries('web'))?.gaps).toEqual(GAP.map(timeOf));
  });

  test('are looked for while they are less than three hours late, with the same read', async () => {
    const { scenario, later } = await withGap();
    const asked: ReadRequest[] = [];
    const listening: MetricSource = {
      ...scenario.source,
      read: async (requests) => {
        asked.push(...requests);
        return scenario.source.read(requests);
      },
    };
    const last = GAP[0]! + 3 * HOUR;
    await scenario.runThrough(TRAINED + 4, last + 2, { source: listening });
    expect(asked).toHaveLength(last + 2 - (TRAINED + 3));
    const lookedBack = asked.map(({ after }) => after < timeOf(GAP[0]!));
    expect(lookedBack.filter(Boolean)).toHaveLength(last - (TRAINED + 3));
    const report = await scenario.runAt(last + 3, { source: later });
    expect(report.notes).toEqual([]);
    expect(scenario.told()).toEqual([]);
  });

  test('that are only as late as their successors are no news of yesterday: they are judged in order', async () => {
    const values = history([50, NONE, NONE]);
    const scenario = createScenario({ web: values.slice(0, TRAINED + 3) });
    await scenario.runThrough(TRAINED - 1, TRAINED + 2);
    const later = createScenario({ web: history([50, 200, 50, 50]) }).source;
    await scenario.runAt(TRAINED + 3, { source: later });
    expect(scenario.told()).toEqual([`firing web ${TRAINED + 1}`]);
  });
});

describe('what is read again', () => {
  test('and is known is not counted among the samples of the run', async () => {
    const { scenario } = await withGap();
    const report = await scenario.runAt(TRAINED + 4);
    expect(report.counts).toMatchObject({ samples: 1, scored: 1 });
  });

  test('and was left out before is not counted and said in each run', async () => {
    // The sample before it is missing altogether, and is looked for: with it comes the one that was left out.
    const scenario = createScenario({ web: history([NONE, NONE]) });
    await scenario.runThrough(TRAINED - 1, TRAINED);
    const source: MetricSource = {
      ...scenario.source,
      async read(requests) {
        const [result] = await scenario.source.read(requests);
        if (result === undefined || !('values' in result)) return [];
        const { after, until } = requests[0]!;
        const gap = timeOf(TRAINED + 1);
        return [{ ...result, withheld: after < gap && gap < until ? [gap] : [] }];
      },
    };
    const reports = await scenario.runThrough(TRAINED + 2, TRAINED + 6, { source });
    expect(reports.reduce((sum, { counts }) => sum + counts.refused, 0)).toBe(1);
  });
});

describe('a model that is learned anew', () => {
  const wider = {
    detector: { type: 'z-score', windowSamples: 35, warmupSamples: 20, threshold: 4 },
  } as const;

  test('fault 22: is so without the alert of its training history that is over', async () => {
    const outage = [200, 200, 200];
    const scenario = createScenario({ web: history([...outage, 50, 50, 50, 50]) });
    await scenario.runThrough(TRAINED - 1, TRAINED + 6);
    expect(scenario.told().map((text) => text.split(' ')[0])).toEqual(['firing', 'resolved']);
    const { incidents = [] } = (await scenario.storedSeries('web'))!;
    expect(incidents[0]?.[0]).toBe(timeOf(TRAINED));

    await scenario.runAt(TRAINED + 7, { watched: [watch('web', wider)] });
    const { snapshot } = (await scenario.storedSeries('web'))!;
    const flagged = incidents[0]![1];
    const kept = [...snapshot.slice(1)].filter((value) => value === 200);
    expect(kept).toHaveLength(outage.length - 1 - (flagged - timeOf(TRAINED)) / PERIOD_MS);
    expect((await scenario.storedSeries('web'))?.incidents).toEqual(incidents);
  });

  test('fault 21: is so without the alert that is open, which is never taken for history', async () => {
    const limit = { detector: { type: 'static-threshold', above: 100 } } as const;
    const scenario = createScenario({ web: history(new Array<number>(8).fill(200)) });
    const watched = [watch('web', limit)];
    await scenario.runThrough(TRAINED - 1, TRAINED + 5, { watched });
    await scenario.runAt(TRAINED + 6, { watched: [watch('web', wider)] });
    const { snapshot, alert } = (await scenario.storedSeries('web'))!;
    expect(alert.phase).toBe('firing');
    const learned = [...snapshot.slice(1)].filter((value) => value === 200);
    expect(learned).toEqual([200]); // the one that was judged, and no other
  });
});
