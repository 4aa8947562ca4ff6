import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricValue } from '../testing/arbitraries.ts';
import { daysLabel, timeLabel, timeTicks, valueLabel, valueTicks } from './ticks.ts';

describe('values on an axis', () => {
  test.each<[number, number, readonly number[]]>([
    [0, 27, [0, 10, 20]],
    [0, 1, [0, 0.25, 0.5, 0.75, 1]],
    [-130, -20, [-100, -50]],
    [0.0007, 0.0045, [0.001, 0.002, 0.003, 0.004]],
    [99.5, 100.5, [99.5, 99.75, 100, 100.25, 100.5]],
    [1.4e6, 12.9e6, [5e6, 10e6]],
    [5, 5, []],
  ])('from %d to %d are round: %j', (least, most, ticks) => {
    expect(valueTicks(least, most, 4)).toEqual(ticks);
  });

  test('are within, in order, and few, whatever the values', () => {
    fc.assert(
      fc.property(metricValue(), metricValue(), (a, b) => {
        const [least, most] = [Math.min(a, b), Math.max(a, b)];
        const ticks = valueTicks(least, most, 4);
        const slack = (most / 2 - least / 2) * 1e-6;
        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(ticks.every((tick) => tick >= least - slack && tick <= most + slack)).toBe(true);
        expect([...new Set(ticks)].sort((x, y) => x - y)).toEqual(ticks);
      }),
    );
  });

  test.each<[number, number, string]>([
    [0, 10, '0'],
    [20, 10, '20'],
    [0.5, 0.25, '0.50'],
    [0.75, 0.25, '0.75'],
    [2.5, 2.5, '2.5'],
    [-50, 50, '−50'],
    [1500, 500, '1.5k'],
    [250_000, 250_000, '250k'],
    [5e6, 5e6, '5M'],
    [1.2e10, 2e9, '12G'],
    [3e12, 1e12, '3T'],
    [2e36, 1e36, '2e36'],
    [-2e108, 2e108, '−2e108'],
    [0.004, 0.002, '0.004'],
    [0.00005, 0.00005, '5e−5'],
  ])('%d, a step of %d from the next, reads %s', (value, step, label) => {
    expect(valueLabel(value, step)).toBe(label);
  });

  test('that are neighbours read differently', () => {
    fc.assert(
      fc.property(metricValue(), metricValue(), (a, b) => {
        const ticks = valueTicks(Math.min(a, b), Math.max(a, b), 4);
        // Of a small span far from zero more digits would be needed than there is room for.
        fc.pre(ticks.length > 1 && Math.abs(ticks[1]! - ticks[0]!) > Math.abs(ticks[0]!) / 50);
        const labels = ticks.map((tick) => valueLabel(tick, ticks[1]! - ticks[0]!));
        expect(new Set(labels).size).toBe(labels.length);
        expect(Math.max(...labels.map((label) => label.length))).toBeLessThanOrEqual(9);
      }),
    );
  });
});

describe('times on an axis', () => {
  const at = (text: string) => Date.parse(`${text}Z`);

  test('of a day are hours of UTC that people count in, and the day where it begins', () => {
    const ticks = timeTicks(at('2026-11-25T14:55'), at('2026-11-26T14:55'), 7);
    expect(ticks.map(timeLabel)).toEqual(['16:00', '20:00', '26 Nov', '04:00', '08:00', '12:00']);
  });

  test.each<[string, string, readonly string[]]>([
    [
      '2026-11-26T14:00',
      '2026-11-26T14:06',
      ['14:00', '14:01', '14:02', '14:03', '14:04', '14:05', '14:06'],
    ],
    [
      '2026-11-20T01:00',
      '2026-11-26T14:00',
      ['21 Nov', '22 Nov', '23 Nov', '24 Nov', '25 Nov', '26 Nov'],
    ],
  ])('from %s to %s are %j', (from, until, labels) => {
    expect(timeTicks(at(from), at(until), 7).map(timeLabel)).toEqual(labels);
  });

  test.each<[string, string, string]>([
    ['2026-11-26T01:00', '2026-11-26T14:00', '26 Nov'],
    ['2026-11-25T14:00', '2026-11-26T14:00', '25–26 Nov'],
    ['2026-11-30T14:00', '2026-12-01T14:00', '30 Nov – 1 Dec'],
  ])('from %s to %s are on the days %s', (from, until, label) => {
    expect(daysLabel(at(from), at(until))).toBe(label);
  });
});
