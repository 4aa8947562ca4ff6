import type { BacktestSeries } from '@plumbline/core';

/** Series of one clock, which are looked back on together. */
export interface Estate {
  readonly series: readonly BacktestSeries[];
  /** Timestamps of the first and the last sample to judge, ms since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Series that end within so long of each other, ms, belong to one clock. */
const SAME_END_MS = 24 * 3_600_000;

/**
 * Series by the time at which they end. Those of an account all go on until now, and are one estate: they share slots,
 * messages and the budget of pages. Files may come from anywhere, and one that ends a month before another has not
 * gone silent.
 *
 * @param lengthMs - what is to be judged at the end of each, ms
 */
export function estatesOf(series: readonly BacktestSeries[], lengthMs: number): readonly Estate[] {
  const byEnd = [...series].sort((a, b) => lastOf(b) - lastOf(a));
  const groups: BacktestSeries[][] = [];
  for (const each of byEnd) {
    const newest = groups.at(-1)?.[0];
    if (newest !== undefined && lastOf(newest) - lastOf(each) <= SAME_END_MS) {
      groups.at(-1)!.push(each);
    } else groups.push([each]);
  }
  return groups.map((group) => {
    const lastMs = lastOf(group[0]!);
    const first = Math.min(...group.map(({ samples }) => samples.timestamps[0]!));
    return {
      series: series.filter((each) => group.includes(each)),
      firstMs: Math.max(first, lastMs - lengthMs + 1),
      lastMs,
    };
  });
}

function lastOf({ samples }: BacktestSeries): number {
  return samples.timestamps.at(-1)!;
}
