import { describe, expect, test } from 'vitest';
import type { MetricSource, ReadRequest } from '../ports/metric-source.ts';
import { createScenario, history, MONITOR, TRAINED, watch } from '../testing/scenario.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;
const CONTENTS = Object.fromEntries(NAMES.map((name, seed) => [name, history([200], { seed })]));

/** Asks for 30,000 samples of history, whatever there is. */
const LONG_HISTORY = { trainingMs: 30_000 * MONITOR.periodMs };

/** Notes what is asked for together. */
function listening(source: MetricSource): MetricSource & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    ...source,
    asked,
    async read(requests: readonly ReadRequest[], options) {
      asked.push(requests.map(({ series }) => series.id));
      return source.read(requests, options);
    },
  };
}

describe('reading and scoring', () => {
  test('take long histories at most 100,800 samples at a time', async () => {
    const scenario = createScenario(CONTENTS, LONG_HISTORY);
    const source = listening(scenario.source);
    const report = await scenario.runAt(TRAINED - 1, { source });
    expect(source.asked).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    expect(report.counts).toMatchObject({ due: 5, read: 5, scored: 5, samples: 5 * TRAINED });
  });

  test('take a week of 50 series at 5 minutes at a time', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`s${i}`, history([])]));
    const scenario = createScenario(many, { trainingMs: 2016 * MONITOR.periodMs });
    const source = listening(scenario.source);
    await scenario.runAt(TRAINED - 1, { source });
    expect(source.asked.map((ids) => ids.length)).toEqual([50, 50, 1]);
  });

  test('take exactly as many at a time, and one sample more at another', async () => {
    const scenario = createScenario(CONTENTS);
    const samples = { a: 100_799, b: 1, c: 1 };
    const watched = Object.entries(samples).map(([name, count]) =>
      watch(name, { trainingMs: count * MONITOR.periodMs }),
    );
    const source = listening(scenario.source);
    await scenario.runAt(TRAINED - 1, { source, watched });
    expect(source.asked).toEqual([['a', 'b'], ['c']]);
  });

  test('take a history that is longer than that alone', async () => {
    const scenario = createScenario(CONTENTS, { trainingMs: 150_000 * MONITOR.periodMs });
    const source = listening(scenario.source);
    await scenario.runAt(TRAINED - 1, { source });
    expect(source.asked).toEqual(NAMES.map((name) => [name]));
  });

  test('take the new samples of all series together', async () => {
    const scenario = createScenario(CONTENTS, LONG_HISTORY);
    await scenario.runAt(TRAINED - 1);
    const source = listening(scenario.source);
    await scenario.runAt(TRAINED, { source });
    expect(source.asked).toEqual([[...NAMES]]);
  });

  test('conclude in portions what they would conclude at once', async () => {
    const portions = createScenario(CONTENTS, LONG_HISTORY);
    const atOnce = createScenario(CONTENTS);
    for (const scenario of [portions, atOnce]) await scenario.runThrough(TRAINED - 1, TRAINED + 5);
    expect(portions.told()).toEqual(atOnce.told());
    expect(portions.told()).toHaveLength(10);
    for (const name of NAMES) {
      expect(await portions.storedSeries(name)).toEqual(await atOnce.storedSeries(name));
    }
  });

  test('keep what one portion concluded when the source fails in the next', async () => {
    const scenario = createScenario(CONTENTS, LONG_HISTORY);
    let reads = 0;
    const source: MetricSource = {
      ...scenario.source,
      async read(requests, options) {
        reads += 1;
        if (reads > 1) throw new Error('gone');
        return scenario.source.read(requests, options);
      },
    };
    const report = await scenario.runAt(TRAINED - 1, { source });
    expect(report.counts).toMatchObject({ read: 3, scored: 3, failed: 2 });
    const { series } = await scenario.stored();
    const learned = [...series.values()].filter(({ snapshot }) => snapshot.length > 0);
    expect(learned).toHaveLength(3);
    expect([...series.values()].flatMap(({ unseen }) => unseen?.runs ?? [])).toEqual([1, 1]);
  });
});
