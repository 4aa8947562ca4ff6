import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slotOf, slotsFor } from './slot.ts';

const MINUTE = 60_000;
const FIVE_MINUTES = 5 * MINUTE;
const time = fc.integer({ min: -1e13, max: 1e13 });
const period = fc.integer({ min: 1, max: 86_400_000 });

describe('slotOf', () => {
  test('an event anywhere within its minute belongs to the slot before it', () => {
    const noon = Date.UTC(2014, 3, 15, 12);
    expect(slotOf(noon, FIVE_MINUTES)).toBe(noon);
    expect(slotOf(noon + 59_999, FIVE_MINUTES)).toBe(noon);
    expect(slotOf(noon + FIVE_MINUTES - 1, FIVE_MINUTES)).toBe(noon);
    expect(slotOf(noon - 1, FIVE_MINUTES)).toBe(noon - FIVE_MINUTES);
  });

  test('before 1970 a slot still starts before its moments', () => {
    expect(slotOf(-1, FIVE_MINUTES)).toBe(-FIVE_MINUTES);
  });

  test('a slot is a whole number of periods, at most one period before its moment', () => {
    fc.assert(
      fc.property(time, period, (timestamp, periodMs) => {
        const slot = slotOf(timestamp, periodMs);
        expect(Math.abs(slot % periodMs)).toBe(0);
        expect(slot).toBeLessThanOrEqual(timestamp);
        expect(timestamp - slot).toBeLessThan(periodMs);
        expect(slotOf(slot, periodMs)).toBe(slot);
      }),
    );
  });
});

describe('slotsFor', () => {
  test('a sample is readable one period after its stamp', () => {
    expect([...slotsFor(0, 2 * FIVE_MINUTES, { periodMs: FIVE_MINUTES })]).toEqual([
      FIVE_MINUTES,
      2 * FIVE_MINUTES,
      3 * FIVE_MINUTES,
    ]);
  });

  test('a settle time puts off the slot, to the next whole period', () => {
    const options = { periodMs: FIVE_MINUTES, settleMs: 7 * MINUTE };
    expect([...slotsFor(0, 0, options)]).toEqual([3 * FIVE_MINUTES]);
    expect([...slotsFor(0, 0, { ...options, settleMs: FIVE_MINUTES })]).toEqual([2 * FIVE_MINUTES]);
  });

  test('a sample off the grid is readable at the first slot after it is complete', () => {
    expect([...slotsFor(1, 1, { periodMs: FIVE_MINUTES })]).toEqual([2 * FIVE_MINUTES]);
  });

  test('there are no slots when the last sample comes before the first', () => {
    expect([...slotsFor(FIVE_MINUTES, 0, { periodMs: FIVE_MINUTES })]).toEqual([]);
  });

  test('the first slot is the first at which the first sample has settled, and so is the last', () => {
    const small = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(
        small,
        small,
        fc.integer({ min: 1, max: 500 }),
        small,
        (a, b, periodMs, settleMs) => {
          const [first, last] = [Math.min(a, b), Math.max(a, b)];
          const slots = [...slotsFor(first, last, { periodMs, settleMs })];
          const settled = (timestamp: number): number => timestamp + periodMs + settleMs;
          const ends = [
            [slots[0]!, settled(first)],
            [slots.at(-1)!, settled(last)],
          ] as const;
          for (const [slot, readable] of ends) {
            expect(slot).toBeGreaterThanOrEqual(readable);
            expect(slot - readable).toBeLessThan(periodMs);
          }
          for (const [i, slot] of slots.entries()) expect(slot).toBe(slots[0]! + i * periodMs);
        },
      ),
    );
  });
});
