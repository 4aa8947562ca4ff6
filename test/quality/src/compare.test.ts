import { describe, expect, test } from 'vitest';
import { compareResults } from './compare.ts';
import { eventFigures } from './event-figures.ts';
import { nabFigures } from './nab-figures.ts';
import type { DetectorResult } from './results.ts';
import { runOf, seriesOf } from './testing/made-up.ts';

/** A result like a measured one, with some of its figures turned. */
function resultWith({
  standard = 70,
  found = 95,
  falsePages = 0.25,
  f1 = 0.6,
  snapshotBytes = 20_000,
} = {}): DetectorResult {
  const series = [seriesOf(50, [[30, 35]])];
  const runs = [runOf(50, { pages: [31] })];
  const run = { date: '2026-01-31', commit: '0000000' };
  const nab = { ...run, ...nabFigures(series, runs) };
  const events = { ...run, ...eventFigures(series, runs) };
  return {
    nab: {
      ...nab,
      signal: { ...nab.signal, score: { ...nab.signal.score, standard } },
      shipped: {
        ...nab.shipped,
        pages: { ...nab.shipped.pages, found, falsePerMetricWeek: falsePages },
      },
    },
    mscloud: { ...events, swept: { ...events.swept, f1 } },
    cost: { ...run, pointsPerSecond: 50_000, snapshotBytes, heapBytes: 1, machine: 'any' },
  };
}

const COMMITTED = resultWith();

describe('a result beside the committed one', () => {
  test('passes when it is the same', () => {
    expect(compareResults(COMMITTED, resultWith())).toEqual({ worse: [], better: [] });
  });

  test.each([
    ['points of nab', { standard: 69.9 }, 'nab: signal, standard: 69.9, committed 70'],
    ['windows found', { found: 94 }, 'nab: windows found by pages: 94, committed 95'],
    ['quiet', { falsePages: 0.26 }, 'nab: false pages: 0.26, committed 0.25'],
    ['events', { f1: 0.59 }, 'mscloud: swept F1: 0.59, committed 0.6'],
    ['small state', { snapshotBytes: 20_001 }, 'bytes of state after 14 days: 20001'],
  ])('fails when it has lost %s, and says so', (_, figures, line) => {
    const { worse, better } = compareResults(COMMITTED, resultWith(figures));
    expect(worse).toEqual([expect.stringContaining(line)]);
    expect(better).toEqual([]);
  });

  test.each([{ standard: 69.96 }, { falsePages: 0.2515 }, { f1: 0.5985 }])(
    'passes when the loss means nothing: %o',
    (figures) => {
      expect(compareResults(COMMITTED, resultWith(figures))).toEqual({ worse: [], better: [] });
    },
  );

  test('passes when it is better, and says so', () => {
    const { worse, better } = compareResults(COMMITTED, resultWith({ standard: 71, f1: 0.65 }));
    expect(worse).toEqual([]);
    expect(better).toHaveLength(2);
  });

  test('fails when one figure was traded for another', () => {
    const { worse, better } = compareResults(
      COMMITTED,
      resultWith({ found: 100, falsePages: 0.4 }),
    );
    expect(worse).toHaveLength(1);
    expect(better).toHaveLength(1);
  });

  test('says nothing of a set that was not measured', () => {
    const { nab: _, ...others } = resultWith({ f1: 0.1 });
    expect(compareResults(COMMITTED, others).worse).toEqual([
      expect.stringContaining('mscloud: swept F1'),
    ]);
    expect(compareResults({}, COMMITTED)).toEqual({ worse: [], better: [] });
  });
});
