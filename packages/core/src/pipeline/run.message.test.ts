import { describe, expect, test } from 'vitest';
import { type TransitionName, transitionId } from '../alerts/transition-id.ts';
import type { MetricSource } from '../ports/metric-source.ts';
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
import { keyOf, type Monitor } from './monitor.ts';

/** Each value half as far off again as the one before is clearly worse. */
const LIMIT = { detector: { type: 'static-threshold', above: 100 } } as const;
const NONE = new Array<number>(9).fill(Number.NaN);
const FORGOTTEN: RunChanges = { watched: [], monitors: [] };

async function after(
  happened: readonly number[],
  last: number,
  monitor: Partial<Monitor> = {},
): Promise<Scenario> {
  const scenario = createScenario({ web: history(happened) }, { ...LIMIT, ...monitor });
  await scenario.runThrough(TRAINED - 1, last);
  return scenario;
}

/** What names the transition of the alert that began with the sample of this index. */
const idOf = (since: number, name: TransitionName): Promise<string> =>
  transitionId(keyOf(watch('web')), timeOf(since), name);

const idsOf = ({ sink }: Scenario): string[] =>
  sink.received.map(({ message }) => message.transition_id);

describe('the id of a message', () => {
  test('names the alert and what became of it; what may be told more than once, by its sample too', async () => {
    const scenario = await after([150, 400, 900], TRAINED + 6);
    expect(idsOf(scenario)).toEqual([
      await idOf(TRAINED, 'firing'),
      await idOf(TRAINED, `worse ${timeOf(TRAINED + 1)}`),
      await idOf(TRAINED, `worse ${timeOf(TRAINED + 2)}`),
      await idOf(TRAINED, 'resolved'),
    ]);
  });

  test('of an alert that is told again because it goes on is another each time', async () => {
    const scenario = await after([150, 150, 150], TRAINED + 2, { repeatMs: PERIOD_MS });
    expect(idsOf(scenario)).toEqual([
      await idOf(TRAINED, 'firing'),
      await idOf(TRAINED, `repeat ${timeOf(TRAINED + 1)}`),
      await idOf(TRAINED, `repeat ${timeOf(TRAINED + 2)}`),
    ]);
  });

  test('of the end of an alert is the same whether a sample ends it or none does', async () => {
    const scenario = await after([150, 150], TRAINED + 1);
    await scenario.runAt(TRAINED + 2, FORGOTTEN);
    expect(idsOf(scenario)).toEqual([
      await idOf(TRAINED, 'firing'),
      await idOf(TRAINED, 'resolved'),
    ]);
  });

  test('of what no sample tells says of what it is', async () => {
    const monitor = { missing: 'missing', silentAfterMs: 2 * PERIOD_MS } as const;
    const scenario = await after([50, ...NONE], TRAINED + 2, monitor);
    const source = failingFor(scenario.source, ['web']);
    await scenario.runThrough(TRAINED + 3, TRAINED + 5, { source });
    expect(idsOf(scenario)).toEqual([
      await idOf(TRAINED, 'no-data firing'),
      await idOf(TRAINED + 4, 'cannot-see firing'),
    ]);
  });
});

describe('the link of a message', () => {
  /** Links to a span of a series, in periods before and after the sample after the training history. */
  const linking = ({ source }: Scenario): MetricSource => ({
    ...source,
    linkTo: ({ series, periodMs, from, until }) => {
      const [first, last] = [from, until].map((time) => (time - timeOf(TRAINED)) / periodMs);
      return `https://console/${series.id}/${first}/${last}`;
    },
  });
  const linksOf = ({ sink }: Scenario): (string | null)[] =>
    sink.received.map(({ message }) => message.console_url);

  test('shows three hours before the alert began, and an hour after what is told, at five minutes', async () => {
    const scenario = createScenario({ web: history([150]) }, LIMIT);
    await scenario.runThrough(TRAINED - 1, TRAINED + 3, { source: linking(scenario) });
    expect(linksOf(scenario)).toEqual(['https://console/web/-36/12', 'https://console/web/-36/15']);
  });

  test('of what no sample tells shows as much, up to the run and an hour on', async () => {
    const monitor = { ...LIMIT, missing: 'missing', silentAfterMs: 3 * PERIOD_MS } as const;
    const scenario = createScenario({ web: history([50, ...NONE]) }, monitor);
    await scenario.runThrough(TRAINED - 1, TRAINED + 3, { source: linking(scenario) });
    expect(linksOf(scenario)).toEqual(['https://console/web/-36/16']);
  });

  test('is none for a series that is watched no more', async () => {
    const scenario = createScenario({ web: history([150, 150]) }, LIMIT);
    const source = linking(scenario);
    await scenario.runThrough(TRAINED - 1, TRAINED, { source });
    await scenario.runAt(TRAINED + 1, { source, ...FORGOTTEN });
    expect(linksOf(scenario)).toEqual(['https://console/web/-36/12', null]);
  });

  test('is none where the source has no such place', async () => {
    expect(linksOf(await after([150], TRAINED))).toEqual([null]);
    const scenario = createScenario({ web: history([150]) }, LIMIT);
    const source = { ...scenario.source, linkTo: () => null };
    await scenario.runThrough(TRAINED - 1, TRAINED, { source });
    expect(linksOf(scenario)).toEqual([null]);
  });
});
