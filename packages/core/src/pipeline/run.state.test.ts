import { describe, expect, test } from 'vitest';
import type { DetectorSpec } from '../detectors/detector-spec.ts';
import type { StateStore } from '../ports/state-store.ts';
import {
  createScenario,
  history,
  MONITOR,
  type Scenario,
  SHARD,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import { encodeShard } from './shard-codec.ts';
import { EMPTY_SHARD } from './shard-state.ts';

/** A scenario in which the sample after the training history has opened an alert. */
async function withOpenAlert(): Promise<Scenario> {
  const scenario = createScenario({ web: history([200, 50]) });
  await scenario.runThrough(TRAINED - 1, TRAINED);
  return scenario;
}

/** Replaces what is stored. */
async function overwrite(
  store: StateStore,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<void> {
  const { bytes, version } = (await store.load(SHARD))!;
  expect(await store.commit(SHARD, change(bytes), version)).toMatchObject({ committed: true });
}

const DAMAGE: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  'cut short': (bytes) => bytes.subarray(0, bytes.length >> 1),
  'cut to nothing': () => new Uint8Array(0),
  'with one byte changed': (bytes) => bytes.map((byte, at) => (at === 60 ? byte ^ 1 : byte)),
  'with a wrong length of its header': (bytes) =>
    bytes.map((byte, at) => (at === 12 ? byte ^ 8 : byte)),
  'of another version': (bytes) => bytes.map((byte, at) => (at === 4 ? 99 : byte)),
  'of another program': () =>
    new TextEncoder().encode('{"not": "ours", "but": "an object in our place"}'),
};

describe('a stored state that cannot be read', () => {
  test.each(Object.entries(DAMAGE))(
    'fault 23: %s is replaced, learned anew and said',
    async (_, damage) => {
      const scenario = createScenario({ web: history([50, 50, 50, 200]) });
      await scenario.runThrough(TRAINED - 1, TRAINED);
      await overwrite(scenario.store, damage);

      const report = await scenario.runAt(TRAINED + 1);
      expect(report.outcome).toBe('committed');
      expect(report.notes).toMatchObject([{ kind: 'state-unreadable' }]);
      expect(report.notes[0]?.message).toMatch(
        new RegExp(`^state of shard ${SHARD}: .+; learning anew from history$`),
      );
      expect(report.counts).toMatchObject({ samples: TRAINED, scored: 1 });

      await scenario.runThrough(TRAINED + 2, TRAINED + 3);
      expect(scenario.told()).toEqual([`firing web ${TRAINED + 3}`]);
    },
  );

  test('while there is nothing to learn from is left as it is', async () => {
    const { runAt, store } = await withOpenAlert();
    await overwrite(store, DAMAGE['cut short']!);
    const before = await store.load(SHARD);
    const source = { ...createScenario({}).source };
    const report = await runAt(TRAINED + 1, { source });
    expect(report.outcome).toBe('unchanged');
    expect(await store.load(SHARD)).toEqual(before);
  });

  test('an open alert is told again under the same id, where the same sample opens it', async () => {
    const { runAt, runThrough, store, sink, told } = await withOpenAlert();
    const [first] = sink.received;
    await overwrite(store, DAMAGE['cut short']!);
    const report = await runAt(TRAINED); // the slot in which it opened, run again
    expect(report.counts).toMatchObject({ fired: 1, delivered: 1 });
    expect(report.delivered[0]?.id).toBe(first?.id);
    expect(told()).toEqual([`firing web ${TRAINED}`]);

    await runThrough(TRAINED + 1, TRAINED + 3);
    expect(told()).toEqual([`firing web ${TRAINED}`, `resolved web ${TRAINED + 3}`]);
  });

  test('that was replaced meanwhile by another run is not replaced once more', async () => {
    const { runAt, store, sink } = await withOpenAlert();
    await overwrite(store, DAMAGE['cut short']!);
    const reports = await Promise.all([runAt(TRAINED + 1), runAt(TRAINED + 1)]);
    expect(reports.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'superseded']);
    expect(sink.received).toHaveLength(1);
  });
});

describe('a changed detector', () => {
  const wider: DetectorSpec = {
    type: 'z-score',
    windowSamples: 35,
    warmupSamples: 20,
    threshold: 4,
  };

  test('that does not fit the model learns anew from history, and keeps alert and watermark', async () => {
    const { runAt, storedSeries } = await withOpenAlert();
    const before = (await storedSeries('web'))!;
    const watched = [watch('web', { detector: wider })];
    const report = await runAt(TRAINED + 1, { watched });
    const after = (await storedSeries('web'))!;

    expect(report.notes).toEqual([
      {
        kind: 'model-rebuilt',
        series: '["cpu","web"]',
        message:
          'the model of z-score@1/30x300000ms does not fit the detector and labels; learning anew from history',
      },
    ]);
    expect(report.counts).toMatchObject({ samples: TRAINED, scored: 1, fired: 0 });
    expect(after.snapshotKey).toBe('z-score@1/35x300000ms');
    expect(after.snapshot).toHaveLength(1 + 35);
    expect(after.watermark).toBe(timeOf(TRAINED + 1));
    expect(after.alert).toMatchObject({
      phase: 'firing',
      since: before.alert.phase === 'firing' ? before.alert.since : undefined,
      cleanSamples: 1,
    });
  });

  test('fault 26: resolves the alert that its predecessor opened, as the same alert', async () => {
    const { runThrough, sink, told } = await withOpenAlert();
    await runThrough(TRAINED + 1, TRAINED + 3, {
      watched: [watch('web', { detector: { type: 'static-threshold', above: 100 } })],
    });
    expect(told()).toEqual([`firing web ${TRAINED}`, `resolved web ${TRAINED + 3}`]);
    expect(sink.received[1]?.message).toMatchObject({
      since: sink.received[0]?.message.timestamp,
      detector: 'static-threshold',
    });
  });

  test('judges the samples that came since the watermark, and none again', async () => {
    const { runAt } = await withOpenAlert();
    const report = await runAt(TRAINED + 4, { watched: [watch('web', { detector: wider })] });
    expect(report.decisions.map(({ verdict }) => verdict.timestamp)).toEqual(
      [1, 2, 3, 4].map((index) => timeOf(TRAINED + index)),
    );
  });

  test('by what is not part of a model keeps the model', async () => {
    const { runAt } = await withOpenAlert();
    const detector: DetectorSpec = { ...MONITOR.detector, threshold: 8 } as DetectorSpec;
    const report = await runAt(TRAINED + 1, { watched: [watch('web', { detector })] });
    expect(report.notes).toEqual([]);
    expect(report.counts).toMatchObject({ samples: 1, late: 0 });
  });
});

describe('what a shard remembers', () => {
  test('of series that are not watched now stays', async () => {
    const scenario = createScenario({ web: history([]), db: history([], { seed: 2 }) });
    await scenario.runAt(TRAINED - 1);
    const before = await scenario.storedSeries('db');
    await scenario.runAt(TRAINED, { watched: [watch('web')] });
    expect(await scenario.storedSeries('db')).toEqual(before);
  });

  test('goes on from an empty state that somebody stored', async () => {
    const scenario = createScenario({ web: history([200]) });
    await scenario.store.commit(SHARD, encodeShard(EMPTY_SHARD), undefined);
    await scenario.runThrough(TRAINED - 1, TRAINED);
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
  });

  test('after a gap of days is caught up in one run, and what has left the window is forgotten', async () => {
    const values = history([]);
    const gap = new Array<number>(600).fill(Number.NaN);
    const scenario = createScenario({ web: [...values, ...gap, ...history([])] });
    await scenario.runAt(values.length - 1);
    const report = await scenario.runAt(values.length + 600 + 5);
    expect(report.counts).toMatchObject({ samples: 6, scored: 6, noOpinion: 6, late: 1, fired: 0 });
    const { snapshot } = (await scenario.storedSeries('web'))!;
    expect(snapshot).toHaveLength(1 + 6);
    expect(snapshot[0]).toBe(timeOf(values.length + 605));
  });

  test('of a window with a gap comes back with the gap', async () => {
    const values = [...history([]).slice(0, TRAINED), Number.NaN, Number.NaN, 50];
    const scenario = createScenario({ web: values });
    await scenario.runThrough(TRAINED - 1, TRAINED + 2);
    const { snapshot } = (await scenario.storedSeries('web'))!;
    expect([...snapshot.slice(-3)]).toEqual([Number.NaN, Number.NaN, 50]);
    expect(snapshot).toHaveLength(1 + 30);
  });
});

test('a period of the monitor other than that of the series changes nothing in the state of others', async () => {
  const scenario = createScenario({ web: history([200]), db: history([50], { seed: 2 }) });
  const watched = [watch('web'), watch('db', { periodMs: 2 * PERIOD_MS })];
  await scenario.runThrough(TRAINED - 1, TRAINED + 1, { watched });
  expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
});
