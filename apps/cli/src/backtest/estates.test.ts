import type { Monitor, Series } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { estatesOf, type ReadSeries } from './estates.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 0, 31);

/** A series with a sample an hour for some days until then. */
function series(
  id: string,
  endMs: number,
  { days = 5, readUntil = undefined as number | undefined } = {},
): ReadSeries {
  const timestamps = Float64Array.from(
    { length: days * 24 },
    (_, i) => endMs - (days * 24 - 1 - i) * HOUR_MS,
  );
  const watched = { monitor: { name: id } as Monitor, series: { id } as Series };
  return { watched, samples: { timestamps, values: timestamps.map(() => 1) }, readUntil };
}

const shown = (all: readonly ReadSeries[], lengthMs = 2 * DAY_MS) =>
  estatesOf(all, lengthMs).map(({ series: some, firstMs, lastMs }) => ({
    ids: some.map(({ watched }) => watched.series.id),
    firstMs,
    lastMs,
  }));

describe('series of an account', () => {
  test('are one estate until now, also those whose last sample is of last week', () => {
    const readUntil = NOW;
    const dead = series('dead', NOW - 7 * DAY_MS, { readUntil });
    const alive = series('alive', NOW, { readUntil });
    expect(shown([dead, alive])).toEqual([
      { ids: ['dead', 'alive'], firstMs: NOW - 2 * DAY_MS + 1, lastMs: NOW },
    ]);
    expect(shown([dead])).toEqual([{ ids: ['dead'], firstMs: NOW - 2 * DAY_MS + 1, lastMs: NOW }]);
  });
});

describe('files', () => {
  test('that end within a day of each other are one estate, others are others', () => {
    const files = [
      series('a', NOW - 20 * HOUR_MS),
      series('old', NOW - 40 * DAY_MS),
      series('b', NOW),
    ];
    expect(shown(files)).toEqual([
      { ids: ['a', 'b'], firstMs: NOW - 2 * DAY_MS + 1, lastMs: NOW },
      { ids: ['old'], firstMs: NOW - 42 * DAY_MS + 1, lastMs: NOW - 40 * DAY_MS },
    ]);
  });

  test('that are shorter are judged from their first sample on', () => {
    const [estate] = shown([series('a', NOW, { days: 1 })]);
    expect(estate!.firstMs).toBe(NOW - 23 * HOUR_MS);
  });
});
