import { describe, expect, test } from 'vitest';
import { createStaticThreshold } from '../detectors/static-threshold.ts';
import { createZScore } from '../detectors/z-score.ts';
import { EXPECTATION, verdictOf } from '../testing/alerts.ts';
import { timeOf } from '../testing/series.ts';
import { deviationFactorOf, judge, sideOf } from './verdict.ts';

describe('judge', () => {
  const detector = createZScore({ windowSamples: 10, warmupSamples: 2 });
  for (const [i, value] of [2, 4, 4, 4, 5, 5, 7, 9].entries()) detector.learn(timeOf(i), value);

  test('it writes down what the detector says of a sample, and what it expected', () => {
    expect(judge(detector, timeOf(8), 12)).toEqual({
      timestamp: timeOf(8),
      value: 12,
      score: 3.5,
      threshold: 3,
      noOpinion: undefined,
      expectation: { expected: 5, lower: -1, upper: 11, mean: 5, standardDeviation: 2 },
    });
  });

  test('it says why there is no opinion', () => {
    const verdict = judge(detector, timeOf(8), Number.NaN);
    expect(verdict.score).toBeNaN();
    expect(verdict.noOpinion).toBe('missing-sample');
  });

  test('it says when there will be one only while the detector warms up', () => {
    const telling = { ...detector, readyAt: () => timeOf(9) };
    const warming = { ...telling, noOpinion: () => 'warming-up' as const };
    expect(judge(warming, timeOf(8), 12).readyAt).toBe(timeOf(9));
    expect(judge(telling, timeOf(8), 12)).not.toHaveProperty('readyAt');
    expect(judge(telling, timeOf(8), Number.NaN)).not.toHaveProperty('readyAt');
  });

  test('it teaches the detector nothing', () => {
    const before = detector.snapshot();
    judge(detector, timeOf(8), 12);
    expect(detector.snapshot()).toEqual(before);
  });

  test('a score beyond all measure ends where JSON can still say it', () => {
    const limit = createStaticThreshold({ above: -Number.MAX_VALUE });
    expect(judge(limit, 0, Number.MAX_VALUE).score).toBe(1e300);
  });
});

describe('sideOf', () => {
  test.each([
    { value: 81, side: 'above', why: 'above the band' },
    { value: 19, side: 'below', why: 'below the band' },
    { value: 79, side: 'above', why: 'in the band, above the expected value' },
    { value: 49, side: 'below', why: 'in the band, below the expected value' },
    { value: 50, side: 'above', why: 'as expected' },
  ])('$value is $side: $why', ({ value, side }) => {
    expect(sideOf(verdictOf(0, value))).toBe(side);
  });

  test('without an expected value the limits decide', () => {
    const limits = { ...EXPECTATION, expected: Number.NaN, upper: 80, lower: 20 };
    expect(sideOf(verdictOf(0, 90, { expectation: limits }))).toBe('above');
    expect(sideOf(verdictOf(0, 10, { expectation: limits }))).toBe('below');
  });
});

describe('deviationFactorOf', () => {
  test('it is the distance from the mean in deviations, on either side', () => {
    expect(deviationFactorOf(verdictOf(0, 95))).toBe(4.5);
    expect(deviationFactorOf(verdictOf(0, 5))).toBe(4.5);
    expect(deviationFactorOf(verdictOf(0, 50))).toBe(0);
  });

  test.each([0, Number.NaN])('a deviation of %d is no yardstick', (standardDeviation) => {
    const expectation = { ...EXPECTATION, standardDeviation };
    expect(deviationFactorOf(verdictOf(0, 95, { expectation }))).toBeNull();
  });

  test('it is a number however small the deviation', () => {
    const expectation = { ...EXPECTATION, standardDeviation: Number.MIN_VALUE };
    expect(deviationFactorOf(verdictOf(0, 1e100, { expectation }))).toBe(1e300);
  });
});
