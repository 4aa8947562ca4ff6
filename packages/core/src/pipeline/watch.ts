import { messageOf } from '../errors.ts';
import { locatorText } from '../ports/locator-text.ts';
import type {
  DiscoverOptions,
  Incomplete,
  MetricSource,
  ReadOptions,
} from '../ports/metric-source.ts';
import type { Monitor, WatchedSeries } from './monitor.ts';
import { shareOfTime } from './share-of-time.ts';
import type { Note } from './stage.ts';

/** Of the time left, what looking for series may take: what is known already is to be read as well. */
const DISCOVERY_SHARE = 0.25;

/**
 * The series of all monitors, in the order of the monitors. One that finds nothing, perhaps not all, or
 * cannot look, is told in a note, and the others go on.
 */
export async function watchMonitors(
  monitors: readonly Monitor[],
  source: MetricSource,
  { remainingMs = () => Number.POSITIVE_INFINITY }: ReadOptions = {},
): Promise<{ readonly watched: readonly WatchedSeries[]; readonly notes: readonly Note[] }> {
  const options = { remainingMs: shareOfTime(remainingMs, DISCOVERY_SHARE) };
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
  options: DiscoverOptions,
): Promise<{ readonly watched: readonly WatchedSeries[]; readonly notes: readonly Note[] }> {
  const { name } = monitor;
  const notes: Note[] = [];
  const onIncomplete = ({ reason, retryable }: Incomplete): void => {
    notes.push({ kind: 'discovery-incomplete', monitor: name, message: reason, retryable });
  };
  try {
    const found = await source.discover(monitor.source, { ...options, onIncomplete });
    const watched = found.map((series) => ({ monitor, series }));
    if (found.length === 0) {
      const message = `nothing matches ${locatorText(monitor.source)}`;
      notes.push({ kind: 'nothing-found', monitor: name, message });
    }
    return { watched, notes };
  } catch (error) {
    const retryable = !(error instanceof Error && 'retryable' in error) || error.retryable === true;
    const message = messageOf(error);
    notes.push({ kind: 'discovery-failed', monitor: name, message, retryable });
    return { watched: [], notes };
  }
}
