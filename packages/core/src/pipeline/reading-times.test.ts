import { describe, expect, test } from 'vitest';
import type { MetricLocator, MetricSource, ReadRequest } from '../ports/metric-source.ts';
import {
  createScenario,
  failingFor,
  history,
  MONITOR,
  notReaching,
  type Scenario,
  TRAINED,
  watch,
} from '../testing/scenario.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';
import type { Monitor } from './monitor.ts';
import { isDue } from './reading-times.ts';
import { NEW_SERIES } from './shard-state.ts';

const HOUR = 12; // periods
const HOURLY: Partial<Monitor> = { readEveryMs: HOUR * PERIOD_MS };

const metric = (Host: string, statistic = 'Average'): MetricLocator => {
  return { kind: 'cloudwatch', namespace: 'Shop', metric: 'Load', dimensions: { Host }, statistic };
};

/** The indexes within two days at which a series is due, if each read finds the newest sample. */
function turnsOf(locator: MetricLocator, monitor: Partial<Monitor> = HOURLY): number[] {
  const { monitor: merged } = watch('web', monitor);
  const watched = { monitor: merged, series: { ...watch('web').series, locator } };
  let learnedUntil = timeOf(-1);
  const turns: number[] = [];
  for (let index = 0; index < 48 * HOUR; index++) {
    if (!isDue(watched, { ...NEW_SERIES, learnedUntil }, timeOf(index))) continue;
    turns.push(index);
    learnedUntil = timeOf(index);
  }
  return turns;
}

describe('a series is due', () => {
  test('with each period that has settled, and once for each', () => {
    expect(turnsOf(metric('a'), {})).toHaveLength(48 * HOUR);
    const half = turnsOf(metric('a'), { periodMs: 6 * PERIOD_MS });
    expect(half.every((index, i) => i === 0 || index - half[i - 1]! === 6)).toBe(true);
  });

  test('once an hour, when it is read every hour', () => {
    const turns = turnsOf(metric('a'));
    expect(turns.length).toBeGreaterThanOrEqual(48);
    expect(turns.every((index, i) => i === 0 || index - turns[i - 1]! === HOUR)).toBe(true);
  });

  test('at another time of the hour than others, so that the reads are spread', () => {
    const turns = Array.from({ length: 600 }, (_, i) => turnsOf(metric(`host-${i}`))[1]! % HOUR);
    const counts = Array.from(
      { length: HOUR },
      (_, at) => turns.filter((own) => own === at).length,
    );
    expect(Math.min(...counts)).toBeGreaterThan(25); // 50 each, were they spread evenly
    expect(Math.max(...counts)).toBeLessThan(80);
  });

  test('at the same time under each statistic: those of one metric are billed together', () => {
    const turns = ['Average', 'p99', 'Sum'].map((statistic) => turnsOf(metric('a', statistic)));
    expect(turns[1]).toEqual(turns[0]);
    expect(turns[2]).toEqual(turns[0]);
  });

  test('in whatever order its dimensions are written', () => {
    const [one, other] = [
      { Host: 'a', Zone: 'b' },
      { Zone: 'b', Host: 'a' },
    ].map((dimensions) => turnsOf({ ...metric('a'), dimensions } as MetricLocator));
    expect(one).toEqual(other);
  });

  test('at once when it has never been read', () => {
    const watched = watch('web', HOURLY);
    const due = Array.from({ length: HOUR }, (_, i) => isDue(watched, NEW_SERIES, timeOf(i)));
    expect(due).toEqual(new Array(HOUR).fill(true));
  });

  test('with each period when it is to be read more often than that', () => {
    expect(turnsOf(metric('a'), { readEveryMs: PERIOD_MS / 5 })).toHaveLength(48 * HOUR);
  });
});

/** How often a source was asked from one index to another, each run a period after the other. */
async function readsBetween(
  values: readonly number[],
  [first, last]: readonly [number, number],
  monitor: Partial<Monitor>,
): Promise<{ readonly reads: number; readonly told: readonly string[] }> {
  const scenario = createScenario({ web: values }, monitor);
  const asked: ReadRequest[] = [];
  const source: MetricSource = {
    ...scenario.source,
    async read(requests) {
      asked.push(...requests);
      return scenario.source.read(requests);
    },
  };
  await scenario.runThrough(TRAINED - 1, first - 1);
  await scenario.runThrough(first, last, { source });
  return { reads: asked.length, told: scenario.told() };
}

describe('a series that is read every hour', () => {
  const SPAN = [TRAINED + HOUR, TRAINED + 9 * HOUR - 1] as const;

  test('is judged sample by sample all the same', async () => {
    const values = history([50, 200, ...calm(9 * HOUR, { seed: 3 })]);
    const [hourly, often] = [
      await readsBetween(values, SPAN, HOURLY),
      await readsBetween(values, SPAN, {}),
    ];
    expect(hourly.told).toEqual(often.told);
    expect(hourly.told).toHaveLength(2);
    expect([hourly.reads, often.reads]).toEqual([8, 8 * HOUR]);
  });

  test('and is silent is read every hour too', async () => {
    const silent = { ...HOURLY, missing: 'missing', silentAfterMs: HOUR * PERIOD_MS } as const;
    const { reads, told } = await readsBetween(
      calm(TRAINED),
      [TRAINED + 3 * HOUR, SPAN[1]],
      silent,
    );
    expect(told).toHaveLength(1);
    expect(reads).toBe(6);
  });

  test('and has a sample only now and then is read every hour too', async () => {
    const sparse = [...calm(TRAINED), ...new Array<number>(9 * HOUR).fill(Number.NaN)];
    sparse[TRAINED + 4 * HOUR] = 50;
    const { reads } = await readsBetween(sparse, SPAN, HOURLY);
    expect(reads).toBeLessThanOrEqual(9);
  });

  test('has it remembered how far it was looked at only where its samples do not say it', async () => {
    const scenario = createScenario({ web: calm(TRAINED + 3 * HOUR) }, HOURLY);
    await scenario.runThrough(TRAINED - 1, TRAINED + 3 * HOUR - 1);
    expect(await scenario.storedSeries('web')).not.toHaveProperty('lookedUntil');
    const reports = await scenario.runThrough(TRAINED + 3 * HOUR, TRAINED + 6 * HOUR - 1);
    const looked = reports.findLastIndex(({ counts }) => counts.due === 1);
    const state = await scenario.storedSeries('web');
    expect(state?.lookedUntil).toBe(timeOf(TRAINED + 3 * HOUR + looked));
  });

  test('once in each period needs nothing remembered: its samples say when the next is due', async () => {
    const scenario = createScenario({ web: calm(TRAINED) }, { readEveryMs: PERIOD_MS });
    await scenario.runThrough(TRAINED - 1, TRAINED + 3);
    expect(await scenario.storedSeries('web')).not.toHaveProperty('lookedUntil');
  });

  /** The samples that the runs after its turn find, when that one did not come to read it. */
  async function afterItsTurn(
    turn: (scenario: Scenario, index: number) => Promise<unknown>,
  ): Promise<readonly number[]> {
    const scenario = createScenario({ web: history([...calm(9 * HOUR)]) }, HOURLY);
    await scenario.runAt(TRAINED - 1);
    let index = TRAINED;
    while ((await scenario.runAt(index)).counts.due === 0) index += 1;
    await scenario.runThrough(index + 1, index + HOUR - 1);
    await turn(scenario, index + HOUR);
    const reports = await scenario.runThrough(index + HOUR + 1, index + HOUR + 3);
    return reports.map(({ counts }) => counts.samples);
  }

  test('and could not be read is read again with the next run', async () => {
    const samples = await afterItsTurn((scenario, index) =>
      scenario.runAt(index, { source: failingFor(scenario.source, ['web']) }),
    );
    expect(samples).toEqual([HOUR + 1, 0, 0]);
  });

  test('and for which there was no time is read with the next run', async () => {
    const samples = await afterItsTurn((scenario, index) =>
      scenario.runAt(index, { source: notReaching(scenario.source, ['web']) }),
    );
    expect(samples).toEqual([HOUR + 1, 0, 0]);
  });

  test('and whose run was left out is read with the next', async () => {
    expect(await afterItsTurn(async () => {})).toEqual([HOUR + 1, 0, 0]);
  });
});

test('the scenarios are read with each of their periods', () => {
  expect(MONITOR.readEveryMs).toBeUndefined();
});
