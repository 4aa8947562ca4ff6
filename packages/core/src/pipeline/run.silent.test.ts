import { describe, expect, test } from 'vitest';
import { isoTime } from '../alerts/message.ts';
import type { Silence } from '../alerts/silences.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import {
  createScenario,
  history,
  notReaching,
  type Scenario,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';
import { MISSING_POLICIES, type MissingPolicy, type Monitor } from './monitor.ts';

const NONE = Number.NaN;
/** Without a sample for so many periods a series is silent. */
const PATIENCE = 6;
const LAST_SEEN = TRAINED + 1;
/** The run that finds it silent, and the sample with which it is back. */
const SILENT = LAST_SEEN + PATIENCE;
const BACK = LAST_SEEN + 10;

/** A sample that is as told, then none for a while, then calm again. */
const gapAfter = (value: number): Record<string, number[]> => ({
  web: history([50, value, ...new Array<number>(9).fill(NONE), 50, 50, 50]),
});

function scenarioOf(
  missing: MissingPolicy | undefined,
  value = 50,
  monitor: Partial<Monitor> = {},
): Scenario {
  const silentAfterMs = PATIENCE * PERIOD_MS;
  return createScenario(gapAfter(value), { missing, silentAfterMs, ...monitor });
}

/** What is told from the training history on until it has long been back. */
async function toldUnder(missing: MissingPolicy | undefined, value?: number): Promise<string[]> {
  const scenario = scenarioOf(missing, value);
  await scenario.runThrough(TRAINED - 1, BACK + 4);
  return scenario.sink.received.map(({ message }, i) => {
    return `${scenario.told()[i]}: ${message.severity}, ${message.reason}`;
  });
}

describe('when a series has no sample for too long', () => {
  test('fault 18: missing: a notice tells it, once, and its end', async () => {
    expect(await toldUnder('missing')).toEqual([
      `no-data firing web ${SILENT + 1}: notice, went-silent`,
      `no-data resolved web ${BACK + 1}: notice, data-is-back`,
    ]);
  });

  test('fault 18: breaching: a page tells it, once, and its end', async () => {
    expect(await toldUnder('breaching')).toEqual([
      `no-data firing web ${SILENT + 1}: page, went-silent`,
      `no-data resolved web ${BACK + 1}: page, data-is-back`,
    ]);
  });

  test.each(['ignore', 'notBreaching', undefined] as const)(
    '%s: nobody is told',
    async (missing) => {
      expect(await toldUnder(missing)).toEqual([]);
    },
  );

  test.each(['ignore', 'missing', 'breaching', undefined] as const)(
    '%s: an alert stays what it is, and ends with samples',
    async (missing) => {
      const told = (await toldUnder(missing, 200)).filter((text) => !text.startsWith('no-data'));
      expect(told).toEqual([
        `firing web ${LAST_SEEN}: page, first-flagged`,
        `resolved web ${BACK + 2}: page, recovered`,
      ]);
    },
  );

  test('fault 18: notBreaching: an open alert ends, for all is taken to be well', async () => {
    expect(await toldUnder('notBreaching', 200)).toEqual([
      `firing web ${LAST_SEEN}: page, first-flagged`,
      `resolved web ${SILENT + 1}: page, went-silent`,
    ]);
  });

  test('notBreaching: and is remembered to be silent since its last sample', async () => {
    const scenario = scenarioOf('notBreaching', 200);
    await scenario.runThrough(TRAINED - 1, SILENT);
    expect((await scenario.storedSeries('web'))?.silent?.since).toBe(timeOf(LAST_SEEN));
  });

  test('fault 18: zero: each period without a sample has a 0, which is judged as any other', async () => {
    const scenario = scenarioOf('zero');
    const reports = await scenario.runThrough(TRAINED - 1, BACK + 4);
    expect(reports.every(({ counts }) => counts.scored === 1)).toBe(true);
    const judged = reports.flatMap(({ decisions }) => decisions.map(({ verdict }) => verdict));
    const zeros = judged.filter(({ value }) => value === 0);
    expect(zeros.map(({ timestamp }) => timestamp)).toEqual(
      Array.from({ length: 9 }, (_, i) => timeOf(LAST_SEEN + 1 + i)),
    );
    expect(scenario.told()[0]).toBe(`firing web ${LAST_SEEN + 1}`);
    expect(scenario.told().every((text) => !text.startsWith('no-data'))).toBe(true);
  });

  test('zero: of a counter that is mostly 0, errors are news and their absence is not', async () => {
    const errors = new Array<number>(TRAINED + 40).fill(NONE);
    for (const at of [0, 9, 17, 26, 33]) errors[at] = 1;
    errors[TRAINED + 20] = 400;
    const limit = { type: 'static-threshold', above: 100 } as const;
    const scenario = createScenario({ web: errors }, { missing: 'zero', detector: limit });
    await scenario.runThrough(TRAINED - 1, TRAINED + 30);
    expect(scenario.told()).toEqual([`firing web ${TRAINED + 20}`, `resolved web ${TRAINED + 23}`]);
  });
});

describe('a silent series', () => {
  test('is told with the time of its last sample, and counted while it is silent', async () => {
    const scenario = scenarioOf('missing');
    const reports = await scenario.runThrough(TRAINED - 1, BACK);
    const silentRuns = reports.filter(({ counts }) => counts.silent === 1);
    expect(silentRuns).toHaveLength(BACK - SILENT);
    expect(scenario.sink.received[0]?.message).toMatchObject({
      condition: 'no-data',
      since: isoTime(timeOf(LAST_SEEN)),
      timestamp: isoTime(timeOf(SILENT + 1)),
      current_value: null,
    });
  });

  test('is silent when it has been so for long enough, and not a period before', async () => {
    const scenario = scenarioOf('missing');
    await scenario.runThrough(TRAINED - 1, SILENT - 1);
    expect(scenario.told()).toEqual([]);
    await scenario.runAt(SILENT);
    expect(scenario.told()).toHaveLength(1);
  });

  test('unless told otherwise is so after a day, or twelve periods of a longer one', async () => {
    const day = (24 * 3_600_000) / PERIOD_MS;
    const scenario = createScenario({ web: calm(TRAINED) }, { missing: 'missing' });
    await scenario.runThrough(TRAINED - 1, TRAINED);
    await scenario.runAt(TRAINED - 1 + day - 1);
    expect(scenario.told()).toEqual([]);
    await scenario.runAt(TRAINED - 1 + day);
    expect(scenario.told()).toEqual([`no-data firing web ${TRAINED + day}`]);
  });

  test('that may be silent for longer than a day is told of after that time, and not before', async () => {
    const day = (24 * 3_600_000) / PERIOD_MS;
    const silentAfterMs = 2 * day * PERIOD_MS;
    const scenario = createScenario({ web: calm(TRAINED) }, { missing: 'missing', silentAfterMs });
    for (const days of [0, 1, 1.5]) await scenario.runAt(TRAINED - 1 + days * day);
    expect(scenario.told()).toEqual([]);
    await scenario.runAt(TRAINED - 1 + 2 * day);
    expect(scenario.told()).toEqual([`no-data firing web ${TRAINED + 2 * day}`]);
  });

  test.each([...MISSING_POLICIES.filter((missing) => missing !== 'zero'), undefined])(
    '%s: changes nothing more until it is back',
    async (missing) => {
      const scenario = scenarioOf(missing);
      await scenario.runThrough(TRAINED - 1, SILENT);
      const reports = await scenario.runThrough(SILENT + 1, BACK - 1);
      expect(reports.map(({ outcome }) => outcome)).toEqual([
        'unchanged',
        'unchanged',
        'unchanged',
      ]);
      expect((await scenario.storedSeries('web'))?.silent?.since).toBe(timeOf(LAST_SEEN));
    },
  );

  test('that has never had a sample is not: nobody knows whether there is such a series', async () => {
    const silentAfterMs = PATIENCE * PERIOD_MS;
    const scenario = createScenario({ web: [] }, { missing: 'breaching', silentAfterMs });
    await scenario.runThrough(TRAINED - 1, TRAINED + 9);
    expect(scenario.told()).toEqual([]);
  });

  test('is not concluded from what was not reached', async () => {
    const scenario = scenarioOf('breaching');
    await scenario.runThrough(TRAINED - 1, LAST_SEEN);
    const source = notReaching(scenario.source, ['web']);
    await scenario.runThrough(LAST_SEEN + 1, BACK - 1, { source });
    expect(scenario.told()).toEqual([]);
  });

  test('whose samples come so late that they are old stays silent', async () => {
    const values = history([50, 50, 51, 52]).map((value, i) => (i > TRAINED + 3 ? NONE : value));
    const late = createScenario({ web: values });
    const scenario = scenarioOf('missing');
    await scenario.runThrough(TRAINED - 1, SILENT + 2);
    await scenario.runThrough(SILENT + 3, SILENT + 3, { source: late.source });
    expect(scenario.told()).toHaveLength(1);
    expect((await scenario.storedSeries('web'))?.silent?.since).toBe(timeOf(LAST_SEEN));
  });

  test('is not concluded from a part of what there is', async () => {
    const scenario = createScenario(
      { web: history([]) },
      { missing: 'breaching', silentAfterMs: PATIENCE * PERIOD_MS },
    );
    await scenario.runAt(TRAINED - 1);
    const source: MetricSource = {
      ...scenario.source,
      async read(requests) {
        const [result] = await scenario.source.read(requests);
        if (result === undefined || !('values' in result)) return [];
        const [timestamps, values] = [result.timestamps, result.values].map((all) => {
          return Array.from(all).slice(0, 2);
        });
        return [{ status: 'partial', timestamps: timestamps!, values: values! }];
      },
    };
    const report = await scenario.runAt(TRAINED + 20, { source });
    expect(report.counts).toMatchObject({ scored: 2, silent: 0 });
    expect(scenario.told()).toEqual([]);
  });

  test('of which nobody is told is counted all the same', async () => {
    const scenario = scenarioOf('ignore');
    const reports = await scenario.runThrough(TRAINED - 1, SILENT);
    expect(reports.at(-1)?.counts.silent).toBe(1);
  });

  test('twice is two alerts', async () => {
    const silence = new Array<number>(9).fill(NONE);
    const scenario = createScenario(
      { web: history([50, 50, ...silence, 50, ...silence, 50]) },
      { missing: 'missing', silentAfterMs: PATIENCE * PERIOD_MS },
    );
    await scenario.runThrough(TRAINED - 1, BACK + 12);
    expect(scenario.told().map((text) => text.split(' ')[1])).toEqual([
      'firing',
      'resolved',
      'firing',
      'resolved',
    ]);
    expect(new Set(scenario.sink.received.map(({ id }) => id)).size).toBe(4);
  });

  test('whose monitor comes to mean something else by it is told of its end all the same', async () => {
    const scenario = scenarioOf('missing');
    await scenario.runThrough(TRAINED - 1, SILENT);
    const watched = [watch('web', { missing: 'ignore', silentAfterMs: PATIENCE * PERIOD_MS })];
    await scenario.runThrough(SILENT + 1, BACK, { watched });
    expect(scenario.told().at(-1)).toBe(`no-data resolved web ${BACK + 1}`);
  });

  test('and so it is when that ends an alert as well', async () => {
    const scenario = scenarioOf('missing', 200);
    await scenario.runThrough(TRAINED - 1, SILENT);
    const silentAfterMs = PATIENCE * PERIOD_MS;
    const watched = [watch('web', { missing: 'notBreaching', silentAfterMs })];
    await scenario.runThrough(SILENT + 1, BACK, { watched });
    expect(scenario.told()).toEqual([
      `firing web ${LAST_SEEN}`,
      `no-data firing web ${SILENT + 1}`,
      `resolved web ${SILENT + 2}`,
      `no-data resolved web ${BACK + 1}`,
    ]);
  });
});

describe('while quiet is wanted', () => {
  const silence = (first: number, last: number): Silence => {
    const span = { from: timeOf(first), until: timeOf(last) };
    return { id: 's1', match: {}, ...span, why: 'move', by: 'ann' };
  };

  test('silence is told to nobody, and when quiet is over and it is still silent somebody is', async () => {
    const scenario = scenarioOf('breaching');
    const guidance = { silences: [silence(SILENT, SILENT + 3)] };
    await scenario.runThrough(TRAINED - 1, BACK + 1, { guidance });
    expect(scenario.told()).toEqual([
      `no-data firing web ${SILENT + 3}`,
      `no-data resolved web ${BACK + 1}`,
    ]);
    expect(scenario.sink.received[0]?.message.since).toBe(isoTime(timeOf(LAST_SEEN)));
  });

  test('a silence that was over in it is told to nobody', async () => {
    const scenario = scenarioOf('breaching');
    const guidance = { silences: [silence(SILENT, BACK + 2)] };
    await scenario.runThrough(TRAINED - 1, BACK + 4, { guidance });
    expect(scenario.told()).toEqual([]);
  });

  test('the end of one that was told before is told', async () => {
    const scenario = scenarioOf('breaching');
    const guidance = { silences: [silence(SILENT + 2, BACK + 4)] };
    await scenario.runThrough(TRAINED - 1, BACK + 4, { guidance });
    expect(scenario.told()).toEqual([
      `no-data firing web ${SILENT + 1}`,
      `no-data resolved web ${BACK + 1}`,
    ]);
  });

  test('notBreaching: an alert that nobody knows of ends for nobody', async () => {
    const scenario = scenarioOf('notBreaching', 200);
    const guidance = { silences: [silence(LAST_SEEN, LAST_SEEN + 2)] };
    await scenario.runThrough(TRAINED - 1, SILENT, { guidance });
    expect(scenario.told()).toEqual([]);
    expect((await scenario.storedSeries('web'))?.alert.phase).toBe('ok');
  });
});
