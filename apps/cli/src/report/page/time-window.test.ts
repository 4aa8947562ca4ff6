import { describe, expect, test } from 'vitest';
import { around, fitWindow, isWhole, panned, zoomed } from './time-window.ts';

const WHOLE = { from: 1000, until: 2000 };

describe('the time that a chart shows', () => {
  test('stays within all that there is, and keeps its length there', () => {
    expect(fitWindow({ from: 900, until: 1100 }, WHOLE, 1)).toEqual({ from: 1000, until: 1200 });
    expect(fitWindow({ from: 1950, until: 2150 }, WHOLE, 1)).toEqual({ from: 1800, until: 2000 });
    expect(fitWindow({ from: 0, until: 9000 }, WHOLE, 1)).toEqual(WHOLE);
  });

  test('is at least six samples long, around the same middle', () => {
    expect(fitWindow({ from: 1500, until: 1501 }, WHOLE, 10)).toEqual({
      from: 1470.5,
      until: 1530.5,
    });
  });

  test('zooms around a place that stays where it is', () => {
    expect(zoomed(WHOLE, 0.5, 1200)).toEqual({ from: 1100, until: 1600 });
    expect(zoomed(zoomed(WHOLE, 0.5, 1200), 2, 1200)).toEqual(WHOLE);
  });

  test('pans by a share of its length', () => {
    expect(panned({ from: 1200, until: 1400 }, 0.25)).toEqual({ from: 1250, until: 1450 });
  });

  test('holds an alert with four hours of five minutes before and after it, or more for a long one', () => {
    expect(around(1000, 1010, 1)).toEqual({ from: 952, until: 1058 });
    expect(around(1000, 1400, 1)).toEqual({ from: 700, until: 1700 });
  });

  test('is whole when nothing is left out', () => {
    expect(isWhole(WHOLE, WHOLE)).toBe(true);
    expect(isWhole({ from: 1000, until: 1999 }, WHOLE)).toBe(false);
  });
});
