import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricValue } from '../testing/arbitraries.ts';
import { momentsOf } from './moments.ts';

/** A thousand multiples of 1/1024 below 1; exact, and still exact after adding 1e9. */
const NOISE = Float64Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 1009) / 1024);

describe('momentsOf', () => {
  // numpy 1.24.2: numpy.mean, numpy.std
  test.each([
    { values: [2, 4, 4, 4, 5, 5, 7, 9], mean: 5, standardDeviation: 2 },
    {
      values: [0.0012, 0.0041, 0.0039, 0.004, 0.0042, 0.0178],
      mean: 0.005866666666666666,
      standardDeviation: 0.005438034775745943,
    },
    { values: [-3.5, -1.25, 0, 2.75, 10], mean: 1.6, standardDeviation: 4.659935621872903 },
  ])('of $values it is what numpy.mean and numpy.std say', (expected) => {
    const moments = momentsOf(Float64Array.from(expected.values));
    expect(moments.mean).toBeCloseTo(expected.mean, 14);
    expect(moments.standardDeviation).toBeCloseTo(expected.standardDeviation, 14);
  });

  // Python 3.11 fractions and decimal, exact: mean 0.492849609375, deviation 0.28453034287737014281.
  // The textbook sqrt(mean(x^2) - mean(x)^2) in doubles gives 0 for the second one.
  test.each([0, 1e9])('small noise on an offset of %d keeps its deviation', (offset) => {
    const moments = momentsOf(NOISE.map((value) => offset + value));
    expect(moments.mean - offset).toBeCloseTo(0.492849609375, 6);
    expect(moments.standardDeviation).toBeCloseTo(0.2845303428773701, 12);
  });

  test('of nothing both are NaN', () => {
    expect(momentsOf(new Float64Array(0))).toEqual({
      mean: Number.NaN,
      standardDeviation: Number.NaN,
    });
  });

  test('of one value the mean is that value and the deviation 0', () => {
    fc.assert(
      fc.property(metricValue(), (value) => {
        const { mean, standardDeviation } = momentsOf(Float64Array.of(value));
        expect(mean).toBe(value);
        expect(standardDeviation).toBe(0);
      }),
    );
  });

  test('of a constant series the deviation is exactly 0, whatever the constant', () => {
    fc.assert(
      fc.property(metricValue(), fc.integer({ min: 1, max: 3000 }), (value, count) => {
        const { mean, standardDeviation } = momentsOf(new Float64Array(count).fill(value));
        expect(standardDeviation).toBe(0);
        expect(Math.abs(mean - value)).toBeLessThanOrEqual(2 ** -52 * Math.abs(value));
      }),
    );
  });

  test('a series that differs in its last bits only is constant: that is rounding, not spread', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    const values = Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0.3 : 0.1 + 0.2));
    expect(momentsOf(values).standardDeviation).toBe(0);
  });

  test('a million samples do not blur the mean, nor a spread of two parts in a trillion', () => {
    const spread = 2 ** -42;
    const values = Float64Array.from({ length: 1e6 }, (_, i) => 0.1 + (i % 2 ? spread : -spread));
    const { mean, standardDeviation } = momentsOf(values);
    // The plain sum is off by 1.3e-12 here, five times the spread.
    expect(Math.abs(mean - 0.1)).toBeLessThan(1e-16);
    expect(standardDeviation / spread).toBeCloseTo(1, 3);
  });

  test('of the largest values there are both stay finite', () => {
    const { mean, standardDeviation } = momentsOf(Float64Array.of(2 ** 360, -(2 ** 360)));
    expect(mean).toBe(0);
    expect(standardDeviation).toBe(2 ** 360);
  });

  test.each([1e200, 1e300, 1.7e308])('so they do of +-%d, which no service stores', (value) => {
    const { mean, standardDeviation } = momentsOf(Float64Array.of(value, -value, value, -value));
    expect(mean).toBe(0);
    expect(standardDeviation / value).toBeCloseTo(1, 14);
    expect(momentsOf(new Float64Array(2000).fill(value)).standardDeviation).toBe(0);
  });

  test('they scale with the values, by a power of two without rounding', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: -30, max: 30 }), (whole, exponent) => {
        const factor = 2 ** exponent;
        const plain = momentsOf(Float64Array.from(whole));
        const scaled = momentsOf(Float64Array.from(whole, (value) => value * factor));
        expect(scaled.mean).toBe(plain.mean * factor);
        expect(scaled.standardDeviation).toBe(plain.standardDeviation * factor);
      }),
    );
  });

  test('the deviation is never negative and never more than half the range', () => {
    fc.assert(
      fc.property(fc.array(metricValue(), { minLength: 1, maxLength: 60 }), (values) => {
        const { mean, standardDeviation } = momentsOf(Float64Array.from(values));
        const [least, greatest] = [Math.min(...values), Math.max(...values)];
        const slack = 1e-12 * Math.max(Math.abs(least), Math.abs(greatest));
        expect(mean).toBeGreaterThanOrEqual(least - slack);
        expect(mean).toBeLessThanOrEqual(greatest + slack);
        expect(standardDeviation).toBeGreaterThanOrEqual(0);
        expect(standardDeviation).toBeLessThanOrEqual((greatest - least) / 2 + slack);
      }),
    );
  });
});
