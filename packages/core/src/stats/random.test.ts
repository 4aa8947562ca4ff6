import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from './random.ts';

/** scipy 1.10.1: chi2.ppf(0.999, degrees of freedom). */
const CHI_SQUARE_999 = { 9: 27.877, 15: 37.697 } as const;

/** Pearson's statistic of counts that should all be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('createRandom', () => {
  // sfc32 as published in PractRand, written again in Python 3.11 with whole numbers modulo 2^32:
  // state a = 0, b = seed, c = 0x9e3779b9, counter = 1; the first 15 outputs are thrown away.
  test.each([
    { seed: 0, outputs: [3300212312, 1743954244, 207519241, 3716241083, 193275849, 300799810] },
    { seed: 1, outputs: [3685413526, 628251110, 212572038, 1878899064, 2690070499, 548659147] },
    { seed: 42, outputs: [2180834394, 1350328659, 1924803457, 2864904299, 558007206, 1068528982] },
    { seed: -1, outputs: [752042525, 3647457525, 4123781008, 618693611, 3224795805, 1308369947] },
  ])('of seed $seed it gives the sequence of sfc32', ({ seed, outputs }) => {
    const random = createRandom(seed);
    expect(outputs.map(() => random.uniform() * 2 ** 32)).toEqual(outputs);
  });

  test('the same seed gives the same sequence, and draws of both kinds share it', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [first, second] = [createRandom(seed), createRandom(seed)];
        for (let i = 0; i < 20; i++) {
          expect(first.below(2 ** 32)).toBe(second.uniform() * 2 ** 32);
        }
      }),
    );
  });

  test('uniform numbers lie in [0, 1)', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        for (let i = 0; i < 100; i++) {
          const drawn = random.uniform();
          expect(drawn).toBeGreaterThanOrEqual(0);
          expect(drawn).toBeLessThan(1);
        }
      }),
    );
  });

  test('whole numbers below a bound are whole and in [0, bound)', () => {
    const bound = fc.oneof(fc.constantFrom(1, 2, 2 ** 32), fc.integer({ min: 1, max: 2 ** 32 }));
    fc.assert(
      fc.property(fc.integer(), bound, (seed, limit) => {
        const drawn = createRandom(seed).below(limit);
        expect(Number.isInteger(drawn)).toBe(true);
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThan(limit);
      }),
    );
  });

  test.each([1, 2, 42])('of seed %d, 16,000 draws spread evenly over 16 bins', (seed) => {
    const random = createRandom(seed);
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) bins[Math.floor(random.uniform() * 16)]! += 1;
    expect(chiSquare(bins)).toBeLessThan(CHI_SQUARE_999[15]);
  });

  test('whole numbers below 10 are all equally likely', () => {
    const random = createRandom(7);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) bins[random.below(10)]! += 1;
    expect(chiSquare(bins)).toBeLessThan(CHI_SQUARE_999[9]);
  });

  test('the first draws of neighbouring seeds spread evenly too', () => {
    const bins = new Array<number>(16).fill(0);
    for (let seed = 0; seed < 16_000; seed++) {
      bins[Math.floor(createRandom(seed).uniform() * 16)]! += 1;
    }
    expect(chiSquare(bins)).toBeLessThan(CHI_SQUARE_999[15]);
  });
});
