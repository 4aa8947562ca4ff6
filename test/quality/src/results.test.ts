import { describe, expect, test } from 'vitest';
import { allContenders, DEFAULT_DETECTOR } from './contenders.ts';
import { pageWith, readPage, tablesOf } from './report.ts';
import { mergeResults, NO_RESULTS, readResults, resultsText, rounded } from './results.ts';
import { sliceFigures } from './slice.ts';
import { toText } from './table.ts';

const committed = readResults();

describe('the committed results', () => {
  test('are what the tables of docs/detection.md show', () => {
    expect(pageWith(readPage(), committed)).toBe(readPage());
  });

  test('fit on a terminal of 100 columns', () => {
    for (const table of tablesOf(committed)) {
      for (const line of toText(table).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  test('are written as they are read', () => {
    expect(JSON.parse(resultsText(committed))).toEqual(committed);
    expect(rounded(committed)).toEqual(committed);
  });

  test('are what the default detector still gives on a few series of each set', async () => {
    const hint =
      'the default detector changed: run `pnpm quality`, and with --write if that is as wanted';
    expect(committed.defaultDetector, hint).toBe(DEFAULT_DETECTOR);
    const now = rounded(await sliceFigures(allContenders()[0]!));
    expect(now, hint).toEqual(committed.slice);
  });
});

describe('results', () => {
  const run = { date: '2026-01-31', commit: '0000000' };
  const cost = { ...run, pointsPerSecond: 1, snapshotBytes: 2, heapBytes: 3, machine: 'any' };

  test('of one run replace what it measured and keep the rest', () => {
    const before = { ...NO_RESULTS, detectors: { a: { cost }, b: { cost } } };
    const newCost = { ...cost, snapshotBytes: 4 };
    const merged = mergeResults(before, { detectors: { b: { cost: newCost }, c: { cost } } });
    expect(merged.detectors).toEqual({ a: { cost }, b: { cost: newCost }, c: { cost } });
  });

  test('have six significant digits, and nulls where there is nothing', () => {
    expect(rounded({ a: 0.123456789, b: 1234567, c: null })).toEqual({
      a: 0.123457,
      b: 1234570,
      c: null,
    });
  });

  test('have a line for each innermost object', () => {
    const { detectors } = mergeResults(NO_RESULTS, { detectors: { a: { cost } } });
    const text = resultsText({ ...NO_RESULTS, detectors });
    expect(text.split('\n')).toContainEqual(expect.stringMatching(/^ {6}"cost": \{ "date".* \}$/));
  });
});
