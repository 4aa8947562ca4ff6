import { describe, expect, test } from 'vitest';
import { createStaticThreshold } from './static-threshold.ts';

describe('createStaticThreshold', () => {
  test.each([
    { value: 80, score: 0 },
    { value: 80.5, score: 0.5 },
    { value: 100, score: 20 },
    { value: 10, score: 0 },
    { value: 9, score: 1 },
    { value: 50, score: 0 },
    { value: -1e6, score: 1_000_010 },
  ])('between 10 and 80, $value scores $score', ({ value, score }) => {
    const detector = createStaticThreshold({ above: 80, below: 10 });
    expect(detector.score(0, value)).toBe(score);
    expect(score > detector.threshold).toBe(value > 80 || value < 10);
  });

  test('with one limit the other side is never flagged', () => {
    const [above, below] = [
      createStaticThreshold({ above: 80 }),
      createStaticThreshold({ below: 10 }),
    ];
    expect(above.score(0, -1e300)).toBe(0);
    expect(below.score(0, 1e300)).toBe(0);
    expect(above.expect(0)).toMatchObject({ lower: Number.NEGATIVE_INFINITY, upper: 80 });
    expect(below.expect(0)).toMatchObject({ lower: 10, upper: Number.POSITIVE_INFINITY });
  });

  test('limits that meet leave one value that is not flagged', () => {
    const detector = createStaticThreshold({ above: 5, below: 5 });
    expect([4, 5, 6].map((value) => detector.score(0, value))).toEqual([1, 0, 1]);
  });

  test('a limit of zero is a limit', () => {
    const detector = createStaticThreshold({ above: 0 });
    expect(detector.score(0, 1)).toBe(1);
    expect(detector.score(0, -0)).toBe(0);
  });

  test('it has an opinion from the first sample, and nothing to expect or to remember', () => {
    const detector = createStaticThreshold({ above: 80 });
    expect(detector.noOpinion(0, 81)).toBeUndefined();
    detector.learn(0, 81);
    expect(detector.snapshot()).toHaveLength(0);
    const { expected, mean, standardDeviation } = detector.expect(1);
    expect([expected, mean, standardDeviation]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test.each([
    [{}, 'above or below must be given as a finite number, got above undefined, below undefined'],
    [{ above: Number.POSITIVE_INFINITY }, 'got above Infinity, below undefined'],
    [{ above: Number.NaN, below: 5 }, 'below must be at most above (NaN), got 5'],
    [{ above: 1, below: 2 }, 'below must be at most above (1), got 2'],
  ])('%o is refused: %s', (options, message) => {
    expect(() => createStaticThreshold(options)).toThrow(message);
  });
});
