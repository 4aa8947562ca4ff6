import { describe, expect, test } from 'vitest';
import { durationMs, durationText } from './index.ts';

describe('a duration', () => {
  test.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
  ])('%s is %i milliseconds', (text, milliseconds) => {
    expect(durationMs(text)).toBe(milliseconds);
  });

  test.each(['', '5', '5 m', '5min', '-5m', '0m', '1.5h', '5M', 'm', '05m'])(
    'refuses %j',
    (text) => {
      expect(() => durationMs(text)).toThrow(/^expected a duration with a unit/);
    },
  );

  test('of no time at all is 0s, where that is allowed', () => {
    expect(durationMs('0s')).toBe(0);
  });

  test.each([
    [604_800_000, '1w'],
    [90_000, '90s'],
    [172_800_000, '2d'],
    [500, '0.5s'],
  ])('of %i milliseconds is written %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});
