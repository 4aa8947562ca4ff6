import { describe, expect, test } from 'vitest';
import { packSamples } from '../pack-samples.ts';
import { unpack } from './unpack.ts';

const PERIOD_MS = 300_000;

function samplesAt(timestamps: readonly number[]) {
  const column = Float64Array.from(timestamps, (_, i) => i + 1);
  const { NEGATIVE_INFINITY } = Number;
  return {
    timestamps: Float64Array.from(timestamps),
    values: column,
    expected: column,
    lower: column.map(() => NEGATIVE_INFINITY),
    upper: column,
  };
}

describe('what was packed into the page', () => {
  test('is the same samples when it is unpacked', () => {
    const samples = samplesAt([0, 1, 2, 3].map((i) => i * PERIOD_MS));
    expect(unpack(packSamples(samples), PERIOD_MS)).toEqual(samples);
  });

  test('has a row without numbers in each gap, so that no line crosses it', () => {
    const samples = samplesAt([0, 1, 5, 6].map((i) => i * PERIOD_MS));
    const columns = unpack(packSamples(samples), PERIOD_MS);
    expect([...columns.timestamps]).toEqual([0, 1, 2, 5, 6].map((i) => i * PERIOD_MS));
    expect([...columns.values]).toEqual([1, 2, Number.NaN, 3, 4]);
    expect([...columns.lower].map(Number.isNaN)).toEqual([false, false, true, false, false]);
  });

  test('has no gaps where samples simply come more seldom than the monitor looks', () => {
    const samples = samplesAt([0, 2, 4, 6, 12].map((i) => i * PERIOD_MS));
    const columns = unpack(packSamples(samples), PERIOD_MS);
    expect([...columns.timestamps]).toEqual([0, 2, 4, 6, 8, 12].map((i) => i * PERIOD_MS));
  });

  test('has no gap where a sample is merely late', () => {
    const samples = samplesAt([0, 1, 2.4, 3].map((i) => i * PERIOD_MS));
    expect(unpack(packSamples(samples), PERIOD_MS).values).toHaveLength(4);
  });
});
