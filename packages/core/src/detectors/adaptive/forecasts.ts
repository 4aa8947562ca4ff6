import type { Calendar } from './calendar.ts';
import { type History, RECENT_SLOTS } from './history.ts';

/**
 * What may come next, by simple forecasts of different kinds. None is right for every metric; how much each
 * is believed follows from how well it has done on this one.
 *
 * - `last`: the value before (a random walk);
 * - `recent`: the mean of the last twelve slots;
 * - `week`: the mean of the last seven days;
 * - `sameTime`: the median of the same time on the last seven days;
 * - `dailyStep`: the value before, moved as the same time of day usually moves;
 * - `weeklyStep`: the recent mean, moved as the same time of last week did.
 */
export const FORECASTS = ['last', 'recent', 'week', 'sameTime', 'dailyStep', 'weeklyStep'] as const;

/** Where the series stands: its last sample. */
export interface LastSample {
  readonly timestamp: number;
  readonly units: number;
}

/** Writes the forecasts for a moment, in units and in the order of FORECASTS; NaN where one has none. */
export function forecast(
  into: Float64Array,
  slot: number,
  { history, calendar, last }: { history: History; calendar: Calendar; last: LastSample },
): void {
  const past = history.lookBack(slot);
  const recent = history.recentAt(slot);
  // A value from long ago says nothing about now; at first there is none.
  const lastSlot = Number.isNaN(last.units) ? Number.NaN : calendar.slotOf(last.timestamp);
  const near = slot - lastSlot <= RECENT_SLOTS ? last.units : Number.NaN;
  const step = slot === lastSlot ? 0 : past.sameTime - history.sameTimeAt(lastSlot);
  into[0] = near;
  into[1] = recent;
  into[2] = past.week;
  into[3] = past.sameTime;
  into[4] = near + (calendar.slotsPerDay === 1 ? Number.NaN : step);
  into[5] = recent + past.lastWeekStep;
}
