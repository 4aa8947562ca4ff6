import { describe, expect, test } from 'vitest';
import { type LabelledSeries, loadSet, type Span } from './corpus.ts';
import { scoreOpenings, sweepEvents } from './event-score.ts';

const HOUR = 3_600_000;

/** An hour a row. */
function seriesOf(rows: number, spans: readonly Span[], scoredFrom = 0): LabelledSeries {
  return {
    set: 'kpi',
    category: 'kpi',
    name: 'made up',
    timestamps: Float64Array.from({ length: rows }, (_, row) => row * HOUR),
    values: new Float64Array(rows),
    spans,
    scoredFrom,
  };
}

const scoresOf = (rows: number, flagged: readonly number[]): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => (flagged.includes(row) ? 1 : 0));

/** At the threshold of 1 that `scoresOf` means. */
function scoreOf(flagged: readonly number[], spans: readonly Span[], scoredFrom = 0) {
  const { best } = sweepEvents([seriesOf(50, spans, scoredFrom)], [scoresOf(50, flagged)]);
  return best;
}

describe('an event', () => {
  test.each([
    ['one row before it', 9, true],
    ['on its first row', 10, true],
    ['on its last row', 12, true],
    ['two rows after it', 14, true],
    ['two rows before it', 8, false],
    ['three rows after it', 15, false],
  ])('is found by an alert that opens %s: row %d, %s', (_, row, isFound) => {
    const score = scoreOpenings([seriesOf(50, [[10, 12]])], [[row]]);
    expect(score).toMatchObject({ found: isFound ? 1 : 0, false: isFound ? 0 : 1 });
  });

  test('is not found by an alert that has been open since before', () => {
    const rows = Array.from({ length: 20 }, (_, i) => i + 5);
    expect(scoreOf(rows, [[10, 12]]).found).toBe(0);
  });

  test('that is found twice counts once, and neither opening is false', () => {
    expect(scoreOf([10, 12], [[10, 12]])).toMatchObject({ found: 1, false: 0, f1: 1 });
  });

  test('that began before the scored rows counts neither way', () => {
    const score = scoreOf([21], [[18, 22]], 20);
    expect(score).toMatchObject({ events: 0, found: 0, false: 0 });
  });
});

describe('a sweep', () => {
  test('counts the runs of flagged rows as one alert each, at every threshold', () => {
    const series = seriesOf(9, [[4, 4]]);
    const scores = Float64Array.of(0, 3, 2, 3, 9, 0, 0, 0, 3);
    // At 3 the rows 1, 3-4 and 8 open: 3 is one row before the event. At 2 the row 1 carries on to 4.
    const at = (threshold: number) => {
      const openings = [...scores.keys()].filter(
        (row) => scores[row]! >= threshold && !(scores[row - 1]! >= threshold),
      );
      return scoreOpenings([series], [openings]);
    };
    expect(at(3)).toMatchObject({ found: 1, false: 2 });
    expect(at(2)).toMatchObject({ found: 0, false: 2 });
    expect(sweepEvents([series], [scores]).best).toMatchObject({ threshold: 9, f1: 1 });
  });

  test('agrees with counting at each threshold by itself', () => {
    const random = (i: number): number =>
      Math.floor((1000 * Math.abs(Math.sin(i * 12.9898) * 43.5453)) % 12);
    const series = seriesOf(
      300,
      [
        [20, 25],
        [60, 60],
        [62, 70],
        [200, 230],
      ],
      15,
    );
    const scores = Float64Array.from({ length: 300 }, (_, i) => random(i));
    const each = [...new Set(scores)].map((threshold) => {
      const openings = [...scores.keys()].filter(
        (row) => scores[row]! >= threshold && !(scores[row - 1]! >= threshold),
      );
      return scoreOpenings([series], [openings]);
    });
    const { best } = sweepEvents([series], [scores]);
    expect(best.f1).toBeCloseTo(Math.max(...each.map(({ f1 }) => f1)), 12);
  });

  test('gives false alerts per week of the time outside the events', () => {
    const { best, within } = sweepEvents([seriesOf(170, [[10, 10]])], [scoresOf(170, [10, 100])]);
    expect(best.falsePerMetricWeek).toBeCloseTo(168 / (169 - 4), 9);
    expect(within(0.5).false).toBe(0);
  });

  test.each(['mscloud', 'kpi'] as const)(
    'of %s gives always and at random next to nothing',
    (set) => {
      const all = loadSet(set);
      const always = all.map(({ values }) => new Float64Array(values.length).fill(1));
      expect(sweepEvents(all, always).best.f1).toBe(0);
      const random = all.map(({ values }) =>
        Float64Array.from(values, (_, i) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1),
      );
      const { best, within } = sweepEvents(all, random);
      expect(best.f1).toBeLessThan(0.06);
      expect(within(0.5).recall).toBeLessThan(0.02);
    },
  );
});
