import { describe, expect, test } from 'vitest';
import type { MetricLocator } from '../ports/metric-source.ts';
import {
  createScenario,
  failingFor,
  history,
  type RunChanges,
  type Scenario,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import type { Monitor } from './monitor.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:shop';
const FORGOTTEN = { monitors: [watch('db', { name: 'other' }).monitor], watched: [] };

/** web jumps with the sample after the training history, and db does not. */
async function withOpenAlert(monitor: Partial<Monitor> = {}): Promise<Scenario> {
  const scenario = createScenario({ web: history([200, 200]) }, monitor);
  await scenario.runThrough(TRAINED - 1, TRAINED);
  expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
  return scenario;
}

describe('a monitor that is removed while an alert is open', () => {
  test('fault 26: ends it as no longer watched, once', async () => {
    const scenario = await withOpenAlert();
    const reports = await scenario.runThrough(TRAINED + 1, TRAINED + 6, FORGOTTEN);
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`, `resolved web ${TRAINED + 2}`]);
    expect(reports.map(({ outcome }) => outcome)).toEqual([
      'committed',
      ...new Array(5).fill('unchanged'),
    ]);
    expect((await scenario.storedSeries('web'))?.alert).toEqual({ phase: 'ok' });
    expect(await scenario.storedSeries('web')).not.toHaveProperty('about');
  });

  test('fault 26: is told where it was told, and with all that was known of it', async () => {
    const scenario = await withOpenAlert({
      topic: TOPIC,
      owner: 'team-shop',
      runbook: 'https://r',
    });
    await scenario.runAt(TRAINED + 1, FORGOTTEN);
    const [firing, resolved] = scenario.sink.received.map(({ message }) => message);
    expect(resolved).toMatchObject({
      condition: 'anomaly',
      state: 'resolved',
      reason: 'no-longer-watched',
      severity: 'page',
      topic: TOPIC,
      owner: 'team-shop',
      runbook: 'https://r',
      since: firing?.since,
      worst_value: 200,
      current_value: null,
    });
    expect(resolved?.metric).toBe(firing?.metric);
    expect(resolved?.transition_id).not.toBe(firing?.transition_id);
  });

  test('and the same, run twice at once, is told once', async () => {
    const scenario = await withOpenAlert();
    await Promise.all([1, 2].map(() => scenario.runAt(TRAINED + 1, FORGOTTEN)));
    await scenario.runAt(TRAINED + 1, FORGOTTEN);
    expect(scenario.told()).toHaveLength(2);
  });

  test('ends nothing that nobody knows of', async () => {
    const scenario = createScenario({ web: history([200, 200]) });
    const span = { from: timeOf(TRAINED), until: timeOf(TRAINED + 9) };
    const silence = { id: 's', match: {}, ...span, why: 'move', by: 'ann' };
    const guidance = { silences: [silence] };
    await scenario.runThrough(TRAINED - 1, TRAINED, { guidance });
    expect((await scenario.storedSeries('web'))?.alert.phase).toBe('firing');
    await scenario.runAt(TRAINED + 1, { ...FORGOTTEN, guidance });
    expect(scenario.told()).toEqual([]);
  });

  test('ends it also while quiet is wanted: somebody knows of it', async () => {
    const scenario = await withOpenAlert();
    const span = { from: timeOf(TRAINED), until: timeOf(TRAINED + 9) };
    const silence = { id: 's', match: {}, ...span, why: 'move', by: 'ann' };
    await scenario.runAt(TRAINED + 1, { ...FORGOTTEN, guidance: { silences: [silence] } });
    expect(scenario.told()).toHaveLength(2);
  });

  test('and comes back is another alert, if the metric is still not as usual', async () => {
    const scenario = createScenario(
      { web: history(new Array<number>(9).fill(200)) },
      { detector: { type: 'static-threshold', above: 100 } },
    );
    await scenario.runThrough(TRAINED - 1, TRAINED);
    await scenario.runAt(TRAINED + 1, FORGOTTEN);
    await scenario.runAt(TRAINED + 2);
    expect(scenario.told()).toEqual([
      `firing web ${TRAINED}`,
      `resolved web ${TRAINED + 2}`,
      `firing web ${TRAINED + 1}`,
    ]);
  });

  test('ends the silence of one with which nothing else is wrong', async () => {
    const scenario = createScenario(
      { web: history([]).slice(0, TRAINED) },
      { missing: 'missing', silentAfterMs: 3 * PERIOD_MS, owner: 'team-shop' },
    );
    await scenario.runThrough(TRAINED - 1, TRAINED + 2);
    await scenario.runAt(TRAINED + 3, FORGOTTEN);
    expect(scenario.told()).toEqual([
      `no-data firing web ${TRAINED + 3}`,
      `no-data resolved web ${TRAINED + 4}`,
    ]);
    expect(scenario.sink.received.at(-1)?.message).toMatchObject({
      reason: 'no-longer-watched',
      severity: 'notice',
      owner: 'team-shop',
    });
  });

  test('ends what was told of its silence and of its not being read', async () => {
    const silentAfterMs = 3 * PERIOD_MS;
    const nothing = new Array<number>(40).fill(Number.NaN);
    const scenario = createScenario(
      { web: [...history([200]).slice(0, TRAINED + 1), ...nothing] },
      { missing: 'breaching', silentAfterMs },
    );
    await scenario.runThrough(TRAINED - 1, TRAINED + 3);
    const source = failingFor(scenario.source, ['web']);
    await scenario.runThrough(TRAINED + 4, TRAINED + 6, { source });
    await scenario.runAt(TRAINED + 7, FORGOTTEN);
    expect(scenario.told().slice(1)).toEqual([
      `no-data firing web ${TRAINED + 4}`,
      `cannot-see firing web ${TRAINED + 7}`,
      `resolved web ${TRAINED + 8}`,
      `no-data resolved web ${TRAINED + 8}`,
      `cannot-see resolved web ${TRAINED + 8}`,
    ]);
    const reasons = scenario.sink.received.slice(-3).map(({ message }) => message.reason);
    expect(new Set(reasons)).toEqual(new Set(['no-longer-watched']));
  });
});

describe('a series that its monitor names no more', () => {
  const cloudwatch = (Host: string): MetricLocator => {
    const metric = { namespace: 'Shop', metric: 'Latency', statistic: 'p99' };
    return { kind: 'cloudwatch', ...metric, dimensions: { Host } };
  };
  const changesWith = (source: MetricLocator): RunChanges => {
    return { watched: [], monitors: [watch('web', { source }).monitor] };
  };

  test.each<[string, MetricLocator]>([
    ['names another', cloudwatch('web-2')],
    ['names a file', { kind: 'csv', path: 'web.csv' }],
    [
      'computes',
      {
        kind: 'cloudwatch-expression',
        expression: 'a',
        metrics: { a: cloudwatch('*') as Extract<MetricLocator, { kind: 'cloudwatch' }> },
        label: 'a',
      },
    ],
  ])('is over: its monitor %s', async (_, source) => {
    const scenario = await withOpenAlert();
    await scenario.runAt(TRAINED + 1, changesWith(source));
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`, `resolved web ${TRAINED + 2}`]);
  });

  test.each<[string, MetricLocator]>([
    ['a dimension that may be anything', cloudwatch('*')],
    ['any file of a folder', { kind: 'csv', path: 'hosts/*.csv' }],
  ])('may only not have been found: its monitor looks for %s', async (_, source) => {
    const scenario = await withOpenAlert();
    await scenario.runThrough(TRAINED + 1, TRAINED + 5, changesWith(source));
    expect(scenario.told()).toHaveLength(1);
    expect((await scenario.storedSeries('web'))?.alert.phase).toBe('firing');
  });

  test('is over when it is another monitor that would find it', async () => {
    const scenario = await withOpenAlert();
    const monitors = [watch('web', { name: 'other', source: cloudwatch('*') }).monitor];
    await scenario.runAt(TRAINED + 1, { watched: [], monitors });
    expect(scenario.told()).toHaveLength(2);
  });
});

test('a topic that changes while an alert is open has its end told where people are told now', async () => {
  const scenario = await withOpenAlert({ topic: TOPIC });
  const topic = `${TOPIC}-2`;
  await scenario.runAt(TRAINED + 1, { watched: [watch('web', { topic })] });
  await scenario.runAt(TRAINED + 2, FORGOTTEN);
  expect(scenario.sink.received.at(-1)?.message.topic).toBe(topic);
});
