import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChartSamples,
  decodeSamples,
  encodeSamples,
  LEAST_MANTISSA_BITS,
} from './sample-codec.ts';

const START = Date.UTC(2026, 9, 5);
const PERIOD_MS = 300_000;
/** Half of the last bit that is kept. */
const RELATIVE_ERROR = 2 ** -(LEAST_MANTISSA_BITS + 1);

function samplesOf(
  values: readonly number[],
  others: Partial<ChartSamples> = {},
  timestamps = values.map((_, i) => START + i * PERIOD_MS),
): ChartSamples {
  const column = Float64Array.from(values);
  return {
    timestamps: Float64Array.from(timestamps),
    values: column,
    expected: column,
    lower: column,
    upper: column,
    ...others,
  };
}

const roundTrip = (samples: ChartSamples): ChartSamples => decodeSamples(encodeSamples(samples));

const number = fc.oneof(
  fc.double(),
  fc.double({ min: -1000, max: 1000 }),
  fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-310),
);

describe('samples that were coded', () => {
  test('come back within 2^-14 of themselves, whatever they are', () => {
    const column = fc.array(number, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(column, column, (values, others) => {
        const lower = Float64Array.from(values, (_, i) => others[i % others.length]!);
        const back = roundTrip(samplesOf(values, { lower }));
        for (const [i, value] of values.entries()) expectNear(back.values[i]!, value);
        for (const [i, value] of lower.entries()) expectNear(back.lower[i]!, value);
      }),
    );
  });

  test('keep their times to the ms, however far apart', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 30 * 86_400_000 }), { maxLength: 40 });
    const first = fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 });
    fc.assert(
      fc.property(first, steps, (begin, apart) => {
        let time = begin;
        const timestamps = [begin, ...apart.map((step) => (time += step))];
        const values = timestamps.map(() => 1);
        const back = roundTrip(samplesOf(values, {}, timestamps));
        expect([...back.timestamps]).toEqual(timestamps);
      }),
    );
  });

  test('keep the order of their numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 2 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const back = roundTrip(samplesOf(sorted)).values;
        expect([...back]).toEqual([...back].toSorted((a, b) => a - b));
      }),
    );
  });

  test('are exact where there is nothing to cut', () => {
    const exact = [0, 1, -1, 2, 0.5, 100, 8191, 1 / 1024, Number.POSITIVE_INFINITY];
    expect([...roundTrip(samplesOf(exact)).values]).toEqual(exact);
  });

  test('tell a missing number from an unlimited side', () => {
    const lower = Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY, 3);
    const upper = Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, 4);
    const back = roundTrip(samplesOf([1, 2, 3.5], { lower, upper }));
    expect([...back.lower]).toEqual([...lower]);
    expect([...back.upper]).toEqual([...upper]);
  });

  test('still move where a series is narrow for its height', () => {
    const values = Array.from({ length: 200 }, (_, i) => 1e9 + Math.sin(i) * 10);
    const back = roundTrip(samplesOf(values)).values;
    const farthest = Math.max(...values.map((value, i) => Math.abs(value - back[i]!)));
    expect(farthest).toBeLessThan(0.01); // of a swing of 20
  });

  test('may be none', () => {
    expect(roundTrip(samplesOf([])).timestamps).toHaveLength(0);
  });
});

describe('samples that make no chart are refused', () => {
  test('columns of different lengths', () => {
    const samples = samplesOf([1, 2], { upper: Float64Array.of(1) });
    expect(() => encodeSamples(samples)).toThrow('1 of upper for 2 timestamps');
  });

  test.each([
    ['going back', [START, START - 1]],
    ['standing still', [START, START]],
    ['in fractions of a ms', [START, START + 0.5]],
    ['that are none', [START, Number.NaN]],
  ])('times %s', (_, timestamps) => {
    expect(() => encodeSamples(samplesOf([1, 2], {}, timestamps))).toThrow(
      'timestamps must be whole, ascending ms',
    );
  });

  test('bytes that end too early', () => {
    const bytes = encodeSamples(samplesOf([1, 2, 3]));
    expect(() => decodeSamples(bytes.subarray(0, -1))).toThrow('the samples end too early');
  });
});

function expectNear(actual: number, wanted: number): void {
  if (!Number.isFinite(wanted) || wanted === 0) {
    expect(actual === wanted || Number.isNaN(wanted) === Number.isNaN(actual)).toBe(true);
    return;
  }
  expect(Math.sign(actual)).toBe(Math.sign(wanted));
  // Below the smallest normal number there are fewer bits to begin with.
  const most = Math.max(Math.abs(wanted) * RELATIVE_ERROR, Number.MIN_VALUE);
  // Exact at twice the size too, where the greatest number would overflow.
  expect(Math.abs(actual / 2 - wanted / 2)).toBeLessThanOrEqual(most / 2 + Number.MIN_VALUE);
}
