import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PERIOD_MS, samplesOf, timeOf } from '../testing/series.ts';
import { fillWithZero } from './fill.ts';
import { NO_SAMPLES, type Samples } from './samples.ts';

/** Filled from after one index, if one is known, up to before another. */
function filled(samples: Samples, after: number | undefined, until: number): Samples {
  const span = { after: after === undefined ? undefined : timeOf(after), until: timeOf(until) };
  return fillWithZero(samples, { ...span, periodMs: PERIOD_MS });
}

/** Its samples as [index, value]; a sample between two periods has a broken index. */
const indexed = ({ timestamps, values }: Samples): [number, number][] =>
  Array.from(values, (value, i) => [(timestamps[i]! - timeOf(0)) / PERIOD_MS, value]);

describe('filling with zero', () => {
  test('puts a 0 wherever a period has no sample: before, between and after', () => {
    const samples = samplesOf([NaN, NaN, 7, NaN, NaN, 9]);
    expect(indexed(filled(samples, 0, 8))).toEqual([
      [1, 0],
      [2, 7],
      [3, 0],
      [4, 0],
      [5, 9],
      [6, 0],
      [7, 0],
    ]);
  });

  test('leaves what has no gap as it is', () => {
    const samples = samplesOf([1, 2, 3]);
    expect(filled(samples, undefined, 3)).toEqual(samples);
  });

  test('of history begins with the first sample: of what was before nothing is known', () => {
    const samples = samplesOf([NaN, NaN, 7, NaN, 9]);
    expect(indexed(filled(samples, undefined, 6))).toEqual([
      [2, 7],
      [3, 0],
      [4, 9],
      [5, 0],
    ]);
  });

  test('where nothing is known, neither a sample nor one before, fills nothing', () => {
    expect(filled(NO_SAMPLES, undefined, 6)).toEqual(NO_SAMPLES);
  });

  test('without a sample, after one that is known, is all zeros', () => {
    expect(indexed(filled(NO_SAMPLES, 3, 6))).toEqual([
      [4, 0],
      [5, 0],
    ]);
    expect(indexed(filled(NO_SAMPLES, 3, 4))).toEqual([]);
  });

  test('a sample that comes a little early or late is the one of its period', () => {
    const withOneOff = (by: number): number[] => {
      const samples = {
        timestamps: Float64Array.of(timeOf(2) + by * PERIOD_MS, timeOf(4)),
        values: Float64Array.of(7, 9),
      };
      return indexed(filled(samples, 0, 5)).map(([, value]) => value);
    };
    expect(withOneOff(-0.4)).toEqual([0, 7, 0, 9]);
    expect(withOneOff(0.4)).toEqual([0, 7, 0, 9]);
    expect(withOneOff(0.6)).toEqual([0, 0, 7, 9]);
  });

  test('and periods are counted on from it', () => {
    const samples = { timestamps: Float64Array.of(timeOf(2) + 60_000), values: Float64Array.of(7) };
    expect(indexed(filled(samples, 1, 5))).toEqual([
      [2.2, 7],
      [3.2, 0],
      [4.2, 0],
    ]);
  });

  test('ends before its end, which is left out', () => {
    expect(indexed(filled(samplesOf([1]), undefined, 3)).at(-1)).toEqual([2, 0]);
    const span = { after: timeOf(0), until: timeOf(2) + 1, periodMs: PERIOD_MS };
    expect(indexed(fillWithZero(NO_SAMPLES, span))).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  test('keeps every sample, in order, with no period left out and none filled twice', () => {
    const values = fc.array(fc.option(fc.integer({ min: 1, max: 9 }), { nil: NaN }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, fc.nat({ max: 10 }), (given, more) => {
        const samples = samplesOf([NaN, ...given]);
        const all = indexed(filled(samples, 0, given.length + 1 + more));
        expect(all.map(([index]) => index)).toEqual(
          Array.from({ length: given.length + more }, (_, i) => i + 1),
        );
        expect(all.map(([, value]) => value)).toEqual([
          ...given.map((value) => (Number.isNaN(value) ? 0 : value)),
          ...new Array<number>(more).fill(0),
        ]);
      }),
    );
  });
});
