import { describe, expect, test } from 'vitest';
import { createScenario, history, MONITOR, SHARD, TRAINED, watch } from '../testing/scenario.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';
import { run, STAGES } from './run.ts';
import type { Run, Stage } from './stage.ts';
import { announce } from './stages/announce.ts';
import { notify } from './stages/notify.ts';

/** After the training history: one spike, then calm. */
const SPIKE_AT = TRAINED + 2;
const ONE_SPIKE = { web: history([50, 51, 200]) };
const LAST = SPIKE_AT + 12;

describe('a run', () => {
  test('a spike fires exactly once, and resolves after three clean samples as the same alert', async () => {
    const { runThrough, sink, told } = createScenario(ONE_SPIKE);
    const reports = await runThrough(TRAINED - 1, LAST);
    expect(told()).toEqual([`firing web ${SPIKE_AT}`, `resolved web ${SPIKE_AT + 3}`]);
    const [fired, resolved] = sink.received.map(({ message }) => message);
    expect(resolved?.since).toBe(fired?.timestamp);
    expect(resolved).toMatchObject({ worst_value: 200, worst_timestamp: fired?.timestamp });
    expect(resolved?.transition_id).not.toBe(fired?.transition_id);
    const reasons = reports.map(({ decisions }) => decisions[0]?.decision.reason);
    expect(reasons.slice(2, 9)).toEqual([
      'normal',
      'first-flagged',
      'recovering',
      'recovering',
      'recovered',
      'normal',
      'normal',
    ]);
  });

  test('the message carries what was expected when the sample was judged', async () => {
    const { runThrough, sink } = createScenario(ONE_SPIKE, {
      owner: 'team-web',
      runbook: 'https://r',
    });
    await runThrough(TRAINED - 1, SPIKE_AT);
    const { message } = sink.received[0]!;
    expect(message).toMatchObject({
      alert: 'cpu',
      state: 'firing',
      reason: 'first-flagged',
      current_value: 200,
      side: 'above',
      owner: 'team-web',
      runbook: 'https://r',
      detector: 'z-score',
    });
    expect(message.mean).toBeGreaterThan(45);
    expect(message.mean).toBeLessThan(55); // without the spike itself
    expect(message.upper).toBeLessThan(70);
  });

  test('fault 7: a second run of the same slot has nothing to do', async () => {
    const { runThrough, runAt, store, told } = createScenario(ONE_SPIKE);
    await runThrough(TRAINED - 1, SPIKE_AT);
    const before = await store.load(SHARD);
    const again = await runAt(SPIKE_AT);
    expect(again.outcome).toBe('unchanged');
    expect(again.counts).toMatchObject({ due: 0, scored: 0, fired: 0, delivered: 0, outbox: 0 });
    expect(told()).toEqual([`firing web ${SPIKE_AT}`]);
    expect(await store.load(SHARD)).toEqual(before);
  });

  test('a run of an earlier slot has nothing to do either', async () => {
    const { runThrough, runAt, storedSeries } = createScenario(ONE_SPIKE);
    await runThrough(TRAINED - 1, LAST);
    expect((await runAt(SPIKE_AT)).outcome).toBe('unchanged');
    expect((await storedSeries('web'))?.watermark).toBe(timeOf(LAST));
  });

  test('fault 8: runs over missed slots tell the same transitions as slot by slot, word for word', async () => {
    const [punctual, late, tardy] = [1, 2, 3].map(() => createScenario(ONE_SPIKE));
    await punctual!.runThrough(TRAINED - 1, LAST);
    for (let index = TRAINED - 1; index <= LAST; index += 3) await late!.runAt(index);
    await late!.runAt(LAST);
    await tardy!.runAt(TRAINED - 1);
    const [report] = await tardy!.runThrough(LAST, LAST);

    expect(punctual!.told()).toHaveLength(2);
    expect(late!.sink.received).toEqual(punctual!.sink.received);
    expect(tardy!.sink.received).toEqual(punctual!.sink.received);
    expect(await late!.stored()).toEqual(await punctual!.stored());
    expect(await tardy!.stored()).toEqual(await punctual!.stored());
    const judged = report!.decisions.map(({ verdict }) => verdict.timestamp);
    expect(judged).toEqual(
      Array.from({ length: LAST - TRAINED + 1 }, (_, i) => timeOf(TRAINED + i)),
    );
  });

  test('fault 5: a sample is judged when it has settled, and not before', async () => {
    const { runAt, source, store, sink } = createScenario(ONE_SPIKE);
    const watched = [watch('web', { settleMs: 2 * PERIOD_MS })];
    const request = { shard: SHARD, watched };
    const ports = { source, store, sinks: [sink] };
    await runAt(TRAINED - 1, { watched });
    for (const slot of [1, 2].map((periods) => timeOf(SPIKE_AT + periods))) {
      await run({ ...request, slot }, ports);
      expect(sink.received).toHaveLength(0);
    }
    await run({ ...request, slot: timeOf(SPIKE_AT + 3) - 1 }, ports);
    expect(sink.received).toHaveLength(0);
    await run({ ...request, slot: timeOf(SPIKE_AT + 3) }, ports);
    expect(sink.received).toHaveLength(1);
  });
});

describe('on first sight', () => {
  test('only the newest sample is news; the others are history', async () => {
    const values = [...calm(20), 200, ...calm(18), 210];
    const { runAt, sink, storedSeries } = createScenario({ web: values });
    const report = await runAt(values.length - 1);
    expect(report.counts).toMatchObject({ samples: 40, scored: 1, fired: 1, late: 0 });
    expect(sink.received.map(({ message }) => message.current_value)).toEqual([210]);
    expect((await storedSeries('web'))?.watermark).toBe(timeOf(values.length - 1));
  });

  test('no more is read than the training history', async () => {
    const { runAt } = createScenario({ web: calm(200) });
    expect((await runAt(199)).counts).toMatchObject({ samples: TRAINED, scored: 1 });
  });

  test('the newest sample of a series that died days ago is not news', async () => {
    const { runAt, told, storedSeries } = createScenario({ web: [...calm(39), 200] });
    const report = await runAt(TRAINED + 20);
    expect(report.counts).toMatchObject({ samples: 19, scored: 0, fired: 0 });
    expect(told()).toEqual([]);
    expect((await storedSeries('web'))?.watermark).toBe(timeOf(39));
  });

  test('fault 19: a series without enough history has no opinion until it has', async () => {
    const { runThrough, told } = createScenario({ web: [...calm(5), 200, ...calm(20), 200] });
    const reports = await runThrough(4, 26);
    expect(reports.map(({ counts }) => counts.noOpinion)).toEqual([
      ...new Array(16).fill(1),
      ...new Array(7).fill(0),
    ]);
    expect(told()).toEqual(['firing web 26']);
  });
});

describe('the direction of a monitor', () => {
  const both = { web: history([0, 50, 50, 50, 200]) };

  test.each([
    { direction: 'above', told: [`firing web ${TRAINED + 4}`] },
    { direction: 'below', told: [`firing web ${TRAINED}`, `resolved web ${TRAINED + 3}`] },
    {
      direction: 'both',
      told: [`firing web ${TRAINED}`, `resolved web ${TRAINED + 3}`, `firing web ${TRAINED + 4}`],
    },
  ] as const)('$direction: tells $told', async ({ direction, told }) => {
    const detector = { type: 'static-threshold', above: 100, below: 10 } as const;
    const scenario = createScenario(both, { direction, detector, rearmMs: 0 });
    const reports = await scenario.runThrough(TRAINED - 1, TRAINED + 5);
    expect(scenario.told()).toEqual(told);
    const [fall] = reports[1]!.decisions;
    expect(fall?.decision.reason).toBe(direction === 'above' ? 'other-direction' : 'first-flagged');
  });
});

describe('a shard of several series', () => {
  test('each has an alert of its own, and so has each monitor of one series', async () => {
    const { runThrough, sink } = createScenario({ web: history([200]), db: history([50, 0]) });
    const watched = [
      watch('web'),
      watch('web', { name: 'cpu ceiling', detector: { type: 'static-threshold', above: 150 } }),
      watch('db'),
    ];
    await runThrough(TRAINED - 1, TRAINED + 1, { watched });
    const alerts = sink.received.map(({ message }) => [message.monitor, message.cluster]);
    expect(alerts).toEqual([
      ['cpu', 'web'],
      ['cpu ceiling', 'web'],
      ['cpu', 'db'],
    ]);
    expect(new Set(sink.received.map(({ id }) => id)).size).toBe(3);
  });

  test('series with hostile names are series like any other', async () => {
    const names = ['__proto__', 'constructor', '"],["', '../../x', 'ünïcödé 🚨'];
    const contents = Object.fromEntries(
      names.map((name, i) => [`${name}`, history([200], { seed: i })]).slice(1),
    );
    Object.defineProperty(contents, '__proto__', { value: history([200]), enumerable: true });
    const { runThrough, sink } = createScenario(contents);
    await runThrough(TRAINED - 1, TRAINED);
    expect(sink.received.map(({ message }) => message.series).sort()).toEqual(names.sort());
  });
});

describe('the report', () => {
  test('says in numbers what the run did', async () => {
    const contents = { web: history([200]), db: history([50]), cache: history([Number.NaN]) };
    const { runThrough, runAt } = createScenario(contents);
    await runThrough(TRAINED - 1, TRAINED - 1);
    const report = await runAt(TRAINED);
    expect(report).toMatchObject({
      slot: timeOf(TRAINED + 1),
      shard: SHARD,
      outcome: 'committed',
      notes: [],
    });
    expect(report.counts).toEqual({
      series: 3,
      due: 3,
      read: 3,
      failed: 0,
      throttled: 0,
      left: 0,
      late: 0,
      samples: 2,
      refused: 0,
      scored: 2,
      noOpinion: 0,
      fired: 1,
      paged: 1,
      worsened: 0,
      resolved: 0,
      silent: 0,
      unseen: 0,
      muted: 0,
      delivered: 1,
      outbox: 0,
      outboxAgeMs: 0,
    });
    expect(report.decisions.map(({ decision }) => decision.reason)).toEqual([
      'first-flagged',
      'normal',
    ]);
    expect(report.delivered.map(({ message }) => message.cluster)).toEqual(['web']);
  });

  test('counts an alert that opens, and its end', async () => {
    const { runThrough } = createScenario(ONE_SPIKE);
    const reports = await runThrough(TRAINED - 1, LAST);
    const runsWith = (what: 'fired' | 'resolved'): number[] =>
      reports.flatMap(({ counts }, i) => (counts[what] === 1 ? [TRAINED - 1 + i] : []));
    expect(runsWith('fired')).toEqual([SPIKE_AT]);
    expect(runsWith('resolved')).toEqual([SPIKE_AT + 3]);
  });

  test('says that a monitor matches more series than it may watch', async () => {
    const { runAt } = createScenario({ web: history([]), db: history([]) });
    const { monitor } = watch('*', { maxSeries: 1 });
    const watched = ['web', 'db'].map((id) => ({ ...watch(id), monitor }));
    const { counts, notes } = await runAt(TRAINED - 1, { watched });
    expect(counts).toMatchObject({ series: 1, due: 1 });
    expect(notes).toMatchObject([{ kind: 'too-many-series', monitor: 'cpu' }]);
  });

  test('calls a series late that was not read for more than three periods', async () => {
    const { runAt } = createScenario(ONE_SPIKE);
    await runAt(TRAINED - 1);
    expect((await runAt(TRAINED + 1)).counts.late).toBe(0);
    expect((await runAt(TRAINED + 5)).counts.late).toBe(1);
  });

  test('does not call a series late that was not read for three periods exactly', async () => {
    const { runAt } = createScenario(ONE_SPIKE);
    await runAt(TRAINED - 1);
    expect((await runAt(TRAINED + 2)).counts.late).toBe(0);
  });

  test('of a shard with no series is all zeros', async () => {
    const { runAt } = createScenario({});
    const { counts, outcome } = await runAt(0);
    expect(outcome).toBe('unchanged');
    expect(Object.values(counts).every((count) => count === 0)).toBe(true);
  });
});

describe('a stage', () => {
  test('can be left out: without the last one a run is dry, and the alert waits in the outbox', async () => {
    const { runAt, told, stored } = createScenario(ONE_SPIKE);
    const dry = STAGES.filter((stage) => stage !== notify);
    await runAt(TRAINED - 1, { stages: dry });
    const report = await runAt(SPIKE_AT, { stages: dry });
    expect(report.counts).toMatchObject({ fired: 1, delivered: 0, outbox: 1 });
    expect(told()).toEqual([]);
    expect((await stored()).outbox).toHaveLength(1);
  });

  test('can be replaced: a silence between announcing and recording keeps the alert quiet', async () => {
    const { runThrough, told, storedSeries } = createScenario(ONE_SPIKE);
    const silence: Stage = async (state: Run) => ({
      ...state,
      state: { ...state.state, outbox: [] },
    });
    const stages = STAGES.flatMap((stage) => (stage === announce ? [stage, silence] : [stage]));
    const reports = await runThrough(TRAINED - 1, SPIKE_AT, { stages });
    expect(told()).toEqual([]);
    expect(reports.at(-1)?.decisions[0]?.decision.transition).toBe('firing');
    expect((await storedSeries('web'))?.alert.phase).toBe('firing');
  });
});

test('the scenarios train on as much as their monitor asks for', () => {
  expect(MONITOR.trainingMs).toBe(TRAINED * PERIOD_MS);
});
