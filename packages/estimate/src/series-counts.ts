import type { Monitor } from '@plumbline/core';
import { discovers } from './monitors.ts';

/** How many series a monitor has, and who says so. */
export interface SeriesCount {
  /** That exist, which may be more than are watched. */
  readonly found: number;
  readonly by: 'said' | 'account';
}

/** As a bill counts a monitor. */
export interface CountedSeries {
  /** That are watched. */
  readonly watched: number;
  readonly found: number;
  /** `assumed`: nobody has counted what `*` finds, so that it is as many as it may be. `named`: it is one metric. */
  readonly by: 'named' | 'assumed' | SeriesCount['by'];
}

export function countSeries(monitor: Monitor, count: SeriesCount | undefined): CountedSeries {
  if (!discovers(monitor)) return { watched: 1, found: 1, by: 'named' };
  const most = monitor.maxSeries ?? Number.POSITIVE_INFINITY;
  if (count !== undefined) return { ...count, watched: Math.min(count.found, most) };
  const assumed = monitor.maxSeries ?? 1;
  return { watched: assumed, found: assumed, by: 'assumed' };
}
