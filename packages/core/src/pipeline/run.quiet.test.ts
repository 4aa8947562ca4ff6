import { describe, expect, test } from 'vitest';
import type { MaintenanceWindow } from '../alerts/guidance.ts';
import { isoTime } from '../alerts/message.ts';
import type { Silence } from '../alerts/silences.ts';
import {
  createScenario,
  createStubSink,
  history,
  type Scenario,
  TRAINED,
} from '../testing/scenario.ts';
import { timeOf } from '../testing/series.ts';

/** Flags what is above 100, whatever has been before. */
const LIMIT = { detector: { type: 'static-threshold', above: 100 } } as const;

/** From the sample with the first index on, up to the one with the second. */
const span = (first: number, last: number) => ({ from: timeOf(first), until: timeOf(last) });

const silence = (first: number, last: number, changes: Partial<Silence> = {}): Silence => {
  return { id: 'deploy', match: {}, ...span(first, last), why: 'deploy', by: 'ann', ...changes };
};

const maintenance = (first: number, last: number): MaintenanceWindow => {
  return { name: 'backup', match: {}, spans: span(first, last) };
};

/** One series, known, with what happens after its training history. */
async function beforeThat(...happened: number[]): Promise<Scenario> {
  const scenario = createScenario({ web: history(happened) }, LIMIT);
  await scenario.runAt(TRAINED - 1);
  return scenario;
}

/** All that was told: what, as what, and since when. */
const toldBy = ({ sink, told }: Scenario): string[] =>
  sink.received.map(({ message: { reason, since } }, i) => {
    const index = (Date.parse(since) - timeOf(0)) / (timeOf(1) - timeOf(0));
    return `${told()[i]}: ${reason}, since ${index}`;
  });

describe.each([
  ['a silence', (first: number, last: number) => ({ silences: [silence(first, last)] })],
  ['maintenance', (first: number, last: number) => ({ maintenance: [maintenance(first, last)] })],
] as const)('while %s lasts', (_, quiet) => {
  test('an alert that opens and is over in it is told to nobody', async () => {
    const scenario = await beforeThat(50, 200, 200);
    const guidance = quiet(TRAINED, TRAINED + 9);
    await scenario.runThrough(TRAINED, TRAINED + 15, { guidance });
    expect(scenario.told()).toEqual([]);
    expect((await scenario.storedSeries('web'))?.alert).toEqual({ phase: 'ok' });
  });

  test('one that opens in it and goes on after is told once, since when it opened', async () => {
    const scenario = await beforeThat(50, 200, 200, 200, 200, 200, 200);
    const guidance = quiet(TRAINED, TRAINED + 5);
    await scenario.runThrough(TRAINED, TRAINED + 12, { guidance });
    const opened = TRAINED + 1;
    expect(toldBy(scenario)).toEqual([
      `firing web ${TRAINED + 5}: quiet-over, since ${opened}`,
      `resolved web ${TRAINED + 9}: recovered, since ${opened}`,
    ]);
  });

  test('one that was told before has its end told in it', async () => {
    const scenario = await beforeThat(200, 200);
    await scenario.runAt(TRAINED);
    const guidance = quiet(TRAINED + 1, TRAINED + 9);
    await scenario.runThrough(TRAINED + 1, TRAINED + 12, { guidance });
    expect(toldBy(scenario)).toEqual([
      `firing web ${TRAINED}: first-flagged, since ${TRAINED}`,
      `resolved web ${TRAINED + 4}: recovered, since ${TRAINED}`,
    ]);
  });

  test('one that gets worse in it is told after that it is worse', async () => {
    const scenario = await beforeThat(150, 150, 400, 400, 400, 400);
    await scenario.runAt(TRAINED);
    const guidance = quiet(TRAINED + 1, TRAINED + 4);
    await scenario.runThrough(TRAINED + 1, TRAINED + 5, { guidance });
    expect(toldBy(scenario)).toEqual([
      `firing web ${TRAINED}: first-flagged, since ${TRAINED}`,
      `firing web ${TRAINED + 4}: clearly-worse, since ${TRAINED}`,
    ]);
  });

  test('the metric is learned: quiet is no blindness', async () => {
    const [quietly, plainly] = [await beforeThat(50, 60, 40), await beforeThat(50, 60, 40)];
    const guidance = quiet(TRAINED, TRAINED + 9);
    await quietly.runThrough(TRAINED, TRAINED + 5, { guidance });
    await plainly.runThrough(TRAINED, TRAINED + 5);
    expect(await quietly.stored()).toEqual(await plainly.stored());
  });

  test('slot by slot, and caught up with in one run, the same is told', async () => {
    const guidance = quiet(TRAINED, TRAINED + 5);
    const [punctual, late] = [1, 2].map(() => beforeThat(50, 200, 200, 200, 200, 200, 200));
    await (await punctual!).runThrough(TRAINED, TRAINED + 12, { guidance });
    await (await late!).runAt(TRAINED + 12, { guidance });
    expect(toldBy(await late!).toSorted()).toEqual(toldBy(await punctual!).toSorted());
  });

  test('no page is spent, and when it is over and told, one is', async () => {
    const scenario = await beforeThat(200, 200, 200, 200, 200, 200);
    const guidance = quiet(TRAINED, TRAINED + 3);
    await scenario.runThrough(TRAINED, TRAINED + 2, { guidance });
    expect((await scenario.stored()).pages).toEqual([]);
    const report = await scenario.runAt(TRAINED + 3, { guidance });
    expect((await scenario.stored()).pages).toEqual([timeOf(TRAINED + 3)]);
    expect(report.counts).toMatchObject({ fired: 1, paged: 1 });
  });
});

describe('the trace of quiet', () => {
  test('is a note that names who wanted it, one a series and run, and a count', async () => {
    const scenario = await beforeThat(200, 200, 200, 200);
    const guidance = { silences: [silence(TRAINED, TRAINED + 9)] };
    const report = await scenario.runAt(TRAINED + 3, { guidance });
    expect(report.counts).toMatchObject({ fired: 0, muted: 4 });
    expect(report.notes).toEqual([
      { kind: 'muted', series: '["cpu","web"]', message: 'nobody is told: silenced by deploy' },
    ]);
    const by = report.decisions.map(({ mute }) => mute?.by);
    expect(by).toEqual(new Array(4).fill('deploy'));
  });

  test('is none where there was nothing to tell', async () => {
    const scenario = await beforeThat(50, 50);
    const guidance = { maintenance: [maintenance(TRAINED, TRAINED + 9)] };
    const report = await scenario.runAt(TRAINED + 1, { guidance });
    expect(report).toMatchObject({ notes: [], counts: { muted: 0 } });
  });
});

describe('a silence', () => {
  test('covers what is told while it lasts, also of samples from before it', async () => {
    const scenario = await beforeThat(200, 200, 200, 50);
    const guidance = { silences: [silence(TRAINED + 3, TRAINED + 9)] };
    await scenario.runAt(TRAINED + 2, { guidance }); // its slot is a period later
    expect(scenario.told()).toEqual([]);
  });

  test('is about what it matches, and the rest is told', async () => {
    const scenario = createScenario({ web: history([200]), db: history([200]) }, LIMIT);
    await scenario.runAt(TRAINED - 1);
    const match = { monitor: 'c*', resource: 'web' };
    const guidance = { silences: [silence(TRAINED, TRAINED + 9, { match })] };
    await scenario.runAt(TRAINED, { guidance });
    expect(scenario.told()).toEqual([`firing db ${TRAINED}`]);
  });

  test('that is lifted before its end lets what is still flagged be told with the next sample', async () => {
    const scenario = await beforeThat(200, 200, 200);
    const guidance = { silences: [silence(TRAINED, TRAINED + 99)] };
    await scenario.runThrough(TRAINED, TRAINED + 1, { guidance });
    await scenario.runAt(TRAINED + 2);
    expect(toldBy(scenario)).toEqual([`firing web ${TRAINED + 2}: quiet-over, since ${TRAINED}`]);
  });

  test('does not hold back what waits in the outbox from before', async () => {
    const scenario = await beforeThat(200, 200);
    const down = createStubSink('memory', () => {
      return { delivered: false, reason: '503', retryable: true };
    });
    await scenario.runAt(TRAINED, { sinks: [down] });
    const guidance = { silences: [silence(TRAINED + 1, TRAINED + 9)] };
    await scenario.runAt(TRAINED + 1, { guidance });
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
  });
});

describe('maintenance', () => {
  test('covers the samples of its time, and not what is read in it of the time before', async () => {
    const scenario = await beforeThat(200, 200, 200, 50);
    const guidance = { maintenance: [maintenance(TRAINED + 3, TRAINED + 9)] };
    await scenario.runAt(TRAINED + 2, { guidance });
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
  });

  test('covers them also when they are read after it', async () => {
    const scenario = await beforeThat(200, 50, 50, 50);
    const guidance = { maintenance: [maintenance(TRAINED, TRAINED + 1)] };
    await scenario.runAt(TRAINED + 5, { guidance });
    expect(scenario.told()).toEqual([]);
  });
});

test('an alert that stays open is told again after the repeat interval, under an id of its own', async () => {
  const repeatMs = timeOf(3) - timeOf(0);
  const scenario = createScenario(
    { web: history([200, 200, 200, 200, 200, 200, 200]) },
    { ...LIMIT, repeatMs },
  );
  const reports = await scenario.runThrough(TRAINED - 1, TRAINED + 12);
  expect(toldBy(scenario)).toEqual([
    `firing web ${TRAINED}: first-flagged, since ${TRAINED}`,
    `firing web ${TRAINED + 3}: repeat-interval, since ${TRAINED}`,
    `firing web ${TRAINED + 6}: repeat-interval, since ${TRAINED}`,
    `resolved web ${TRAINED + 9}: recovered, since ${TRAINED}`,
  ]);
  expect(new Set(scenario.sink.received.map(({ id }) => id)).size).toBe(4);
  expect(reports.reduce((sum, { counts }) => sum + counts.fired + counts.worsened, 0)).toBe(1);
  expect((await scenario.stored()).pages).toEqual([timeOf(TRAINED)]);
  expect(scenario.sink.received[1]?.message.timestamp).toBe(isoTime(timeOf(TRAINED + 3)));
});

test.each([
  { maintenance: [{ name: 'x', match: {}, spans: span(5, 5) }] },
  {
    labels: [
      { label: 'normal' as const, match: {}, spans: { cron: '', timeZone: 'UTC', lengthMs: 1 } },
    ],
  },
])('guidance with a time span that is none ends the run before it begins: %j', async (guidance) => {
  const scenario = createScenario({ web: history([]) });
  await expect(scenario.runAt(TRAINED, { guidance })).rejects.toThrow(/^(until|cron) must be /);
  expect(await scenario.store.load('shard-1')).toBeUndefined();
});
