import { describe, expect, test } from 'vitest';
import { createSamplingPeriod } from './sampling-period.ts';

/** What is held for the period after each of these timestamps, s. */
function periodsAfter(timestamps: readonly number[]): (number | undefined)[] {
  const period = createSamplingPeriod();
  let known: number | undefined;
  return timestamps.map((timestamp) => {
    known = period.add(timestamp * 1000) ?? known;
    return known === undefined ? undefined : known / 1000;
  });
}

describe('the sampling period', () => {
  test('is known from the second sample on', () => {
    expect(periodsAfter([0, 300, 600])).toEqual([undefined, 300, 300]);
  });

  test('is not that of a gap at the beginning for long', () => {
    expect(periodsAfter([0, 86_400, 86_700])).toEqual([undefined, 86_400, 300]);
  });

  test('is whole seconds where clocks jitter, and less where samples are fast', () => {
    expect(periodsAfter([0, 300.004, 599.997]).at(-1)).toBe(300);
    expect(periodsAfter([0, 0.25, 0.5]).at(-1)).toBe(0.25);
  });

  test('is the median of a hundred steps, and stays what it is from then on', () => {
    const uneven = Array.from({ length: 101 }, (_, i) => i * 60 + (i % 3 === 0 ? 20 : 0));
    const later = Array.from({ length: 500 }, (_, i) => 6100 + (i + 1) * 10);
    const periods = periodsAfter([...uneven, ...later]);
    expect(periods[100]).toBe(60);
    expect(new Set(periods.slice(100))).toEqual(new Set([60]));
  });

  test('is settled after a hundred steps', () => {
    const period = createSamplingPeriod();
    for (let i = 0; i < 100; i++) period.add(i * 1000);
    expect(period.isSettled()).toBe(false);
    period.add(100_000);
    expect(period.isSettled()).toBe(true);
  });
});
