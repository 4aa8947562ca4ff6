import { describe, expect, test } from 'vitest';
import { isoTime } from '../alerts/message.ts';
import { type AlertSink, createMemoryAlertSink } from '../ports/alert-sink.ts';
import {
  createScenario,
  createStubSink,
  history,
  type RunChanges,
  SHARD,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { timeOf } from '../testing/series.ts';
import { run } from './run.ts';

/** Flags what is above 100, and all of it is a page while the budget holds. */
const LIMIT = { detector: { type: 'static-threshold', above: 100 } } as const;
/** One page spends this twice over. */
const TIGHT = { pagesPerWeek: 0.5 };
const AMPLE = { pagesPerWeek: 10 };

/**
 * Two series: db goes beyond the limit for one sample, web from the one after that for five. Machines are told
 * everything, people only of pages.
 */
function createEstate() {
  const scenario = createScenario(
    { db: history([150]), web: history([50, 150, 150, 150, 150, 150]) },
    LIMIT,
  );
  const machines = createMemoryAlertSink('machines');
  const people = createMemoryAlertSink('people');
  const pagesOnly: AlertSink = { ...people, takes: (severity) => severity === 'page' };
  const sinks = [machines, pagesOnly];
  const told = (sink: typeof people): string[] =>
    sink.received.map(({ message }) => {
      return `${message.cluster}: ${message.state}, ${message.severity}, ${message.reason}`;
    });
  return {
    ...scenario,
    watched: ['db', 'web'].map((id) => watch(id, LIMIT)),
    machines: () => told(machines),
    people: () => told(people),
    receivedByPeople: people.received,
    runAt: (index: number, changes: RunChanges = {}) =>
      scenario.runAt(index, { sinks, ...changes }),
    async runThrough(first: number, last: number, changes: RunChanges = {}) {
      return scenario.runThrough(first, last, { sinks, ...changes });
    },
  };
}

test('the pages of a part of an estate are counted where all parts tell, and not in its shard', async () => {
  const [alone, part] = [createEstate(), createEstate()];
  for (const estate of [alone, part]) await estate.runAt(TRAINED - 1);
  await alone.runAt(TRAINED);
  await run(
    { slot: timeOf(TRAINED + 1), shard: SHARD, watched: part.watched, estatePages: [] },
    { source: part.source, store: part.store, sinks: [part.sink] },
  );
  expect((await alone.stored()).pages).toEqual([timeOf(TRAINED)]);
  expect((await part.stored()).pages).toEqual([]);
  expect(part.told()).toEqual([`firing db ${TRAINED}`]);
});

describe('a severity', () => {
  test('decides who is told: a page everybody, a notice only who takes it, from its start to its end', async () => {
    const { runThrough, machines, people } = createEstate();
    await runThrough(TRAINED - 1, TRAINED + 9, TIGHT);
    expect(people()).toEqual(['db: firing, page, first-flagged', 'db: resolved, page, recovered']);
    expect(machines()).toEqual([
      'db: firing, page, first-flagged',
      'web: firing, notice, over-budget',
      'db: resolved, page, recovered',
      'web: resolved, notice, recovered',
    ]);
  });

  test('that rises while the alert is open brings it to people, who are told of its end too', async () => {
    const { runThrough, people, receivedByPeople, machines } = createEstate();
    await runThrough(TRAINED - 1, TRAINED + 2, TIGHT);
    await runThrough(TRAINED + 3, TRAINED + 9, AMPLE);
    expect(people().filter((line) => line.startsWith('web'))).toEqual([
      'web: firing, page, now-a-page',
      'web: resolved, page, recovered',
    ]);
    expect(machines().filter((line) => line.startsWith('web'))).toEqual([
      'web: firing, notice, over-budget',
      'web: firing, page, now-a-page',
      'web: resolved, page, recovered',
    ]);
    const [risen] = receivedByPeople.filter(({ message }) => message.cluster === 'web');
    expect(risen?.message.since).toBe(isoTime(timeOf(TRAINED + 1)));
  });

  test('that no sink takes leaves nothing in the outbox, and the decision in the report', async () => {
    const { runAt, runThrough, stored } = createEstate();
    await runThrough(TRAINED - 1, TRAINED, TIGHT);
    const nobody = { ...createStubSink('nobody', () => ({ delivered: true })), takes: () => false };
    const report = await runAt(TRAINED + 1, { ...TIGHT, sinks: [nobody] });
    expect(report.decisions.map(({ decision }) => decision.reason)).toContain('over-budget');
    expect(nobody.asked).toEqual([]);
    expect((await stored()).outbox).toEqual([]);
  });
});

describe('an alert that gets worse', () => {
  const GROWING = { web: history([150, 150, 160, 400, 400]) };

  test('is told again under an id of its own, and counted', async () => {
    const { runThrough, sink } = createScenario(GROWING, LIMIT);
    const reports = await runThrough(TRAINED - 1, TRAINED + 4);
    const told = sink.received.map(({ message }) => [message.reason, message.current_value]);
    expect(told).toEqual([
      ['first-flagged', 150],
      ['clearly-worse', 400],
    ]);
    const [first, worse] = sink.received.map(({ message }) => message);
    expect(worse).toMatchObject({ state: 'firing', since: first?.since });
    expect(worse?.transition_id).not.toBe(first?.transition_id);
    expect(reports.map(({ counts }) => [counts.fired, counts.paged, counts.worsened])).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
  });

  test('spends no more of the budget: it is one page', async () => {
    const { runThrough, stored } = createScenario(GROWING, LIMIT);
    await runThrough(TRAINED - 1, TRAINED + 4);
    expect((await stored()).pages).toEqual([timeOf(TRAINED)]);
  });
});

describe('the budget of pages', () => {
  test('is said to be overspent in each run, for as long as it is', async () => {
    const { runThrough } = createEstate();
    const reports = await runThrough(TRAINED - 1, TRAINED + 1, TIGHT);
    const message =
      '1 pages in the last 7 days, the budget is 0.5: until they are fewer, a page has to be 2 times as rare, ' +
      'and detectors that do not tell how rare give notices only';
    expect(reports.map(({ notes }) => notes)).toEqual([
      [],
      [{ kind: 'budget-overspent', message }],
      [{ kind: 'budget-overspent', message }],
    ]);
  });

  test('a week later is whole again', async () => {
    const { runThrough, runAt, people } = createEstate();
    await runThrough(TRAINED - 1, TRAINED + 6, TIGHT);
    const week = TRAINED + (7 * 24 * 3_600_000) / 300_000;
    const { notes } = await runAt(week, TIGHT);
    expect(notes.filter(({ kind }) => kind === 'budget-overspent')).toEqual([]);
    expect(people()).toHaveLength(2);
  });

  test('counts a page by the time of its sample, in whatever order series are caught up with', async () => {
    const [punctual, late] = [createEstate(), createEstate()];
    await punctual.runThrough(TRAINED - 1, TRAINED + 6, AMPLE);
    await late.runAt(TRAINED - 1, AMPLE);
    await late.runAt(TRAINED + 6, { ...AMPLE, watched: [watch('web', LIMIT)] });
    await late.runAt(TRAINED + 6, AMPLE);
    expect((await late.stored()).pages).toEqual([timeOf(TRAINED), timeOf(TRAINED + 1)]);
    expect((await late.stored()).pages).toEqual((await punctual.stored()).pages);
  });

  test('keeps the pages that a run of an earlier slot does not know', async () => {
    const { runAt, stored } = createEstate();
    const only = (id: string): RunChanges => ({ ...AMPLE, watched: [watch(id, LIMIT)] });
    await runAt(TRAINED - 1, AMPLE);
    await runAt(TRAINED + 3, only('web'));
    await runAt(TRAINED, only('db'));
    expect((await stored()).pages).toEqual([timeOf(TRAINED), timeOf(TRAINED + 1)]);
  });

  test.each([0, -1, Number.NaN])('of %d is refused', async (pagesPerWeek) => {
    const { runAt, store } = createEstate();
    await expect(runAt(TRAINED, { pagesPerWeek })).rejects.toThrow(
      `pagesPerWeek must be > 0, got ${pagesPerWeek}`,
    );
    expect(await store.load('shard-1')).toBeUndefined();
  });
});
