import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../stats/random.ts';
import { expectedDepth } from './closed-form-forest.ts';
import { averagePathLength, drawSplit } from './isolation-tree.ts';

const of = (...sorted: number[]): Float64Array => Float64Array.from(sorted);

/** Depth of a value in one random full tree over ascending points, it among them. */
function depthInRandomTree(points: readonly number[], value: number, random: Random): number {
  let within = points;
  let depth = 0;
  while (within[0]! < within.at(-1)!) {
    const split = drawSplit(random, within[0]!, within.at(-1)!);
    within = within.filter((point) => point <= split === value <= split);
    depth += 1;
  }
  return depth + averagePathLength(within.length);
}

describe('expectedDepth', () => {
  test.each([
    { samples: [], value: 5, depth: 0, why: 'alone' },
    { samples: [0], value: 7, depth: 1, why: 'one split parts two' },
    { samples: [0, 1], value: 2, depth: 1 + 1 / 2, why: 'a split in [1, 2] or else another' },
    { samples: [0, 1], value: 10, depth: 1 + 1 / 10, why: 'far off, one split nearly does' },
    { samples: [0, 10], value: 4, depth: 1 + 1, why: 'one on either side' },
    { samples: [1, 2, 3], value: 0, depth: 1 + 1 / 2 + 1 / 3, why: 'the harmonic number' },
    { samples: [0, 1, 4, 9], value: 2, depth: 1 + 1 / 2 + 1 + 5 / 7, why: 'both sides add up' },
    { samples: [0, 1, 4, 9], value: 4, depth: 1 + 1 + 1 + 1 / 4, why: 'of two equal ones, c(2)' },
    { samples: [3, 3], value: 3, depth: averagePathLength(3), why: 'equal ones cannot be parted' },
    { samples: [0, 0, 0, 5], value: 5, depth: 1 + 1, why: 'their number is not a number of gaps' },
  ])('of $value among $samples it is $depth: $why', ({ samples, value, depth }) => {
    expect(expectedDepth(of(...samples), value)).toBeCloseTo(depth, 14);
  });

  test.each([
    { samples: [1, 2, 2.5, 4, 8, 8.25, 9, 20], value: 12 },
    { samples: [1, 2, 2.5, 4, 8, 8.25, 9, 20], value: 21 },
    { samples: [1, 2, 2.5, 4, 8, 8.25, 9, 20], value: 2.25 },
    { samples: [-5, 0, 0, 0, 0, 1, 1, 2], value: 0 },
    { samples: [-5, 0, 0, 0, 0, 1, 1, 2], value: 1 },
    { samples: [-5, 0, 0, 0, 0, 1, 1, 2], value: 1.5 },
  ])('of $value among $samples it is the mean depth in random full trees', (given) => {
    const { samples, value } = given;
    const points = [...samples, value].sort((a, b) => a - b);
    const random = createRandom(7);
    const trees = 20_000;
    let sum = 0;
    for (let i = 0; i < trees; i++) sum += depthInRandomTree(points, value, random);
    // A depth varies by about 1 from tree to tree: 0.035 are five deviations of the mean.
    expect(Math.abs(expectedDepth(of(...samples), value) - sum / trees)).toBeLessThan(0.035);
  });

  test('over the range it falls as 1 + ln((distance + range) / distance), or below', () => {
    const uniform = Float64Array.from({ length: 2001 }, (_, i) => i / 2000);
    for (const distance of [0.01, 0.1, 1, 10, 1000]) {
      const bound = 1 + Math.log((distance + 1) / distance);
      const depth = expectedDepth(uniform, 1 + distance);
      expect(depth).toBeLessThanOrEqual(bound);
      expect(depth).toBeGreaterThan(bound - 0.05);
    }
  });

  const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 });
  const ascending = (values: readonly number[]) => Float64Array.from(values).sort();

  test('shifted, rescaled or mirrored data have the same depths', () => {
    const shift = fc.integer({ min: -1024, max: 1024 }).map((n) => n * 1024);
    const factor = fc.integer({ min: -20, max: 20 }).map((n) => 2 ** n);
    fc.assert(
      fc.property(
        whole,
        fc.integer({ min: -2000, max: 2000 }),
        shift,
        factor,
        (v, x, by, times) => {
          const depth = expectedDepth(ascending(v), x);
          const moved = ascending(v.map((each) => (each + by) * times));
          expect(expectedDepth(moved, (x + by) * times)).toBe(depth);
          expect(expectedDepth(ascending(v.map((each) => -each)), -x)).toBeCloseTo(depth, 12);
        },
      ),
    );
  });

  test('one more sample makes no value shallower', () => {
    fc.assert(
      fc.property(whole, fc.integer(), fc.integer({ min: -1500, max: 1500 }), (v, more, x) => {
        const fewer = expectedDepth(ascending(v), x);
        expect(expectedDepth(ascending([...v, more % 1500]), x)).toBeGreaterThan(fewer - 1e-12);
      }),
    );
  });

  test('told how much is enough, it says no less than that, or else the whole', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: -1500, max: 1500 }), fc.nat({ max: 8 }), (v, x, e) => {
        const depth = expectedDepth(ascending(v), x);
        const stopped = expectedDepth(ascending(v), x, e);
        if (depth < e) expect(stopped).toBe(depth);
        else expect(stopped).toBeGreaterThanOrEqual(e);
      }),
    );
  });

  test('the largest and the smallest numbers there are keep their ratios', () => {
    const most = Number.MAX_VALUE;
    expect(expectedDepth(of(-most, 0), most)).toBeCloseTo(1 + 1 / 2, 14);
    const least = Number.MIN_VALUE;
    expect(expectedDepth(of(-least, 0), least)).toBeCloseTo(1 + 1 / 2, 14);
  });
});
