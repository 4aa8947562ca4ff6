import { type Backtest, type BacktestSeries, keyOf, type Note } from '@plumbline/core';
import { nameOf } from '../local-series.ts';
import type { Problem } from '../problem.ts';
import { plural } from '../view/text.ts';

/** What keeps a series from being judged; what a run says else, such as of silences, is how it should be. */
const FAILURES: readonly Note['kind'][] = ['read-failed', 'series-failed'];
const NOTES: readonly Note['kind'][] = ['budget-overspent', 'skipped-ahead', 'series-quarantined'];

/** What the runs of a look back said that a person should know. */
export function problemsOfNotes(
  notes: Backtest['notes'],
  series: readonly BacktestSeries[],
): Problem[] {
  const names = new Map(series.map(({ watched }) => [keyOf(watched), nameOf(watched.series)]));
  return notes.flatMap(({ kind, series: key = '', message, slots }): Problem[] => {
    const isFailure = FAILURES.includes(kind);
    if (!isFailure && !NOTES.includes(kind)) return [];
    const where = names.get(key) ?? 'all series';
    const often = slots > 1 ? `${message} (in ${plural(slots, 'slot')})` : message;
    return [{ where, message: often, level: isFailure ? 'failed' : 'note' }];
  });
}
