import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors.ts';
import { metricValue } from '../testing/arbitraries.ts';
import { createTrailingWindow, type TrailingWindow } from './trailing-window.ts';

const PERIOD = 10;

/** A window of four periods of 10 ms with these samples: [timestamp, value] each. */
function windowOf(...samples: [timestamp: number, value: number][]): TrailingWindow {
  const window = createTrailingWindow({ capacity: 4, periodMs: PERIOD });
  for (const [timestamp, value] of samples) window.push(timestamp, value);
  return window;
}

/** A series with gaps: how long after the sample before (in ms, 0 for a repeat), and the value. */
const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(PERIOD) },
      { weight: 2, arbitrary: fc.integer({ min: -PERIOD, max: 8 * PERIOD }) },
    ),
    fc.oneof({ weight: 6, arbitrary: metricValue() }, { weight: 1, arbitrary: fc.constant(NaN) }),
  ),
  { maxLength: 40 },
);

function pushAll(window: TrailingWindow, series: readonly [number, number][], from = 1000): number {
  let timestamp = from;
  for (const [step, value] of series) {
    timestamp += step;
    window.push(timestamp, value);
  }
  return timestamp;
}

describe('createTrailingWindow', () => {
  test('a new window is empty', () => {
    const window = windowOf();
    expect(window.countAt(0)).toBe(0);
    expect(window.snapshot()).toHaveLength(0);
    expect([...window.valuesAt(0)]).toEqual([]);
    expect([...window.sortedAt(0)]).toEqual([]);
    expect([...window.snapshot()]).toEqual([]);
  });

  test('it holds the last samples, oldest first, up to its capacity', () => {
    const window = windowOf([0, 5], [10, 1], [20, 4], [30, 2], [40, 3]);
    expect(window.countAt(0)).toBe(4);
    expect(window.snapshot()[0]).toBe(40);
    expect([...window.valuesAt(0)]).toEqual([1, 4, 2, 3]);
    expect([...window.sortedAt(0)]).toEqual([1, 2, 3, 4]);
  });

  test('a missed period takes a place', () => {
    const window = windowOf([0, 1], [10, 2], [20, 3], [40, 5]);
    expect([...window.valuesAt(0)]).toEqual([2, 3, 5]);
    expect([...window.snapshot()]).toEqual([40, 2, 3, Number.NaN, 5]);
  });

  test('after a gap as long as the window nothing but the new sample is left', () => {
    const window = windowOf([0, 1], [10, 2], [20, 3], [30, 4], [70, 8]);
    expect([...window.valuesAt(0)]).toEqual([8]);
  });

  test('a gap of a day empties a window of a day, and a day of a window of a week', () => {
    const [minutes, day] = [300_000, 288];
    const fill = (capacity: number): TrailingWindow => {
      const window = createTrailingWindow({ capacity, periodMs: minutes });
      for (let i = 0; i < 7 * day; i++) window.push(i * minutes, i);
      window.push((8 * day - 1) * minutes, -1); // a day of samples is missing before it
      return window;
    };
    expect(fill(day).countAt(0)).toBe(1);
    expect(fill(7 * day).countAt(0)).toBe(6 * day + 1);
  });

  test('as of a later moment, what will have left by then is gone', () => {
    const window = createTrailingWindow({ capacity: 4, periodMs: PERIOD });
    for (let i = 0; i < 4; i++) window.push(i * PERIOD, i);
    const inPeriods = (periods: number): number[] => [
      ...window.valuesAt(3 * PERIOD + periods * PERIOD),
    ];
    expect(inPeriods(1)).toEqual([0, 1, 2, 3]);
    expect(inPeriods(3)).toEqual([2, 3]);
    expect(inPeriods(2)).toEqual([1, 2, 3]);
    expect(inPeriods(5)).toEqual([]);
    expect(inPeriods(5000)).toEqual([]);
    expect([...window.sortedAt(6 * PERIOD)]).toEqual([2, 3]);
    window.push(6 * PERIOD, 9);
    expect([...window.valuesAt(7 * PERIOD)]).toEqual([3, 9]);
  });

  test('a gap of ten thousand years costs no more than the window', () => {
    const window = windowOf([0, 1], [10, 2], [3.2e14, 3]);
    expect([...window.valuesAt(0)]).toEqual([3]);
  });

  test('an early sample takes one place, and no gap is seen before it', () => {
    const window = windowOf([0, 1], [10, 2], [12, 3], [22, 4]);
    expect([...window.valuesAt(0)]).toEqual([1, 2, 3, 4]);
  });

  test('a sample late by less than half a period is no gap', () => {
    const window = windowOf([0, 1], [14, 2], [28, 3], [42, 4]);
    expect([...window.valuesAt(0)]).toEqual([1, 2, 3, 4]);
  });

  test('a sample not newer than the newest, or missing, or without a time, is ignored', () => {
    const window = windowOf([0, 1], [10, 2]);
    const before = window.snapshot();
    for (const timestamp of [10, 9.999, 0, -5, Number.NEGATIVE_INFINITY, Number.NaN]) {
      window.push(timestamp, 99);
    }
    window.push(20, Number.NaN);
    expect(window.snapshot()).toEqual(before);
    expect([...window.valuesAt(0)]).toEqual([1, 2]);
  });

  test('a window restored from a snapshot goes on exactly as the one it was taken from', () => {
    const capacity = fc.integer({ min: 2, max: 12 });
    fc.assert(
      fc.property(capacity, steps, steps, (size, before, after) => {
        const window = createTrailingWindow({ capacity: size, periodMs: PERIOD });
        const stopped = pushAll(window, before);
        const snapshot = window.snapshot();
        const restored = createTrailingWindow({ capacity: size, periodMs: PERIOD }, snapshot);
        expect(restored.snapshot()).toEqual(snapshot);
        snapshot.fill(-1); // neither looks at it again

        pushAll(window, after, stopped);
        pushAll(restored, after, stopped);
        expect(restored.countAt(0)).toBe(window.countAt(0));
        expect(restored.valuesAt(0)).toEqual(window.valuesAt(0));
        expect(restored.sortedAt(0)).toEqual(window.sortedAt(0));
        expect(restored.snapshot()).toEqual(window.snapshot());
      }),
    );
  });

  test('it holds what a list of all places, with gaps, ends with', () => {
    const capacity = fc.integer({ min: 2, max: 12 });
    fc.assert(
      fc.property(capacity, steps, (size, series) => {
        const window = createTrailingWindow({ capacity: size, periodMs: PERIOD });
        const places: number[] = [];
        let [timestamp, newest] = [1000, Number.NEGATIVE_INFINITY];
        for (const [step, value] of series) {
          timestamp += step;
          window.push(timestamp, value);
          if (Number.isNaN(value) || timestamp <= newest) continue;
          const missed = places.length === 0 ? 0 : Math.round((timestamp - newest) / PERIOD) - 1;
          for (let i = 0; i < missed; i++) places.push(Number.NaN);
          places.push(value);
          newest = timestamp;
        }
        const present = places.slice(-size).filter((value) => !Number.isNaN(value));
        expect(window.countAt(0)).toBe(present.length);
        expect([...window.valuesAt(0)]).toEqual(present);
        expect([...window.sortedAt(0)]).toEqual(present.toSorted((a, b) => a - b));
      }),
    );
  });

  test.each([
    {
      options: { capacity: 1, periodMs: 10 },
      message: 'windowSamples must be an integer >= 2, got 1',
    },
    {
      options: { capacity: 2.5, periodMs: 10 },
      message: 'windowSamples must be an integer >= 2, got 2.5',
    },
    { options: { capacity: 4, periodMs: 0 }, message: 'periodMs must be > 0, got 0' },
    { options: { capacity: 4, periodMs: Number.NaN }, message: 'periodMs must be > 0, got NaN' },
    {
      options: { capacity: 4, periodMs: Number.POSITIVE_INFINITY },
      message: 'periodMs must be > 0, got Infinity',
    },
  ])('of $options it says: $message', ({ options, message }) => {
    expect(() => createTrailingWindow(options)).toThrow(InvalidOptionError);
    expect(() => createTrailingWindow(options)).toThrow(message);
  });
});
