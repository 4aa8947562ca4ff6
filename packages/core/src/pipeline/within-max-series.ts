import { catchUpMs, keyOf, type Monitor, type WatchedSeries } from './monitor.ts';
import type { SeriesState } from './shard-state.ts';
import type { Note } from './stage.ts';

/**
 * Of each monitor's series no more than it may watch. Those that are watched and alive stay, so that no
 * new name, which somebody else may have chosen, takes the place of one of them; then come new ones,
 * then those that have fallen silent, and otherwise the order is kept.
 *
 * @param stateOf - what is remembered of a series, by its key; nothing unless told
 * @param nowMs - the moment that silence is measured from, ms since the epoch
 */
export function withinMaxSeries(
  watched: readonly WatchedSeries[],
  stateOf: (key: string) => SeriesState | undefined = () => undefined,
  nowMs = 0,
): { readonly watched: readonly WatchedSeries[]; readonly notes: readonly Note[] } {
  const byMonitor = new Map<Monitor, WatchedSeries[]>();
  for (const each of watched) {
    const own = byMonitor.get(each.monitor);
    if (own === undefined) byMonitor.set(each.monitor, [each]);
    else own.push(each);
  }
  const notes: Note[] = [];
  const left = new Set<WatchedSeries>();
  for (const [{ name, maxSeries = Number.POSITIVE_INFINITY }, own] of byMonitor) {
    if (own.length <= maxSeries) continue;
    const message = `${own.length} series match, ${own.length - maxSeries} are not watched: raise maxSeries, or name fewer`;
    notes.push({ kind: 'too-many-series', monitor: name, message });
    const ranks = new Map(own.map((each) => [each, rankOf(each, stateOf(keyOf(each)), nowMs)]));
    own.sort((a, b) => ranks.get(a)! - ranks.get(b)!);
    for (const each of own.slice(maxSeries)) left.add(each);
  }
  return { watched: left.size === 0 ? watched : watched.filter((each) => !left.has(each)), notes };
}

function rankOf({ monitor }: WatchedSeries, state: SeriesState | undefined, nowMs: number): number {
  if (state === undefined) return 1;
  const { learnedUntil, alert } = state;
  const isAlive = nowMs - monitor.settleMs - learnedUntil <= catchUpMs(monitor);
  return isAlive || alert.phase === 'firing' ? 0 : 2;
}
