import {
  combine,
  createArena,
  createCalendar,
  createHistory,
  createOwnTail,
  createRecurrence,
  createRoutine,
  createSpread,
  createValueScale,
  createViews,
  FORECASTS,
  forecast,
  VIEWS,
} from '@plumbline/core/testing';
import { periodOf } from '../contenders.ts';
import type { LabelledSeries } from '../corpus.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

/** What parts of the adaptive detector say of each row, each without the parts that come after it. */
export interface PartScores {
  /** The mean surprise of the forecasts, in deviations. */
  readonly surprise: Float64Array;
  /** The views against their own tails, as a root of squares. */
  readonly views: Float64Array;
  /** The same, less what is routine. */
  readonly afterRoutine: Float64Array;
  /** The same, less for the n-th of its kind. */
  readonly afterRecurrence: Float64Array;
}

const known = new WeakMap<LabelledSeries, PartScores>();

/** Furnished with the rooms of the detector itself, so that what is measured is what ships. */
export function partScores(series: LabelledSeries): PartScores {
  let scores = known.get(series);
  if (scores === undefined) {
    scores = goThrough(series);
    known.set(series, scores);
  }
  return scores;
}

function goThrough(series: LabelledSeries): PartScores {
  const periodMs = periodOf(series);
  const weekSamples = Math.max(7, Math.round(WEEK_MS / periodMs));
  const arena = createArena();
  const calendar = createCalendar(periodMs, 'UTC');
  const scale = createValueScale(arena);
  const history = createHistory(arena, calendar);
  const spread = createSpread(arena, calendar, weekSamples);
  const views = createViews(arena, { calendar, history, weekSamples });
  const tails = VIEWS.map(() => createOwnTail(arena));
  const routine = createRoutine(arena, calendar);
  const recurrence = createRecurrence(arena);
  let last = { timestamp: Number.NEGATIVE_INFINITY, units: Number.NaN };

  const rows = series.values.length;
  const scores = {
    surprise: new Float64Array(rows),
    views: new Float64Array(rows),
    afterRoutine: new Float64Array(rows),
    afterRecurrence: new Float64Array(rows),
  };
  series.values.forEach((value, row) => {
    const timestamp = series.timestamps[row]!;
    if (Number.isNaN(value) || !(timestamp > last.timestamp)) return;
    scale.anchor(value);
    const units = scale.toUnits(value);
    const slot = calendar.slotOf(timestamp);
    const part = calendar.partOf(timestamp);
    const forecasts = new Float64Array(FORECASTS.length);
    forecast(forecasts, slot, { history, calendar, last });
    const combination = combine(forecasts, spread, { part, floor: scale.noiseFloor() });
    const seen = new Float64Array(VIEWS.length);
    views.look(seen, slot, units);
    const squares = seen.reduce((sum, distance, i) => {
      const ratio = distance / Math.max(tails[i]!.yardstick(), scale.noiseFloor(views.slots[i]));
      return Number.isNaN(ratio) ? sum : sum + ratio * ratio;
    }, 0);
    const strength = Math.sqrt(squares);
    const unusual = routine.discount(strength, timestamp);
    scores.surprise[row] = combination.deviations(units);
    scores.views[row] = strength;
    scores.afterRoutine[row] = unusual;
    scores.afterRecurrence[row] = recurrence.discount(unusual);

    tails.forEach((tail, i) => {
      if (!Number.isNaN(seen[i])) tail.learn(seen[i]!);
    });
    routine.learn(strength, timestamp);
    recurrence.learn(unusual, timestamp);
    spread.learn(forecasts, part, units);
    views.learn(units);
    scale.learn(value);
    history.learn(slot, units);
    last = { timestamp, units };
  });
  return scores;
}
