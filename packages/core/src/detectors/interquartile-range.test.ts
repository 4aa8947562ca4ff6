import { describe, expect, test } from 'vitest';
import { timeOf } from '../testing/series.ts';
import type { Detector } from './detector.ts';
import { createInterquartileRange, type InterquartileRangeOptions } from './interquartile-range.ts';

/**
 * numpy 1.24.2: numpy.percentile(READINGS, [25, 50, 75]) is 51.75, 54.5, 57.25; so the range is 5.5
 * and the fences at 1.5 ranges are 43.5 and 65.5.
 */
const READINGS = [52, 56, 53, 57, 51, 59, 1, 99, 54, 55, 58, 50.5];

function learned(values: readonly number[], options: InterquartileRangeOptions = {}): Detector {
  const detector = createInterquartileRange({ windowSamples: 100, warmupSamples: 2, ...options });
  values.forEach((value, i) => {
    detector.learn(timeOf(i), value);
  });
  return detector;
}

describe('createInterquartileRange', () => {
  // numpy 1.24.2: max(q1 - value, value - q3, 0) / (q3 - q1)
  test.each([
    { value: 54, score: 0 },
    { value: 51.75, score: 0 },
    { value: 57.25, score: 0 },
    { value: 60, score: 0.5 },
    { value: 45, score: 1.2272727272727273 },
    { value: 65.5, score: 1.5 },
    { value: 43, score: 1.5909090909090908 },
    { value: 99, score: 7.590909090909091 },
    { value: 1, score: 9.227272727272727 },
  ])('$value scores $score as in numpy', ({ value, score }) => {
    expect(learned(READINGS).score(timeOf(12), value)).toBeCloseTo(score, 14);
  });

  test('the fences are those of numpy, and a value on a fence is not flagged', () => {
    const detector = learned(READINGS);
    const { expected, lower, upper } = detector.expect(timeOf(12));
    expect({ expected, lower, upper }).toEqual({ expected: 54.5, lower: 43.5, upper: 65.5 });
    for (const fence of [lower, upper]) {
      expect(detector.score(timeOf(12), fence)).toBe(detector.threshold);
    }
  });

  test('another threshold moves the fences, and not the score', () => {
    const detector = learned(READINGS, { threshold: 3 });
    expect(detector.expect(timeOf(12))).toMatchObject({ lower: 35.25, upper: 73.75 });
    expect(detector.score(timeOf(12), 60)).toBeCloseTo(0.5, 14);
  });

  test('mean and deviation are those of the whole window, outliers and all', () => {
    const { mean, standardDeviation } = learned([2, 4, 4, 4, 5, 5, 7, 9]).expect(timeOf(8));
    expect({ mean, standardDeviation }).toEqual({ mean: 5, standardDeviation: 2 });
  });

  test('outliers in just under a quarter of the window do not hide the next one', () => {
    const window = [...READINGS.slice(0, 5), 54, 55, 58, 1000, 2000];
    expect(learned(window).score(timeOf(10), 1500)).toBeGreaterThan(1.5);
  });

  test('where the quartiles coincide there is no yardstick', () => {
    const counter = learned([0, 0, 0, 0, 0, 0, 0, 5]);
    expect(counter.noOpinion(timeOf(8), 100)).toBe('no-spread');
    expect(counter.score(timeOf(8), 100)).toBeNaN();
    expect(counter.expect(timeOf(8))).toMatchObject({ expected: 0, lower: 0, upper: 0 });
  });

  test('while it warms up it has no fences', () => {
    const { lower, upper } = learned([1, 3], { warmupSamples: 3 }).expect(timeOf(2));
    expect([lower, upper]).toEqual([Number.NaN, Number.NaN]);
  });
});
