import { describe, expect, test } from 'vitest';
import { calm, timeOf } from '../testing/series.ts';
import type { Detector } from './detector.ts';
import { createZScore, type ZScoreOptions } from './z-score.ts';

function learned(values: readonly number[], options: ZScoreOptions = {}): Detector {
  const detector = createZScore({ windowSamples: 100, warmupSamples: 2, ...options });
  values.forEach((value, i) => {
    detector.learn(timeOf(i), value);
  });
  return detector;
}

/** Mean 5, deviation 2: the textbook's example. */
const TEXTBOOK = [2, 4, 4, 4, 5, 5, 7, 9];

describe('createZScore', () => {
  test.each([
    { value: 5, score: 0 },
    { value: 9, score: 2 },
    { value: 11, score: 3 },
    { value: 12, score: 3.5 },
    { value: -2, score: 3.5 },
  ])('with mean 5 and deviation 2, $value scores $score', ({ value, score }) => {
    expect(learned(TEXTBOOK).score(timeOf(8), value)).toBe(score);
  });

  // numpy 1.24.2: abs(value - w.mean()) / w.std()
  test.each([
    { value: 12.1, score: 0 },
    { value: 13, score: 3.4016802570830467 },
    { value: 14.2, score: 7.937253933193771 },
    { value: 10, score: 7.937253933193771 },
  ])('over ten readings around 12.1, $value scores $score as in numpy', ({ value, score }) => {
    const window = [12.1, 11.8, 12.4, 12.0, 11.9, 12.3, 12.2, 11.7, 12.6, 12.0];
    expect(learned(window).score(timeOf(10), value)).toBeCloseTo(score, 12);
  });

  test('a score on the threshold is not above it', () => {
    const detector = learned(TEXTBOOK);
    expect(detector.threshold).toBe(3);
    expect(detector.score(timeOf(8), 11)).toBe(detector.threshold);
  });

  test('the band is the mean and as many deviations on either side as the threshold says', () => {
    const expectation = learned(TEXTBOOK, { threshold: 2.5 }).expect(timeOf(8));
    expect(expectation).toEqual({
      expected: 5,
      lower: 0,
      upper: 10,
      mean: 5,
      standardDeviation: 2,
    });
  });

  test('what lies outside the band is flagged, and what lies inside is not', () => {
    const detector = learned(calm(100));
    const { lower, upper } = detector.expect(timeOf(100));
    const flagged = (value: number): boolean =>
      detector.score(timeOf(100), value) > detector.threshold;
    expect([lower - 0.01, upper + 0.01].map(flagged)).toEqual([true, true]);
    expect([lower + 0.01, upper - 0.01].map(flagged)).toEqual([false, false]);
  });

  test('while it warms up it knows the mean, but has no band', () => {
    const expectation = learned([1, 3], { warmupSamples: 3 }).expect(timeOf(2));
    expect(expectation).toMatchObject({ expected: 2, mean: 2, standardDeviation: 1 });
    expect(expectation.lower).toBeNaN();
    expect(expectation.upper).toBeNaN();
  });

  test('the sample judged is not in the window that judges it', () => {
    const detector = learned(TEXTBOOK);
    const before = detector.score(timeOf(8), 1000);
    detector.learn(timeOf(8), 1000);
    expect(before).toBe(497.5);
    expect(detector.score(timeOf(9), 1000)).toBeLessThan(3);
  });

  test('samples that have left the window are forgotten', () => {
    const short = learned([...new Array(50).fill(1e6), ...TEXTBOOK], { windowSamples: 8 });
    expect(short.score(timeOf(58), 12)).toBe(3.5);
  });

  test('small noise on a huge offset is still measured', () => {
    const offset = learned(TEXTBOOK.map((value) => 1e9 + value));
    expect(offset.score(timeOf(8), 1e9 + 12)).toBe(3.5);
  });
});
