import { keyOf, type WatchedSeries } from './monitor.ts';
import type { SeriesState } from './shard-state.ts';
import type { Note } from './stage.ts';

/**
 * A series that is watched no more keeps its model for a day, for it may be back, and the rest for two
 * weeks, as CloudWatch keeps the names of metrics without data.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
 */
const MODEL_KEPT_MS = 24 * 3_600_000;
const SERIES_KEPT_MS = 14 * 24 * 3_600_000;

/**
 * What a shard is to remember of its series: all of those that are watched, and less and less of those
 * that are gone. Where hosts come and go it would grow for ever, until no function could hold it.
 *
 * @param nowMs - the moment of the run, ms since the epoch
 */
export function forget(
  series: ReadonlyMap<string, SeriesState>,
  watched: readonly WatchedSeries[],
  nowMs: number,
): { readonly series: ReadonlyMap<string, SeriesState>; readonly notes: readonly Note[] } {
  const isWatched = new Set(watched.map(keyOf));
  const kept = new Map<string, SeriesState>();
  const notes: Note[] = [];
  for (const [key, state] of series) {
    const age = nowMs - state.learnedUntil;
    if (isWatched.has(key) || age <= MODEL_KEPT_MS) kept.set(key, state);
    else if (age <= SERIES_KEPT_MS) kept.set(key, withoutModel(state));
    else if (state.alert.phase === 'firing') {
      const message = 'watched no more for two weeks: forgotten, with an alert that was still open';
      notes.push({ kind: 'series-forgotten', series: key, message });
    }
  }
  return { series: kept, notes };
}

function withoutModel(state: SeriesState): SeriesState {
  return { ...state, snapshotKey: '', snapshot: new Float64Array(0) };
}
