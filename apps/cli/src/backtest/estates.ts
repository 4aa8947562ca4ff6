import type { BacktestSeries } from '@plumbline/core';

/** A series that was read, and up to where it would have been, ms since the epoch; of a file nobody knows. */
export interface ReadSeries extends BacktestSeries {
  readonly readUntil: number | undefined;
}

/** Series of one clock, which are looked back on together. */
export interface Estate {
  readonly series: readonly BacktestSeries[];
  /** Timestamps of the first and the last sample to judge, ms since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Files that end within so long of each other, ms, belong to one clock. */
const SAME_END_MS = 24 * 3_600_000;

/**
 * Series by the time at which they end. Those of an account go on until now, also where the last sample of one is from
 * last week, and are one estate: they share slots, messages and the budget of pages. Files may come from anywhere, and
 * one that ends a month before another has not gone silent.
 *
 * @param lengthMs - what is to be judged at the end of each, ms
 */
export function estatesOf(series: readonly ReadSeries[], lengthMs: number): readonly Estate[] {
  const groups: { readonly lastMs: number; readonly series: ReadSeries[] }[] = [];
  const inAccount = series.filter(({ readUntil }) => readUntil !== undefined);
  if (inAccount.length > 0) {
    const lastMs = Math.max(...inAccount.map(({ readUntil = 0 }) => readUntil));
    groups.push({ lastMs, series: inAccount });
  }
  let newest: (typeof groups)[number] | undefined;
  const inFiles = series.filter(({ readUntil }) => readUntil === undefined);
  for (const each of inFiles.sort((a, b) => endOf(b) - endOf(a))) {
    if (newest === undefined || newest.lastMs - endOf(each) > SAME_END_MS) {
      newest = { lastMs: endOf(each), series: [] };
      groups.push(newest);
    }
    newest.series.push(each);
  }
  return groups.map(({ lastMs, series: group }) => {
    const first = Math.min(...group.map(({ samples }) => samples.timestamps[0]!));
    return {
      series: series.filter((each) => group.includes(each)),
      firstMs: Math.max(first, lastMs - lengthMs + 1),
      lastMs,
    };
  });
}

function endOf({ samples }: BacktestSeries): number {
  return samples.timestamps.at(-1)!;
}
