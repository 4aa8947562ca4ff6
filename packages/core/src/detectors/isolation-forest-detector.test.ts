import { describe, expect, test } from 'vitest';
import { calm, timeOf } from '../testing/series.ts';
import { matrixOfValues } from './batch-model.ts';
import type { Detector } from './detector.ts';
import { fitIsolationForest } from './isolation-forest.ts';
import {
  contaminationOffset,
  createIsolationForestDetector,
  type IsolationForestDetectorOptions,
} from './isolation-forest-detector.ts';

function learned(
  values: readonly number[],
  options: IsolationForestDetectorOptions = {},
): Detector {
  const detector = createIsolationForestDetector(options);
  values.forEach((value, i) => {
    detector.learn(timeOf(i), value);
  });
  return detector;
}

/** The last score of a forest fitted to all of these, against the quantile of all its scores. */
function lastDecision(values: readonly number[], contamination: number, options = {}): number {
  const { trainingScores } = fitIsolationForest(matrixOfValues(Float64Array.from(values)), options);
  return trainingScores.at(-1)! - contaminationOffset(trainingScores, contamination);
}

describe('createIsolationForestDetector', () => {
  test('fewer than 100 points with the one judged are no opinion', () => {
    const values = calm(100);
    const detector = learned(values.slice(0, 98));
    expect(detector.noOpinion(timeOf(98), 500)).toBe('warming-up');
    expect(detector.score(timeOf(98), 500)).toBeNaN();
    detector.learn(timeOf(98), values[98]!);
    expect(detector.noOpinion(timeOf(99), 500)).toBeUndefined();
    expect(detector.score(timeOf(99), 500)).toBeGreaterThan(0);
  });

  test('the newest sample is judged by a forest fitted to a window that ends with it', () => {
    const values = calm(150);
    const detector = learned(values);
    for (const value of [50, 46.5, 60, 500]) {
      expect(detector.score(timeOf(150), value)).toBe(lastDecision([...values, value], 0.05));
    }
  });

  test('the window holds as many samples as it was given, with the one judged', () => {
    const values = calm(200);
    const options = { windowSamples: 120, contamination: 0.1, trees: 20, seed: 7 };
    const detector = learned(values, options);
    const window = [...values.slice(-119), 51];
    expect(window).toHaveLength(120);
    expect(detector.score(timeOf(200), 51)).toBe(lastDecision(window, 0.1, { trees: 20, seed: 7 }));
  });

  test('of the samples of its window it flags the share it was told to, and no more', () => {
    const values = calm(200);
    const { trainingScores } = fitIsolationForest(matrixOfValues(Float64Array.from(values)));
    for (const contamination of [0.01, 0.05, 0.2, 0.5]) {
      const offset = contaminationOffset(trainingScores, contamination);
      const flagged = trainingScores.filter((score) => score > offset).length;
      expect(flagged).toBeLessThanOrEqual(contamination * 200);
      expect(flagged).toBeGreaterThan(contamination * 200 - 5); // ties at the quantile are spared
    }
  });

  // numpy 1.24.2: -numpy.percentile(-scores, 100 * contamination), which is how scikit-learn 1.2.1
  // sets offset_, with its sign turned.
  test.each([
    { contamination: 0.05, offset: 0.6705 },
    { contamination: 0.1, offset: 0.621 },
    { contamination: 0.25, offset: 0.5225 },
    { contamination: 0.5, offset: 0.425 },
  ])('the offset of a contamination of $contamination is $offset as in numpy', (expected) => {
    const scores = Float64Array.of(0.41, 0.38, 0.55, 0.72, 0.44, 0.39, 0.4, 0.61, 0.43, 0.42);
    expect(contaminationOffset(scores, expected.contamination)).toBeCloseTo(expected.offset, 14);
  });

  test('a score that ties with the quantile is not flagged, so a constant series never is', () => {
    expect(learned(new Array(150).fill(3)).score(timeOf(150), 3)).toBe(0);
  });

  test('a first departure from a constant is flagged', () => {
    expect(learned(new Array(150).fill(3)).score(timeOf(150), 4)).toBeGreaterThan(0);
  });

  test('it expects the median, within the central share of what it remembers', () => {
    // 0 to 100, shuffled: 37 has no divisor in common with 101.
    const values = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
    const detector = learned(values, { contamination: 0.1 });
    const { expected, lower, upper, mean } = detector.expect(timeOf(101));
    expect({ expected, lower, upper, mean }).toEqual({
      expected: 50,
      lower: 5,
      upper: 95,
      mean: 50,
    });
  });

  test('while it warms up it has no band', () => {
    const { lower, upper } = learned([1, 2, 3]).expect(timeOf(3));
    expect([lower, upper]).toEqual([Number.NaN, Number.NaN]);
  });

  test('another engine can take the place of ours, and is given the options of the forest', () => {
    const asked: unknown[] = [];
    const detector = learned([1, 2], {
      warmupSamples: 2,
      trees: 3,
      engine: ({ rows, features, data }, options) => {
        asked.push({ rows, features, data: [...data], options });
        return { trainingScores: data, score: () => data };
      },
    });
    expect(detector.score(timeOf(2), 9)).toBeGreaterThan(0);
    const options = { trees: 3, subsample: 256, seed: 42 };
    expect(asked).toEqual([{ rows: 3, features: 1, data: [1, 2, 9], options }]);
  });
});
