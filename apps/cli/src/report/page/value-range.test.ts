import { describe, expect, test } from 'vitest';
import { valueRange } from './value-range.ts';

const NONE: readonly (number | null)[] = [];

function rangeOf(
  values: readonly (number | null)[],
  { band = NONE, all = false }: { readonly band?: readonly (number | null)[]; all?: boolean } = {},
): readonly [number, number] {
  const inView = { values, expected: NONE, lower: band, upper: band, first: 0 };
  return valueRange({ ...inView, last: values.length - 1 }, all);
}

/** 50 to 60, over and over. */
const calm = Array.from({ length: 1000 }, (_, i) => 50 + (i % 11));

describe('the values that a chart goes from and to', () => {
  test('are those of the samples, with some room', () => {
    const [least, most] = rangeOf(calm);
    expect(least).toBeCloseTo(50 - 0.8, 9);
    expect(most).toBeCloseTo(60 + 0.8, 9);
  });

  test('are not given by one peak, which would flatten all else', () => {
    const [, most] = rangeOf(calm.with(500, 1e6));
    // Two and a half times the height above, and the room.
    expect(most).toBeLessThan(60 + 2.5 * 10 + 4);
    expect(most).toBeGreaterThan(80);
  });

  test('hold the peak whole when that is asked for', () => {
    expect(rangeOf(calm.with(500, 1e6), { all: true })[1]).toBeGreaterThan(1e6);
  });

  test('hold the peak whole when the reader has zoomed to it', () => {
    const few = calm.slice(490, 510).with(10, 1e6);
    expect(rangeOf(few)[1]).toBeGreaterThan(1e6);
  });

  test('do not go below nothing for what is never negative', () => {
    expect(rangeOf(calm.map((value) => value - 50))[0]).toBe(0);
  });

  test('have a height where all samples are the same', () => {
    const [least, most] = rangeOf([7, 7, 7]);
    expect(least).toBeLessThan(7);
    expect(most).toBeGreaterThan(7);
    expect(rangeOf([0, 0, 0])).toEqual([0, 1]);
  });

  test('take the band in, but only so far that the samples are still seen', () => {
    expect(rangeOf(calm, { band: calm.map(() => 64) })[1]).toBeGreaterThan(64);
    expect(rangeOf(calm, { band: calm.map(() => 1e9) })[1]).toBeLessThan(80);
    expect(rangeOf(calm, { band: calm.map(() => Number.POSITIVE_INFINITY) })[1]).toBeLessThan(62);
  });

  test('are something where there is no sample', () => {
    expect(rangeOf([])).toEqual([0, 1]);
    expect(rangeOf([null, Number.NaN])).toEqual([0, 1]);
    expect(rangeOf([null, null], { band: [2, 4] })[1]).toBeGreaterThan(4);
  });
});
