import { describe, expect, test } from 'vitest';
import { keyOf } from '../pipeline/monitor.ts';
import { createScenario, history, type MONITOR, TRAINED, watch } from '../testing/scenario.ts';
import { PERIOD_MS, samplesOf, timeOf } from '../testing/series.ts';
import { type BacktestRequest, type BacktestSeries, backtest } from './backtest.ts';

const CONTENTS = {
  web: history([50, 200, 5000, 50, 50, 50]),
  db: history([50, 50, 200], { seed: 2 }),
};
const LAST = TRAINED + 20;

function seriesOf(
  contents: Readonly<Record<string, readonly number[]>>,
  monitor: Partial<typeof MONITOR> = {},
): BacktestSeries[] {
  return Object.entries(contents).map(([id, values]) => ({
    watched: watch(id, monitor),
    samples: samplesOf(values),
  }));
}

function lookedBack(changes: Partial<BacktestRequest> = {}) {
  return backtest({
    series: seriesOf(CONTENTS),
    firstMs: timeOf(TRAINED),
    lastMs: timeOf(LAST),
    ...changes,
  });
}

describe('a backtest', () => {
  test('tells of the alerts that the runs would have told of, under the same ids', async () => {
    const live = createScenario(CONTENTS);
    await live.runThrough(TRAINED, LAST);
    const opened = live.sink.received.filter(({ message }) => message.reason === 'first-flagged');
    expect(opened.length).toBe(2);
    const { alerts } = await lookedBack();
    expect(alerts.map(({ id }) => id)).toEqual(opened.map(({ id }) => id));
  });

  test('says of each when it began and ended, how far it went and what was normal', async () => {
    const { alerts } = await lookedBack();
    const [web, db] = alerts;
    expect(web).toMatchObject({
      key: keyOf(watch('web')),
      condition: 'anomaly',
      severity: 'page',
      reason: 'first-flagged',
      since: timeOf(TRAINED + 1),
      // The third clean sample in a row ends it.
      until: timeOf(TRAINED + 5),
      side: 'above',
      worst: { timestamp: timeOf(TRAINED + 2), value: 5000 },
      rarityDays: null,
    });
    expect(web!.lower!).toBeLessThan(50);
    expect(web!.upper!).toBeLessThan(200);
    expect(db).toMatchObject({ since: timeOf(TRAINED + 2), side: 'above' });
  });

  test('leaves an alert open that does not end', async () => {
    const series = seriesOf({ web: [...CONTENTS.web.slice(0, TRAINED), 50, 200, 200] });
    const { alerts } = await lookedBack({ series, lastMs: timeOf(TRAINED + 2) });
    expect(alerts).toMatchObject([{ since: timeOf(TRAINED + 1), until: null }]);
  });

  test('traces each judged sample with what was expected of it', async () => {
    const { series, judged, slots, noOpinion } = await lookedBack();
    expect(slots).toBe(LAST - TRAINED + 1);
    expect(judged).toBe(2 * slots);
    expect(noOpinion).toBe(0);
    expect(series.map(({ watched }) => watched.series.id)).toEqual(['web', 'db']);
    const [web] = series;
    expect([...web!.timestamps]).toEqual(
      Array.from({ length: slots }, (_, i) => timeOf(TRAINED + i)),
    );
    expect([...web!.values]).toEqual(CONTENTS.web.slice(TRAINED, LAST + 1));
    for (let i = 0; i < slots; i++) {
      expect(web!.lower[i]!).toBeLessThan(web!.expected[i]!);
      expect(web!.upper[i]!).toBeGreaterThan(web!.expected[i]!);
    }
  });

  test('counts the messages of people and of machines: two alerts, one that got worse, and both ends', async () => {
    expect((await lookedBack()).messages).toEqual({ people: 5, machines: 5 });
  });

  test('counts what the reads would have been billed for: statistics of one metric are one', async () => {
    const metric = { namespace: 'AWS/EC2', metric: 'CPUUtilization', dimensions: { Id: 'i-1' } };
    const series = ['Average', 'Maximum'].map((statistic): BacktestSeries => {
      const source = { kind: 'cloudwatch', ...metric, statistic } as const;
      const watched = watch(statistic, { name: statistic, source });
      return { watched, samples: samplesOf(CONTENTS.web) };
    });
    const { reads, slots } = await lookedBack({ series });
    expect(reads).toEqual({ requests: 2 * slots, metrics: slots });
  });

  test('of a file counts no metric', async () => {
    const { reads, slots } = await lookedBack();
    expect(reads).toEqual({ requests: 2 * slots, metrics: 0 });
  });

  test('tells that a series has gone silent, and that it has not where that means nothing', async () => {
    const silent = { silentAfterMs: 3 * PERIOD_MS, missing: 'breaching' } as const;
    const gone = history([]).slice(0, TRAINED + 5);
    const alertsOf = async (monitor: Partial<typeof MONITOR>) => {
      const series = [
        ...seriesOf({ gone }, { ...monitor, name: 'gone' }),
        ...seriesOf({ db: history([]) }),
      ];
      return (await lookedBack({ series })).alerts;
    };
    expect(await alertsOf(silent)).toMatchObject([
      { condition: 'no-data', severity: 'page', reason: 'went-silent', until: null, worst: null },
    ]);
    expect(await alertsOf({ ...silent, missing: 'ignore' })).toEqual([]);
  });

  test('keeps quiet where somebody wanted quiet, and the budget where there is one', async () => {
    const spans = { from: timeOf(0), until: timeOf(1000) };
    const maintenance = [{ name: 'move', match: {}, spans }];
    expect((await lookedBack({ guidance: { maintenance } })).alerts).toEqual([]);
    const values = history([200, ...history([]).slice(0, 20), 400]);
    const series = seriesOf({ web: values }, { rearmMs: 0 });
    const late = { series, lastMs: timeOf(TRAINED + 25) };
    const severities = async (pagesPerWeek?: number) =>
      (await lookedBack({ ...late, pagesPerWeek })).alerts.map(({ severity }) => severity);
    expect(await severities()).toEqual(['page', 'page']);
    // One in seven days is already more than half a page a week.
    expect(await severities(0.5)).toEqual(['page', 'notice']);
  });

  test('says of each slot that it is done, and what the runs had to say with how often', async () => {
    const done: number[] = [];
    const late = { series: seriesOf({ web: history([]).slice(TRAINED - 5) }) };
    const { slots, notes } = await lookedBack({ ...late, onSlot: (count) => done.push(count) });
    expect(done).toEqual(Array.from({ length: slots }, (_, i) => i + 1));
    for (const note of notes) expect(note.slots).toBeGreaterThan(0);
  });
});
