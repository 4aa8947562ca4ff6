import { describe, expect, test } from 'vitest';
import type { MetricSource, ReadResult } from '../ports/metric-source.ts';
import { createScenario, history, type Scenario, TRAINED, watch } from '../testing/scenario.ts';
import { timeOf } from '../testing/series.ts';
import { NEW_SERIES } from './shard-state.ts';

/** The source of a scenario, with some of its results replaced. */
function withResults(
  source: MetricSource,
  replace: (id: string, result: ReadResult) => ReadResult | undefined,
): MetricSource {
  return {
    ...source,
    async read(requests) {
      const results = await source.read(requests);
      return results.map((result, i) => replace(requests[i]!.series.id, result)!);
    },
  };
}

const FAILED: ReadResult = { status: 'failed', reason: 'Throttled', retryable: true };
const EMPTY: ReadResult = { status: 'complete', timestamps: [], values: [] };

type Changed = (source: MetricSource) => MetricSource;

/** A source of which nothing can be learned, in each of the ways there are. */
const UNREADABLE: Record<string, Changed> = {
  'a source that rejects': (source) => ({
    ...source,
    read: () => Promise.reject(new Error('no route to host')),
  }),
  'a source that fails for each series': (source) => withResults(source, () => FAILED),
  'a source that gives no answer': (source) => ({ ...source, read: async () => [] }),
};

/** A source that answers, and has nothing to give. */
const EMPTY_HANDED: Record<string, Changed> = {
  'a source that finds no samples': (source) => withResults(source, () => EMPTY),
  'a source that finds only what is missing': (source) =>
    withResults(source, () => ({
      status: 'complete',
      timestamps: [timeOf(TRAINED + 1), timeOf(TRAINED + 2)],
      values: [Number.NaN, Number.POSITIVE_INFINITY],
    })),
  'a source that answers with what is older': (source) =>
    withResults(source, () => ({ status: 'complete', timestamps: [timeOf(3)], values: [1e6] })),
};

const BLIND = { ...UNREADABLE, ...EMPTY_HANDED };

/** Two series with an alert open on the first, and a sample later the same on the other. */
async function withOpenAlert(): Promise<Scenario> {
  const scenario = createScenario({ web: history([200]), db: history([50, 200], { seed: 2 }) });
  await scenario.runThrough(TRAINED - 1, TRAINED);
  expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
  return scenario;
}

describe('nothing is told on data that was not read', () => {
  test.each(Object.entries(EMPTY_HANDED))(
    '%s neither opens nor ends an alert, and changes nothing',
    async (_, blind) => {
      const scenario = await withOpenAlert();
      const before = await scenario.stored();
      const source = blind(scenario.source);
      const reports = await scenario.runThrough(TRAINED + 1, TRAINED + 9, { source });

      expect(scenario.told()).toHaveLength(1);
      for (const { outcome, decisions, counts } of reports) {
        expect(outcome).toBe('unchanged');
        expect(decisions).toEqual([]);
        expect(counts).toMatchObject({ due: 2, samples: 0, scored: 0, fired: 0, resolved: 0 });
      }
      expect(await scenario.stored()).toEqual(before);
    },
  );

  test.each(Object.entries(UNREADABLE))(
    '%s neither opens nor ends an alert: it is counted, and told with the third run',
    async (_, blind) => {
      const scenario = await withOpenAlert();
      const before = await scenario.stored();
      const source = blind(scenario.source);
      const reports = await scenario.runThrough(TRAINED + 1, TRAINED + 9, { source });

      const toldBy = ['web', 'db'].map((id) => `cannot-see firing ${id} ${TRAINED + 4}`);
      expect(scenario.told().slice(1)).toEqual(toldBy);
      const [counted, told, rest] = [reports.slice(0, 2), reports[2], reports.slice(3)];
      for (const { outcome } of counted) expect(outcome).toBe('committed');
      expect(told).toMatchObject({ outcome: 'committed', counts: { unseen: 2, delivered: 2 } });
      for (const { outcome } of rest) expect(outcome).toBe('unchanged');
      for (const { decisions, counts } of reports) {
        expect(decisions).toEqual([]);
        expect(counts).toMatchObject({ due: 2, samples: 0, scored: 0, fired: 0, resolved: 0 });
      }
      const { series } = await scenario.stored();
      for (const [key, known] of before.series) {
        const { unseen, about, ...left } = series.get(key)!;
        const { about: _, ...right } = known;
        expect(left).toEqual(right);
        expect(unseen).toMatchObject({ runs: 3, told: 'page' });
        expect(about?.monitor).toBe('cpu');
      }
    },
  );

  test.each(Object.entries(BLIND))('after %s the next run catches up', async (_, blind) => {
    const scenario = await withOpenAlert();
    await scenario.runThrough(TRAINED + 1, TRAINED + 5, { source: blind(scenario.source) });
    await scenario.runAt(TRAINED + 6);
    const anomalies = scenario.told().filter((text) => !text.startsWith('cannot-see'));
    expect(anomalies.toSorted()).toEqual([
      `firing db ${TRAINED + 1}`,
      `firing web ${TRAINED}`,
      `resolved db ${TRAINED + 4}`,
      `resolved web ${TRAINED + 3}`,
    ]);
  });

  test('a series that fails says why, and the others go on', async () => {
    const scenario = await withOpenAlert();
    const source = withResults(scenario.source, (id, result) => (id === 'web' ? FAILED : result));
    const reports = await scenario.runThrough(TRAINED + 1, TRAINED + 4, { source });
    expect(scenario.told().slice(1)).toEqual([
      `firing db ${TRAINED + 1}`,
      `cannot-see firing web ${TRAINED + 4}`,
      `resolved db ${TRAINED + 4}`,
    ]);
    expect(reports[0]?.notes).toEqual([
      {
        kind: 'read-failed',
        series: '["cpu","web"]',
        message: 'Throttled; next run',
        retryable: true,
      },
    ]);
    expect(reports[0]?.counts).toMatchObject({ due: 2, read: 1, failed: 1, scored: 1 });
    expect((await scenario.storedSeries('web'))?.alert.phase).toBe('firing');
  });

  test('a source that rejects is said for each series', async () => {
    const scenario = await withOpenAlert();
    const { notes, counts } = await scenario.runAt(TRAINED + 1, {
      source: BLIND['a source that rejects']!(scenario.source),
    });
    expect(counts.failed).toBe(2);
    const expected = 'no route to host; next run';
    expect(notes.map(({ message }) => message)).toEqual([expected, expected]);
  });

  test('a source that gives fewer answers than it was asked for is said', async () => {
    const scenario = await withOpenAlert();
    const source = {
      ...scenario.source,
      read: async (...args: Parameters<MetricSource['read']>) =>
        (await scenario.source.read(...args)).slice(0, 1),
    };
    const { notes, counts } = await scenario.runAt(TRAINED + 1, { source });
    expect(counts).toMatchObject({ read: 1, failed: 1, scored: 1 });
    expect(notes).toEqual([
      {
        kind: 'read-failed',
        series: '["cpu","db"]',
        message: 'the source gave no answer for this series; next run',
        retryable: true,
      },
    ]);
  });

  test('a series with more timestamps than values fails alone', async () => {
    const scenario = await withOpenAlert();
    const source = withResults(scenario.source, (id, result) =>
      id === 'web' ? { status: 'complete', timestamps: [timeOf(TRAINED + 1)], values: [] } : result,
    );
    const { counts, notes } = await scenario.runAt(TRAINED + 1, { source });
    expect(counts).toMatchObject({ read: 1, failed: 1, fired: 1 });
    expect(notes).toMatchObject([
      { message: 'the source gave 1 timestamps for 0 values; next run' },
    ]);
  });

  test('on first sight a series that cannot be read stays unknown, and is learned when it can', async () => {
    const scenario = createScenario({ web: history([200]) });
    for (const blind of Object.values(BLIND)) {
      const source = withResults(blind(scenario.source), (_, result) =>
        result?.status === 'failed' ? result : EMPTY,
      );
      const report = await scenario.runAt(TRAINED - 1, { source });
      expect(report).toMatchObject({ decisions: [], counts: { samples: 0, scored: 0 } });
    }
    const report = await scenario.runAt(TRAINED);
    expect(report.counts).toMatchObject({ samples: TRAINED, scored: 1, fired: 1 });
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
  });
});

describe('what a source gives', () => {
  /** The samples from the training history on, in disorder and with what does not belong there. */
  const disorder = (result: ReadResult): ReadResult => {
    if (!('values' in result)) return result;
    const pairs = Array.from(result.timestamps, (timestamp, i) => [timestamp, result.values[i]!]);
    const first = pairs[0]!;
    const messy = [
      [timeOf(TRAINED + 1), Number.NaN],
      ...pairs.toReversed(),
      [first[0]!, 1e6],
      [Number.NaN, 50],
      [timeOf(TRAINED + 2), Number.NEGATIVE_INFINITY],
      [timeOf(TRAINED + 3), 1e300],
    ];
    return {
      status: 'complete',
      timestamps: messy.map(([timestamp]) => timestamp!),
      values: messy.map(([, value]) => value!),
    };
  };

  test('fault 15: out of order, twice, not a number or beyond all measure, is put right or refused, and counted', async () => {
    const [tidy, messy] = [1, 2].map(() => createScenario({ web: history([50, 200, 50, 50]) }));
    const source = withResults(messy!.source, (_, result) => disorder(result));
    for (const scenario of [tidy!, messy!]) await scenario.runAt(TRAINED - 1);
    await tidy!.runAt(TRAINED + 3);
    const report = await messy!.runAt(TRAINED + 3, { source });

    expect(report.counts).toMatchObject({ samples: 4, scored: 4, refused: 5 });
    expect(report.notes).toEqual([
      {
        kind: 'samples-refused',
        series: '["cpu","web"]',
        message: '4 not a number: left out; 1 with a timestamp seen before: the first was kept',
      },
    ]);
    expect(messy!.sink.received).toEqual(tidy!.sink.received);
    expect(await messy!.stored()).toEqual(await tidy!.stored());
  });

  test('from the future, or from before the watermark, is not looked at', async () => {
    const scenario = createScenario({ web: history([50, 50]) });
    await scenario.runAt(TRAINED - 1);
    const source = withResults(scenario.source, () => ({
      status: 'complete',
      timestamps: [timeOf(TRAINED - 2), timeOf(TRAINED - 1), timeOf(TRAINED), timeOf(TRAINED + 1)],
      values: [900, 900, 51, 900],
    }));
    const report = await scenario.runAt(TRAINED, { source });
    expect(report.counts).toMatchObject({ samples: 1, scored: 1, fired: 0 });
    expect((await scenario.storedSeries('web'))?.watermark).toBe(timeOf(TRAINED));
  });

  test('only in part is used up to where it goes, and the next run reads on from there', async () => {
    const values = history([50, 200, 50, 50, 50]);
    const [whole, piecewise] = [1, 2].map(() => createScenario({ web: values }));
    const source = withResults(piecewise!.source, (_, result) =>
      !('values' in result)
        ? result
        : {
            status: 'partial',
            timestamps: Array.from(result.timestamps).slice(0, 2),
            values: Array.from(result.values).slice(0, 2),
          },
    );
    for (const scenario of [whole!, piecewise!]) await scenario.runAt(TRAINED - 1);
    await whole!.runAt(TRAINED + 5);
    const first = await piecewise!.runAt(TRAINED + 5, { source });
    await piecewise!.runAt(TRAINED + 5, { source });
    await piecewise!.runAt(TRAINED + 5, { source });
    expect(first.notes).toEqual([
      { kind: 'read-partial', series: '["cpu","web"]', message: 'more samples exist; next run' },
    ]);
    expect(first.counts).toMatchObject({ samples: 2, scored: 2 });
    expect(piecewise!.sink.received).toEqual(whole!.sink.received);
    expect(await piecewise!.stored()).toEqual(await whole!.stored());
  });
});

describe('a series whose detector throws', () => {
  const broken = watch('web', { detector: { type: 'z-score', windowSamples: 30, threshold: -1 } });

  test('is said and keeps its state, and the others go on', async () => {
    const scenario = await withOpenAlert();
    const before = await scenario.storedSeries('web');
    const report = await scenario.runAt(TRAINED + 1, { watched: [broken, watch('db')] });
    expect(report.notes).toEqual([
      { kind: 'series-failed', series: '["cpu","web"]', message: 'threshold must be > 0, got -1' },
    ]);
    expect(report.counts).toMatchObject({ due: 2, read: 2, failed: 1, scored: 1, fired: 1 });
    const { failing, ...kept } = (await scenario.storedSeries('web'))!;
    expect(failing).toMatchObject({ times: 1, retryAt: timeOf(TRAINED + 2) });
    expect(kept).toEqual(before);

    await scenario.runAt(TRAINED + 4); // mended
    expect((await scenario.storedSeries('web'))?.failing).toBeUndefined();
    expect(scenario.told().slice(1)).toEqual([
      `firing db ${TRAINED + 1}`,
      `resolved web ${TRAINED + 3}`,
      `resolved db ${TRAINED + 4}`,
    ]);
  });

  test('on first sight leaves nothing behind but that it failed, and is learned when it works', async () => {
    const scenario = createScenario({ web: history([200]) });
    const report = await scenario.runAt(TRAINED - 1, { watched: [broken] });
    expect(report).toMatchObject({ outcome: 'committed', counts: { failed: 1, scored: 0 } });
    const { failing, ...kept } = (await scenario.storedSeries('web'))!;
    expect(failing).toMatchObject({ times: 1, retryAt: timeOf(TRAINED) });
    expect(kept).toEqual(NEW_SERIES);
    await scenario.runAt(TRAINED);
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
  });
});
