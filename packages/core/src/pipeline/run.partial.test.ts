import { describe, expect, test } from 'vitest';
import type { MetricSource } from '../ports/metric-source.ts';
import { createScenario, history, MONITOR, TRAINED, watch } from '../testing/scenario.ts';
import { calm, timeOf } from '../testing/series.ts';

/** A source that gives at most so many samples of a series at once, the oldest first. */
function inParts(source: MetricSource, most: number): MetricSource {
  return {
    ...source,
    async read(requests) {
      const results = await source.read(requests);
      return results.map((result) => {
        if (!('values' in result) || result.values.length <= most) return result;
        const [timestamps, values] = [result.timestamps, result.values].map((all) =>
          Array.from(all).slice(0, most),
        );
        return { status: 'partial', timestamps: timestamps!, values: values! };
      });
    },
  };
}

/** Trouble in the training history, and a spike after it. */
const OLD_TROUBLE = 30;
const CONTENTS = {
  web: history([50, 200]).map((value, i) => (i === OLD_TROUBLE ? 300 : value)),
};
const LAST = TRAINED + 8;

describe('history that comes in parts', () => {
  test('on first sight is learned, and never told of as news', async () => {
    const [whole, parts] = [createScenario(CONTENTS), createScenario(CONTENTS)];
    await whole.runThrough(TRAINED - 1, LAST);
    const source = inParts(parts.source, 15);
    const [first] = await parts.runThrough(TRAINED - 1, LAST, { source });

    expect(first?.notes).toMatchObject([{ kind: 'read-partial' }]);
    expect(first?.counts).toMatchObject({ samples: 15, scored: 0 });
    expect(parts.told().every((told) => !told.endsWith(` ${OLD_TROUBLE}`))).toBe(true);
    expect(parts.told()).toEqual(whole.told());
    expect((await parts.storedSeries('web'))?.snapshot).toEqual(
      (await whole.storedSeries('web'))?.snapshot,
    );
  });

  test('is learned from its beginning, however many days that is', async () => {
    const days = 3 * 288;
    const trainingMs = days * MONITOR.periodMs;
    const scenario = createScenario({ web: [...calm(days), ...calm(9)] }, { trainingMs });
    const source = inParts(scenario.source, 200);
    const reports = await scenario.runThrough(days - 1, days + 3, { source });
    expect(reports.map(({ counts }) => counts.samples)).toEqual([
      200,
      200,
      200,
      200,
      days + 4 - 800,
    ]);
    expect(reports.flatMap(({ notes }) => notes.map(({ kind }) => kind))).toEqual(
      new Array(4).fill('read-partial'),
    );
  });

  test('leaves no hole in a model that is rebuilt', async () => {
    const [whole, parts] = [createScenario(CONTENTS), createScenario(CONTENTS)];
    const watched = [
      watch('web', { detector: { type: 'z-score', windowSamples: 35, warmupSamples: 20 } }),
    ];
    for (const scenario of [whole, parts]) await scenario.runThrough(TRAINED - 1, TRAINED);
    await whole.runThrough(TRAINED + 1, LAST, { watched });
    const source = inParts(parts.source, 15);
    await parts.runThrough(TRAINED + 1, LAST, { watched, source });

    const [rebuilt, expected] = [await parts.storedSeries('web'), await whole.storedSeries('web')];
    expect(rebuilt?.snapshot.slice(-30)).toEqual(expected?.snapshot.slice(-30));
    expect(rebuilt).toMatchObject({ watermark: timeOf(LAST), learnedUntil: timeOf(LAST) });
  });

  test('does not move the watermark back', async () => {
    const scenario = createScenario(CONTENTS);
    await scenario.runThrough(TRAINED - 1, TRAINED);
    const watched = [
      watch('web', { detector: { type: 'z-score', windowSamples: 35, warmupSamples: 20 } }),
    ];
    await scenario.runAt(TRAINED + 1, { watched, source: inParts(scenario.source, 5) });
    const state = await scenario.storedSeries('web');
    expect(state?.watermark).toBe(timeOf(TRAINED));
    expect(state?.learnedUntil).toBeLessThan(timeOf(TRAINED));
  });
});
