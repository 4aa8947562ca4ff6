import { describe, expect, test } from 'vitest';
import { calm, timeOf } from '../testing/series.ts';
import { expectedDepth } from './closed-form-forest.ts';
import {
  type ClosedFormForestOptions,
  createClosedFormForest,
} from './closed-form-forest-detector.ts';
import type { Detector } from './detector.ts';
import { fitIsolationForest } from './isolation-forest.ts';
import { averagePathLength } from './isolation-tree.ts';

function learned(values: readonly number[], options: ClosedFormForestOptions = {}): Detector {
  const detector = createClosedFormForest({ warmupSamples: 2, ...options });
  values.forEach((value, i) => {
    detector.learn(timeOf(i), value);
  });
  return detector;
}

describe('createClosedFormForest', () => {
  test('the score is 2^(-depth / c(n)), the sample judged being one of the n', () => {
    const detector = learned([3, 1, 2]);
    // Among 1, 2 and 3 the depth of 6 is 1 + 1/4 + 1/5 (gaps over distances 3, 4, 5: 3/3, 1/4, 1/5).
    const score = 2 ** (-(1 + 1 / 4 + 1 / 5) / averagePathLength(4));
    expect(detector.score(timeOf(3), 6)).toBeCloseTo(score, 14);
  });

  test('it is what a forest of very many trees over all samples says', () => {
    const values = calm(60, { seed: 3 });
    const detector = learned(values);
    for (const value of [55.2, 57, 70]) {
      const data = Float64Array.of(...values, value);
      // It stops at an average height, which shallow samples do not reach.
      const forest = fitIsolationForest(
        { rows: 61, features: 1, data },
        { trees: 4000, subsample: 61 },
      );
      const score = detector.score(timeOf(60), value);
      expect(Math.abs(score - forest.trainingScores[60]!)).toBeLessThan(0.005);
    }
  });

  test('a value seen often is ordinary, and one between the common ones that is new is not', () => {
    const detector = learned(Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 0 : 100)));
    expect(detector.score(timeOf(400), 0)).toBeLessThan(0.55);
    expect(detector.score(timeOf(400), 100)).toBeLessThan(0.55);
    expect(detector.score(timeOf(400), 37)).toBeGreaterThan(detector.threshold);
  });

  test('of the newest highs of a calm series few are flagged, whatever is the shape of its tail', () => {
    const calmValues = calm(2000, { seed: 2 });
    const tails: readonly ((uniform: number) => number)[] = [
      (u) => u,
      (u) => -Math.log(1 - u), // exponential
      (u) => 1 / (1 - u), // Pareto, of infinite mean
    ];
    for (const tail of tails) {
      const values = calmValues.map((value) => tail((value - 45) / 10));
      const detector = createClosedFormForest({ windowSamples: 1000 });
      let flagged = 0;
      values.forEach((value, i) => {
        if (detector.score(timeOf(i), value) > detector.threshold) flagged += 1;
        detector.learn(timeOf(i), value);
      });
      expect(flagged).toBeLessThan(12); // a contamination of 0.05 would have flagged 100
    }
  });

  test('a new level is flagged at first, and no longer once it has been seen some times', () => {
    const before = calm(1000, { level: 50, seed: 1 });
    const after = calm(20, { level: 90, seed: 2 });
    const detector = learned(before);
    const flags = after.map((value, i) => {
      const flagged = detector.score(timeOf(1000 + i), value) > detector.threshold;
      detector.learn(timeOf(1000 + i), value);
      return flagged;
    });
    expect(flags.slice(0, 2)).toEqual([true, true]);
    expect(flags.slice(10)).not.toContain(true);
  });

  test('with few samples even the farthest is not flagged', () => {
    const detector = learned(calm(8));
    expect(detector.score(timeOf(8), 1e9)).toBeLessThan(detector.threshold);
    expect(detector.expect(timeOf(8))).toMatchObject({
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
    });
  });

  test('where nothing varies there is no yardstick', () => {
    const detector = learned(new Array(50).fill(3));
    expect(detector.noOpinion(timeOf(50), 4)).toBe('no-spread');
    expect(detector.expect(timeOf(50))).toMatchObject({ expected: 3, lower: 3, upper: 3 });
  });

  test('the band ends where values begin to be flagged', () => {
    const detector = learned(calm(500));
    const { expected, lower, upper } = detector.expect(timeOf(500));
    expect(expected).toBeCloseTo(50, 0);
    for (const [inside, outside] of [
      [lower, lower - 1e-3],
      [upper, upper + 1e-3],
    ] as const) {
      expect(detector.score(timeOf(500), inside)).toBeLessThanOrEqual(detector.threshold);
      expect(detector.score(timeOf(500), outside)).toBeGreaterThan(detector.threshold);
    }
    expect(lower).toBeLessThan(45);
    expect(upper).toBeGreaterThan(55);
  });

  test('an outlier in the window does not move the band out to itself', () => {
    const detector = learned([...calm(500), 1000]);
    expect(detector.expect(timeOf(501)).upper).toBeLessThan(100);
  });

  test('a lower threshold narrows the band, and leaves the score alone', () => {
    const values = calm(500);
    const [loose, tight] = [learned(values), learned(values, { threshold: 0.75 })];
    expect(tight.expect(timeOf(500)).upper).toBeLessThan(loose.expect(timeOf(500)).upper);
    expect(tight.score(timeOf(500), 57)).toBe(loose.score(timeOf(500), 57));
  });

  test('of a window the last samples count, as deep as they lie', () => {
    const values = calm(200);
    const detector = learned(values, { windowSamples: 120 });
    const window = Float64Array.from(values.slice(-120)).sort();
    const score = 2 ** (-expectedDepth(window, 55.5) / averagePathLength(121));
    expect(detector.score(timeOf(200), 55.5)).toBe(score);
  });

  test('while it warms up it has no band', () => {
    const { lower, upper } = learned([1, 3], { warmupSamples: 3 }).expect(timeOf(2));
    expect([lower, upper]).toEqual([Number.NaN, Number.NaN]);
  });
});
