import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricValue } from '../testing/arbitraries.ts';
import { quantileOfSorted } from './quantile.ts';

/** numpy 1.24.2: numpy.percentile(values, 100 * p), linear interpolation. */
const NUMPY: readonly { values: number[]; quantiles: [p: number, expected: number][] }[] = [
  {
    values: [15, 20, 35, 40, 50],
    quantiles: [
      [0, 15],
      [0.05, 16],
      [0.3, 23],
      [0.4, 29],
      [0.5, 35],
      [0.95, 48],
      [1, 50],
    ],
  },
  {
    values: [3, 6, 7, 8, 8, 10, 13, 15, 16, 20],
    quantiles: [
      [0.1, 5.7],
      [0.25, 7.25],
      [0.5, 9],
      [0.75, 14.5],
      [0.9, 16.4],
      [0.99, 19.64],
    ],
  },
  {
    values: [-2.5, -1, 0, 0, 0, 4.25, 1e6],
    quantiles: [
      [0.125, -1.375],
      [0.25, -0.5],
      [0.5, 0],
      [0.75, 2.125],
      [0.975, 850_000.6374999996],
    ],
  },
  {
    values: [0.1, 0.2, 0.3],
    quantiles: [
      [0.01, 0.10200000000000001],
      [0.333, 0.1666],
      [0.666, 0.2332],
      [0.99, 0.298],
    ],
  },
];

const sortedValues = fc
  .array(metricValue(), { minLength: 1, maxLength: 50 })
  .map((values) => Float64Array.from(values).sort());
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('quantileOfSorted', () => {
  test.each(NUMPY)('of $values it is what numpy.percentile says', ({ values, quantiles }) => {
    for (const [p, expected] of quantiles) {
      const quantile = quantileOfSorted(Float64Array.from(values), p);
      // Both round the interpolation, numpy in another order from its middle on: a few last bits.
      expect(Math.abs(quantile - expected)).toBeLessThanOrEqual(4e-16 * Math.abs(expected));
    }
  });

  test('of nothing it is NaN', () => {
    expect(quantileOfSorted(new Float64Array(0), 0.5)).toBeNaN();
    expect(quantileOfSorted(Float64Array.of(1, 2), 0.5, 0)).toBeNaN();
  });

  test('of one value it is that value, whatever the share', () => {
    fc.assert(
      fc.property(metricValue(), share, (value, p) => {
        expect(quantileOfSorted(Float64Array.of(value), p)).toBe(value);
      }),
    );
  });

  test('the shares 0 and 1 are the least and the greatest', () => {
    fc.assert(
      fc.property(sortedValues, (values) => {
        expect(quantileOfSorted(values, 0)).toBe(values[0]);
        expect(quantileOfSorted(values, 1)).toBe(values[values.length - 1]);
      }),
    );
  });

  test('it never leaves the order statistics around it', () => {
    fc.assert(
      fc.property(sortedValues, share, (values, p) => {
        const below = Math.floor(p * (values.length - 1));
        const quantile = quantileOfSorted(values, p);
        expect(quantile).toBeGreaterThanOrEqual(values[below]!);
        expect(quantile).toBeLessThanOrEqual(values[Math.min(below + 1, values.length - 1)]!);
      }),
    );
  });

  test('it does not fall when the share rises', () => {
    fc.assert(
      fc.property(sortedValues, share, share, (values, p, q) => {
        const [lower, upper] = [Math.min(p, q), Math.max(p, q)];
        expect(quantileOfSorted(values, lower)).toBeLessThanOrEqual(
          quantileOfSorted(values, upper),
        );
      }),
    );
  });

  test('a share between equal neighbours is exactly their value, so that a tie stays a tie', () => {
    fc.assert(
      fc.property(metricValue(), fc.integer({ min: 2, max: 30 }), share, (value, count, p) => {
        expect(quantileOfSorted(new Float64Array(count).fill(value), p)).toBe(value);
      }),
    );
  });

  test('told to use the first values, it is the quantile of those', () => {
    fc.assert(
      fc.property(sortedValues, share, fc.nat(), (values, p, n) => {
        const count = 1 + (n % values.length);
        expect(quantileOfSorted(values, p, count)).toBe(
          quantileOfSorted(values.subarray(0, count), p),
        );
      }),
    );
  });
});
