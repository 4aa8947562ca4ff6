import { describe, expect, test } from 'vitest';
import { type LabelledSeries, loadSet } from './corpus.ts';
import { eventFigures } from './event-figures.ts';
import { nabFigures } from './nab-figures.ts';
import type { OperatorFigures } from './operator.ts';
import type { SeriesRun } from './score-series.ts';
import { noise, runOf, seriesOf } from './testing/made-up.ts';

const nab = loadSet('nab').filter(({ values }) => values.length < 5000);
const mscloud = loadSet('mscloud');

/** Scores that are signals too, with a page on each row above 0.98. */
function runsOf(
  series: readonly LabelledSeries[],
  scoresOf: (rows: number, index: number) => Float64Array,
): SeriesRun[] {
  return series.map(({ values }, index) => {
    const scores = scoresOf(values.length, index);
    const pages = [...scores.keys()].filter((row) => scores[row]! > 0.98);
    return runOf(values.length, { scores, signals: scores, pages });
  });
}

const randomOnNab = nabFigures(nab, runsOf(nab, noise));
const randomOnMscloud = eventFigures(mscloud, runsOf(mscloud, noise));

const always = (rows: number): Float64Array => new Float64Array(rows).fill(0.5);

describe('a detector that knows nothing', () => {
  test('gets nothing on nab for being always on', () => {
    const { signal } = nabFigures(nab, runsOf(nab, always));
    expect(signal.score).toEqual({ standard: 0, reward_low_FP_rate: 0, reward_low_FN_rate: 0 });
    expect(signal.threshold.standard).toBeNull();
  });

  test('gets little on nab for noise, and far less than nothing for pages at random', () => {
    const { signal, shipped } = randomOnNab;
    expect(signal.score.standard).toBeLessThan(20); // the random detector on the board has 16.8
    expect(shipped.score.standard).toBeLessThan(-50);
    expect(shipped.pages.precision).toBeLessThan(0.15);
  });

  test('gets next to nothing for either where events are marked by row', () => {
    expect(eventFigures(mscloud, runsOf(mscloud, always)).swept.f1).toBe(0);
    const { swept, within, shippedPages } = randomOnMscloud;
    expect(swept.f1).toBeLessThan(0.06);
    expect(within.recall).toBeLessThan(0.02);
    expect(shippedPages.f1).toBeLessThan(0.06);
  });
});

describe('the parts of a set', () => {
  const sumOf = (parts: readonly OperatorFigures[], key: 'events' | 'found' | 'false'): number =>
    parts.reduce((sum, part) => sum + part[key], 0);

  test('of nab add up to the whole: points, windows, and false pages', () => {
    const { signal, shipped, categories } = randomOnNab;
    const parts = Object.values(categories);
    expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(signal.score.standard, 9);
    expect(parts.reduce((sum, { shareAtMost }) => sum + shareAtMost, 0)).toBeCloseTo(100, 9);
    expect(parts.reduce((sum, { series }) => sum + series, 0)).toBe(nab.length);
    const pages = parts.map((part) => part.pages);
    for (const key of ['events', 'found', 'false'] as const) {
      expect(sumOf(pages, key)).toBe(shipped.pages[key]);
    }
    expect(categories.realAWSCloudwatch?.pages).toEqual(shipped.awsPages);
  });

  test('of mscloud add up to the whole', () => {
    const figures = randomOnMscloud;
    const parts = Object.values(figures.parts);
    expect(parts).toHaveLength(9);
    for (const key of ['events', 'found', 'false'] as const) {
      expect(
        sumOf(
          parts.map(({ pages }) => pages),
          key,
        ),
      ).toBe(figures.pages[key]);
      expect(
        sumOf(
          parts.map(({ swept }) => swept),
          key,
        ),
      ).toBe(figures.sweptOperator[key]);
    }
    expect(figures.sweptOperator.found).toBe(
      Math.round(figures.swept.recall * figures.sweptOperator.events),
    );
  });

  test('of kpi are its series', () => {
    const series = ['57051487-3a40-3828', '05f10d3a-239c-3bef'].map((name) =>
      seriesOf(50, [[30, 31]], { set: 'kpi', category: 'kpi', name }),
    );
    const { parts } = eventFigures(series, [runOf(50, { pages: [30] }), runOf(50)]);
    expect(Object.keys(parts)).toEqual(['57051487-3a40', '05f10d3a-239c']);
    expect(Object.values(parts).map(({ pages }) => pages.found)).toEqual([1, 0]);
  });
});

describe('the alerts that ship', () => {
  const windows = [
    [20, 29],
    [60, 69],
  ] as const;

  test('on nab count by where they open, and are not swept', () => {
    // Two in the first window, one false, one before the scored rows; the second window is missed.
    const run = runOf(100, { pages: [5, 22, 25, 90], alerts: [5, 22, 25, 61, 90] });
    const { shipped, signal } = nabFigures([seriesOf(100, windows)], [run]);
    expect(shipped.pages).toEqual({
      events: 2,
      found: 1,
      false: 1,
      falsePerMetricWeek: 1 / (70 / 168), // hours outside the windows, of a week's
      precision: 2 / 3,
      delayRows: 2,
      delayMinutes: 120,
    });
    expect(shipped.alerts).toMatchObject({ found: 2, false: 1, precision: 3 / 4 });
    expect(signal.score.standard).toBe(0); // the signal was silent
    // A find at the third row of ten is worth 0.8 of the way down the sigmoid; the false page comes 21
    // rows after a window of 10, so nearly as late as can be, and costs its full 0.11.
    const early = (2 / (1 + Math.exp(-4)) - 1) / (2 / (1 + Math.exp(-5)) - 1);
    const late = 2 / (1 + Math.exp((5 * 21) / 9)) - 1;
    expect(shipped.score.standard).toBeCloseTo((100 * (1 + early + 0.11 * late)) / 4, 9);
  });

  test('on marked rows may open a row early', () => {
    const series = seriesOf(100, windows, { set: 'mscloud', category: 'latency' });
    const { pages, shippedPages } = eventFigures([series], [runOf(100, { pages: [19, 40] })]);
    expect(pages).toMatchObject({ events: 2, found: 1, false: 1, precision: 1 / 2, delayRows: -1 });
    expect(shippedPages).toMatchObject({ f1: 1 / 2, recall: 1 / 2, threshold: null });
  });

  test('that are none have no precision and no delay', () => {
    const { shipped } = nabFigures([seriesOf(100, windows)], [runOf(100)]);
    expect(shipped.pages).toMatchObject({ false: 0, precision: null, delayRows: null });
    expect(shipped.score.standard).toBe(0);
  });
});
