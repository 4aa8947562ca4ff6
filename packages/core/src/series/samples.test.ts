import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOT_NUMBERS } from '../testing/arbitraries.ts';
import { LARGEST_VALUE, NO_SAMPLES, samplesBetween, tidySamples } from './samples.ts';

/** Tidied and as plain arrays. */
function tidy(timestamps: number[], values: number[]) {
  const { samples, refused } = tidySamples(timestamps, values);
  return { timestamps: [...samples.timestamps], values: [...samples.values], refused };
}

const NOTHING_REFUSED = { notFinite: 0, duplicate: 0, outOfOrder: 0 };

describe('tidySamples', () => {
  test('samples that are in order are left as they are', () => {
    expect(tidy([1, 2, 3], [10, 0, -30])).toEqual({
      timestamps: [1, 2, 3],
      values: [10, 0, -30],
      refused: NOTHING_REFUSED,
    });
  });

  test('no samples are no samples', () => {
    expect(tidy([], [])).toEqual({ timestamps: [], values: [], refused: NOTHING_REFUSED });
  });

  test.each(NOT_NUMBERS)('a value that is %d is left out and counted', (value) => {
    expect(tidy([1, 2, 3], [10, value, 30])).toEqual({
      timestamps: [1, 3],
      values: [10, 30],
      refused: { ...NOTHING_REFUSED, notFinite: 1 },
    });
  });

  test.each(NOT_NUMBERS)('a timestamp that is %d is left out and counted', (timestamp) => {
    expect(tidy([1, timestamp, 3], [10, 20, 30])).toEqual({
      timestamps: [1, 3],
      values: [10, 30],
      refused: { ...NOTHING_REFUSED, notFinite: 1 },
    });
  });

  test.each([1e300, -1e300, LARGEST_VALUE * (1 + Number.EPSILON)])(
    'a value of %d is beyond what CloudWatch stores: left out and counted',
    (value) => {
      expect(tidy([1, 2], [10, value])).toMatchObject({ values: [10], refused: { notFinite: 1 } });
    },
  );

  test('the largest value that CloudWatch stores, 2^360, is kept on both sides of zero', () => {
    expect(tidy([1, 2], [2 ** 360, -(2 ** 360)]).values).toEqual([LARGEST_VALUE, -LARGEST_VALUE]);
  });

  test('of equal timestamps the first sample is kept', () => {
    expect(tidy([1, 2, 2, 2, 3], [10, 20, 21, 22, 30])).toEqual({
      timestamps: [1, 2, 3],
      values: [10, 20, 30],
      refused: { ...NOTHING_REFUSED, duplicate: 2 },
    });
  });

  test('a duplicate of a sample that was left out is no duplicate', () => {
    expect(tidy([1, 1], [Number.NaN, 10])).toEqual({
      timestamps: [1],
      values: [10],
      refused: { ...NOTHING_REFUSED, notFinite: 1 },
    });
  });

  test('samples out of order are sorted and counted, and the first of equals is still the first', () => {
    expect(tidy([3, 1, 2, 1], [30, 10, 20, 11])).toEqual({
      timestamps: [1, 2, 3],
      values: [10, 20, 30],
      refused: { notFinite: 0, duplicate: 1, outOfOrder: 3 },
    });
  });

  test('arrays of different lengths are a mistake that is thrown', () => {
    expect(() => tidySamples([1, 2], [1])).toThrow(new RangeError('2 timestamps for 1 values'));
  });

  test('whatever comes in: what goes out is finite, strictly ascending, and all is accounted for', () => {
    const any = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.double());
    fc.assert(
      fc.property(fc.array(fc.tuple(any, any), { maxLength: 60 }), (pairs) => {
        const { timestamps, values, refused } = tidy(
          pairs.map(([timestamp]) => timestamp),
          pairs.map(([, value]) => value),
        );
        expect(timestamps.length + refused.notFinite + refused.duplicate).toBe(pairs.length);
        for (const [i, timestamp] of timestamps.entries()) {
          if (i > 0) expect(timestamp).toBeGreaterThan(timestamps[i - 1]!);
          expect(Math.abs(values[i]!)).toBeLessThanOrEqual(LARGEST_VALUE);
          const first = pairs.find(([t, v]) => t === timestamp && Math.abs(v) <= LARGEST_VALUE);
          expect(values[i]).toBe(first![1]);
        }
      }),
    );
  });

  test('tidying a second time changes nothing and refuses nothing', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.double());
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 40 }), (pairs) => {
        const { samples: once } = tidySamples(
          pairs.map(([timestamp]) => timestamp),
          pairs.map(([, value]) => value),
        );
        const { samples: twice, refused } = tidySamples(once.timestamps, once.values);
        expect(twice).toEqual(once);
        expect(refused).toEqual(NOTHING_REFUSED);
      }),
    );
  });
});

describe('samplesBetween', () => {
  const samples = tidySamples([10, 20, 30, 40], [1, 2, 3, 4]).samples;

  test.each([
    { after: 10, until: 40, values: [2, 3], why: 'both ends are left out' },
    { after: 9, until: 41, values: [1, 2, 3, 4], why: 'just outside both ends is everything' },
    { after: 20, until: 30, values: [], why: 'nothing lies between neighbours' },
    { after: 20, until: 20, values: [], why: 'a span of no length is empty' },
    { after: 30, until: 10, values: [], why: 'a span the wrong way round is empty' },
    { after: -1e300, until: 1e300, values: [1, 2, 3, 4], why: 'a huge span is everything' },
    { after: 40, until: 99, values: [], why: 'nothing comes after the last' },
    { after: 0, until: 10, values: [], why: 'nothing comes before the first' },
  ])('after $after until $until: $why', ({ after, until, values }) => {
    expect([...samplesBetween(samples, after, until).values]).toEqual(values);
  });

  test('without a bound on either side it is everything', () => {
    const all = samplesBetween(samples, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(all).toEqual(samples);
    expect(samplesBetween(NO_SAMPLES, 0, 1).values).toHaveLength(0);
  });

  test('it is what filtering one by one would keep', () => {
    const times = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 40 });
    const bound = fc.oneof(
      fc.integer({ min: -60, max: 60 }),
      fc.double({ min: -60, max: 60, noNaN: true }),
      fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(times, bound, bound, (unsorted, after, until) => {
        const sorted = unsorted.toSorted((a, b) => a - b);
        const all = tidySamples(
          sorted,
          sorted.map((timestamp) => timestamp * 2),
        ).samples;
        const expected = sorted.filter((timestamp) => timestamp > after && timestamp < until);
        const { timestamps, values } = samplesBetween(all, after, until);
        expect([...timestamps]).toEqual(expected);
        expect([...values]).toEqual(expected.map((timestamp) => timestamp * 2));
      }),
    );
  });
});
