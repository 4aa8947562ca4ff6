import { describe, expect, test } from 'vitest';
import type { Silence } from '../alerts/silences.ts';
import {
  createScenario,
  failingFor,
  history,
  notReaching,
  type Scenario,
  TRAINED,
} from '../testing/scenario.ts';
import { calm, timeOf } from '../testing/series.ts';

/** Two series, known and calm. */
async function known(): Promise<Scenario> {
  const scenario = createScenario({ web: history([]), db: history([], { seed: 2 }) });
  await scenario.runAt(TRAINED - 1);
  return scenario;
}

/** The source of a scenario, which cannot read web. */
const blindToWeb = ({ source }: Scenario) => ({ source: failingFor(source, ['web'], 'Forbidden') });

const silenceOf = (first: number, last: number): Silence => {
  const span = { from: timeOf(first), until: timeOf(last) };
  return { id: 's1', match: { series: 'web' }, ...span, why: 'move', by: 'ann' };
};

describe('a series that cannot be read', () => {
  test('fault 3: is told with the third run in a row, once, and the others go on', async () => {
    const scenario = await known();
    const reports = await scenario.runThrough(TRAINED, TRAINED + 8, blindToWeb(scenario));
    expect(scenario.told()).toEqual([`cannot-see firing web ${TRAINED + 3}`]);
    expect(reports.map(({ counts }) => counts.unseen)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1]);
    expect(reports.every(({ counts }) => counts.scored === 1)).toBe(true);
    expect(reports[2]?.changes).toMatchObject([
      { key: '["cpu","web"]', condition: 'cannot-see', state: 'firing' },
    ]);
  });

  test('is a page that says since when, and why in the words of the source', async () => {
    const scenario = await known();
    await scenario.runThrough(TRAINED, TRAINED + 2, blindToWeb(scenario));
    expect(scenario.sink.received[0]?.message).toMatchObject({
      condition: 'cannot-see',
      state: 'firing',
      severity: 'page',
      reason: 'cannot-be-read',
      detail: 'Forbidden',
      monitor: 'cpu',
      series: 'web',
      since: new Date(timeOf(TRAINED + 1)).toISOString().replace('.000', ''),
      current_value: null,
    });
  });

  test('is told that it can be, once, as the end of the same, and what came meanwhile is judged', async () => {
    const scenario = await known();
    await scenario.runThrough(TRAINED, TRAINED + 4, blindToWeb(scenario));
    const [back] = await scenario.runThrough(TRAINED + 5, TRAINED + 8);
    expect(scenario.told()).toEqual([
      `cannot-see firing web ${TRAINED + 3}`,
      `cannot-see resolved web ${TRAINED + 6}`,
    ]);
    const [firing, resolved] = scenario.sink.received.map(({ message }) => message);
    expect(resolved).toMatchObject({
      reason: 'can-be-read',
      since: firing?.since,
      severity: 'page',
    });
    expect(resolved?.transition_id).not.toBe(firing?.transition_id);
    expect(back?.counts).toMatchObject({ scored: 7, unseen: 0 });
    expect(await scenario.storedSeries('web')).not.toHaveProperty('unseen');
    expect(await scenario.storedSeries('web')).not.toHaveProperty('about');
  });

  test('leaves nothing behind when it can be read and has nothing new', async () => {
    const scenario = createScenario({ web: [...calm(TRAINED)] });
    await scenario.runAt(TRAINED - 1);
    const before = await scenario.storedSeries('web');
    await scenario.runThrough(TRAINED, TRAINED + 2, blindToWeb(scenario));
    await scenario.runAt(TRAINED + 3);
    expect(scenario.told()).toHaveLength(2);
    expect(await scenario.storedSeries('web')).toEqual(before);
  });

  test('twice and then can be is told to nobody', async () => {
    const scenario = await known();
    await scenario.runThrough(TRAINED, TRAINED + 1, blindToWeb(scenario));
    await scenario.runAt(TRAINED + 2);
    await scenario.runThrough(TRAINED + 3, TRAINED + 4, blindToWeb(scenario));
    await scenario.runAt(TRAINED + 5);
    expect(scenario.told()).toEqual([]);
  });

  test('again after it could be is another alert', async () => {
    const scenario = await known();
    for (const first of [TRAINED, TRAINED + 5]) {
      await scenario.runThrough(first, first + 2, blindToWeb(scenario));
      await scenario.runAt(first + 3);
    }
    const { received } = scenario.sink;
    expect(received.map(({ message }) => message.state)).toEqual([
      'firing',
      'resolved',
      'firing',
      'resolved',
    ]);
    expect(new Set(received.map(({ id }) => id)).size).toBe(4);
  });

  test('in one slot three times was unreadable once', async () => {
    const scenario = await known();
    for (let i = 0; i < 3; i++) await scenario.runAt(TRAINED, blindToWeb(scenario));
    expect(scenario.told()).toEqual([]);
    expect((await scenario.storedSeries('web'))?.unseen).toMatchObject({ runs: 1 });
  });

  test('for want of time is not: what was not reached says nothing', async () => {
    const scenario = await known();
    const source = notReaching(scenario.source, ['web']);
    await scenario.runThrough(TRAINED, TRAINED + 5, { source });
    expect(scenario.told()).toEqual([]);
    expect(await scenario.storedSeries('web')).not.toHaveProperty('unseen');

    await scenario.runThrough(TRAINED + 6, TRAINED + 7, blindToWeb(scenario));
    await scenario.runAt(TRAINED + 8, { source });
    await scenario.runAt(TRAINED + 9, blindToWeb(scenario));
    expect(scenario.told()).toEqual([`cannot-see firing web ${TRAINED + 10}`]);
  });

  test('on first sight is told too: it has never been seen', async () => {
    const scenario = createScenario({ web: history([]) });
    await scenario.runThrough(TRAINED - 1, TRAINED + 1, blindToWeb(scenario));
    expect(scenario.told()).toEqual([`cannot-see firing web ${TRAINED + 2}`]);
    await scenario.runAt(TRAINED + 2);
    expect(scenario.told().at(-1)).toBe(`cannot-see resolved web ${TRAINED + 3}`);
    expect((await scenario.storedSeries('web'))?.snapshot.length).toBeGreaterThan(0);
  });

  test('on first sight and then can be, and has no samples, is said to have none', async () => {
    const scenario = createScenario({ web: [] });
    await scenario.runAt(TRAINED - 1, blindToWeb(scenario));
    const { notes } = await scenario.runAt(TRAINED);
    expect(notes).toMatchObject([{ kind: 'no-samples', series: '["cpu","web"]' }]);
  });

  test('keeps the alert that it has', async () => {
    const scenario = createScenario({ web: history([200]) });
    await scenario.runThrough(TRAINED - 1, TRAINED);
    await scenario.runThrough(TRAINED + 1, TRAINED + 4, blindToWeb(scenario));
    await scenario.runThrough(TRAINED + 5, TRAINED + 9);
    expect(scenario.told()).toEqual([
      `firing web ${TRAINED}`,
      `cannot-see firing web ${TRAINED + 4}`,
      `resolved web ${TRAINED + 3}`,
      `cannot-see resolved web ${TRAINED + 6}`,
    ]);
  });
});

describe('while quiet is wanted', () => {
  test('nobody is told, and when it is over and it still cannot be read somebody is', async () => {
    const scenario = await known();
    const guidance = { silences: [silenceOf(TRAINED, TRAINED + 6)] };
    const during = { ...blindToWeb(scenario), guidance };
    await scenario.runThrough(TRAINED, TRAINED + 4, during);
    expect(scenario.told()).toEqual([]);
    await scenario.runThrough(TRAINED + 5, TRAINED + 6, during);
    expect(scenario.told()).toEqual([`cannot-see firing web ${TRAINED + 6}`]);
    const since = new Date(timeOf(TRAINED + 1)).toISOString().replace('.000', '');
    expect(scenario.sink.received[0]?.message.since).toBe(since);
  });

  test('what was over in it is told to nobody', async () => {
    const scenario = await known();
    const guidance = { silences: [silenceOf(TRAINED, TRAINED + 9)] };
    await scenario.runThrough(TRAINED, TRAINED + 4, { ...blindToWeb(scenario), guidance });
    await scenario.runThrough(TRAINED + 5, TRAINED + 12, { guidance });
    expect(scenario.told()).toEqual([]);
  });

  test('the end of what was told before is told', async () => {
    const scenario = await known();
    await scenario.runThrough(TRAINED, TRAINED + 2, blindToWeb(scenario));
    const guidance = { silences: [silenceOf(TRAINED, TRAINED + 9)] };
    await scenario.runAt(TRAINED + 3, { guidance });
    expect(scenario.told().at(-1)).toBe(`cannot-see resolved web ${TRAINED + 4}`);
  });

  test('a note says that nobody is told, and by whose wish', async () => {
    const scenario = await known();
    const guidance = { silences: [silenceOf(TRAINED, TRAINED + 9)] };
    const during = { ...blindToWeb(scenario), guidance };
    const reports = await scenario.runThrough(TRAINED, TRAINED + 3, during);
    expect(reports.at(-1)?.notes).toContainEqual({
      kind: 'muted',
      series: '["cpu","web"]',
      message: 'nobody is told: silenced by s1',
    });
  });
});

test('fault 34: a role revoked for half of the series is one message, the rest goes on, and so is its return', async () => {
  const names = Array.from({ length: 16 }, (_, i) => `host-${i}`);
  const theirs = names.slice(0, 8);
  const scenario = createScenario(
    Object.fromEntries(
      names.map((name, seed) => [name, history(seed < 8 ? [] : [50, 200], { seed })]),
    ),
  );
  await scenario.runAt(TRAINED - 1);
  const reason = 'AccessDenied: not authorized to perform sts:AssumeRole';
  const source = failingFor(scenario.source, theirs, reason);
  const reports = await scenario.runThrough(TRAINED, TRAINED + 5, { source });

  expect(reports.every(({ counts }) => counts.failed === 8 && counts.scored === 8)).toBe(true);
  const revoked = scenario.sink.received.filter(
    ({ message }) => message.condition === 'cannot-see',
  );
  expect(revoked).toHaveLength(1);
  expect(revoked[0]?.message).toMatchObject({
    state: 'firing',
    severity: 'page',
    detail: reason,
    group: { count: 8, pages: 8, monitors: [{ monitor: 'cpu', count: 8 }] },
  });
  const told = revoked[0]!.message.group!.transitions.map(({ series }) => series);
  expect(told.toSorted()).toEqual(theirs);
  const anomalies = scenario.sink.received.filter(({ message }) => message.condition === 'anomaly');
  expect(anomalies.map(({ message }) => message.group?.count)).toEqual([8, 8]);

  await scenario.runAt(TRAINED + 6);
  const back = scenario.sink.received.filter(
    ({ message: { condition, state } }) => condition === 'cannot-see' && state === 'resolved',
  );
  expect(back.map(({ message }) => message.group?.count)).toEqual([8]);
});

test('fault 34: series that cannot even be looked for are unseen too, told once, and seen again', async () => {
  const scenario = createScenario({ web: history([200]), db: history([], { seed: 2 }) });
  await scenario.runThrough(TRAINED - 1, TRAINED);
  const nothing = {
    watched: [],
    undiscovered: new Map([['cpu', 'ListMetrics: AccessDenied']]),
  };
  const once = await scenario.runAt(TRAINED + 1, nothing);
  const again = await scenario.runAt(TRAINED + 1, nothing);
  expect([once.outcome, again.outcome]).toEqual(['committed', 'unchanged']);
  await scenario.runThrough(TRAINED + 2, TRAINED + 6, nothing);
  expect(scenario.told()).toEqual([
    `firing web ${TRAINED}`,
    `cannot-see firing web ${TRAINED + 4}`,
    `cannot-see firing null ${TRAINED + 4}`,
  ]);
  // Of db, of which nothing was told before, no more is known than what it is called.
  expect(scenario.sink.received.at(-1)?.message).toMatchObject({
    series: 'db',
    metric: 'db',
    detector: '',
    detail: 'ListMetrics: AccessDenied',
  });
  await scenario.runAt(TRAINED + 7);
  const after = scenario.told().slice(3);
  expect(after.filter((text) => text.startsWith('cannot-see resolved'))).toHaveLength(2);
});
