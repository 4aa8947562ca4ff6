import { messageOf } from '../errors.ts';
import { locatorText } from '../ports/locator-text.ts';
import type { MetricSource, ReadOptions } from '../ports/metric-source.ts';
import type { Monitor, WatchedSeries } from './monitor.ts';
import type { Note } from './stage.ts';

/**
 * The series of all monitors, in the order of the monitors. One that finds nothing, more than it may
 * watch, or cannot look, is told in a note, and the others go on.
 */
export async function watchMonitors(
  monitors: readonly Monitor[],
  source: MetricSource,
  options: ReadOptions = {},
): Promise<{ readonly watched: readonly WatchedSeries[]; readonly notes: readonly Note[] }> {
  const found = await Promise.all(
    monitors.map((monitor) => watchMonitor(monitor, source, options)),
  );
  return {
    watched: found.flatMap(({ watched }) => watched),
    notes: found.flatMap(({ notes }) => notes),
  };
}

async function watchMonitor(
  monitor: Monitor,
  source: MetricSource,
  options: ReadOptions,
): Promise<{ readonly watched: readonly WatchedSeries[]; readonly notes: readonly Note[] }> {
  const { name, maxSeries = Number.POSITIVE_INFINITY } = monitor;
  try {
    const found = await source.discover(monitor.source, options);
    const watched = found.slice(0, maxSeries).map((series) => ({ monitor, series }));
    const notes: Note[] = [];
    if (found.length === 0) {
      const message = `nothing matches ${locatorText(monitor.source)}`;
      notes.push({ kind: 'nothing-found', monitor: name, message });
    }
    if (found.length > maxSeries) {
      const message = `${found.length} series match, ${found.length - maxSeries} are not watched: raise maxSeries, or name fewer`;
      notes.push({ kind: 'too-many-series', monitor: name, message });
    }
    return { watched, notes };
  } catch (error) {
    const retryable = !(error instanceof Error && 'retryable' in error) || error.retryable === true;
    const message = messageOf(error);
    return {
      watched: [],
      notes: [{ kind: 'discovery-failed', monitor: name, message, retryable }],
    };
  }
}
