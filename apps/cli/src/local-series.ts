import { type Monitor, messageOf, type Series, type WatchedSeries } from '@plumbline/core';
import type { CsvMetricSource } from '@plumbline/core/files';

/** Something about the input that a person should know. */
export interface Problem {
  /** The file, or the monitor. */
  readonly where: string;
  readonly message: string;
  /** Something could not be looked at: the command does not end as a success. */
  readonly fatal: boolean;
}

/** The series of all monitors. A monitor without any is a problem, and the others go on. */
export async function discoverSeries(
  monitors: readonly Monitor[],
  source: CsvMetricSource,
): Promise<{ readonly watched: WatchedSeries[]; readonly problems: Problem[] }> {
  const watched: WatchedSeries[] = [];
  const problems: Problem[] = [];
  for (const monitor of monitors) {
    const where = `monitor "${monitor.name}"`;
    try {
      const found = await source.discover(monitor.source);
      watched.push(...found.map((series) => ({ monitor, series })));
      if (found.length > 0) continue;
      const path = monitor.source.kind === 'csv' ? monitor.source.path : '';
      problems.push({ where, message: `no file matches ${path}`, fatal: true });
    } catch (error) {
      problems.push({ where, message: messageOf(error), fatal: true });
    }
  }
  return { watched, problems };
}

/** The file of a series. */
export function nameOf({ locator, id }: Series): string {
  return locator.kind === 'csv' ? locator.path : id;
}

export interface ReplaySpan {
  readonly samples: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly problems: readonly Problem[];
}

/** The last part of a file, which is replayed; what is before it is history. */
export function replaySpan(source: CsvMetricSource, series: Series, replayMs: number): ReplaySpan {
  const where = nameOf(series);
  try {
    const { samples, problems } = source.contents(series);
    const { timestamps } = samples;
    const lastMs = timestamps.at(-1) ?? 0;
    const notes = problems.map(({ rows, line, message }) => ({
      where,
      message: `line ${line}: ${message}${rows > 1 ? `, and ${rows - 1} more such` : ''}`,
      fatal: false,
    }));
    if (timestamps.length === 0) notes.push({ where, message: 'holds no samples', fatal: false });
    return {
      samples: timestamps.length,
      firstMs: Math.max(timestamps[0] ?? 0, lastMs - replayMs + 1),
      lastMs,
      problems: notes,
    };
  } catch (error) {
    const problem = { where, message: messageOf(error), fatal: true };
    return { samples: 0, firstMs: 0, lastMs: 0, problems: [problem] };
  }
}
