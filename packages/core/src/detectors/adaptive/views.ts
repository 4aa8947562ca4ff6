import type { Arena } from './arena.ts';
import type { Calendar } from './calendar.ts';
import { type History, RECENT_SLOTS } from './history.ts';

const HOUR_MS = 3_600_000;
/** Slots a mean needs to be one. */
const FEWEST_SLOTS = 3;
/** A day as a mean of fewer slots than these says no more than its values do. */
const FEWEST_SLOTS_OF_DAY = 4;
/** The level is a mean over so many weeks. */
const LEVEL_WEEKS = 4;

/**
 * How the series looks in several ways, each as a distance from what is usual, in units and >= 0; NaN where
 * the past does not reach.
 *
 * - `level`: the value against the level of four weeks;
 * - `hour`: the mean of an hour against that level;
 * - `shift`: the mean of twelve slots against the 200 before (an hour against the last 17, at five minutes);
 * - `drift`: the mean of 36 slots against the 600 before (three hours against two days);
 * - `sameTime`: the value against the same time on the last seven days;
 * - `day`: the mean of a day against the level.
 */
export const VIEWS = ['level', 'hour', 'shift', 'drift', 'sameTime', 'day'] as const;

export interface Views {
  /** Of how many slots each view is a mean. */
  readonly slots: readonly number[];
  /** Of how many slots it is held against the mean of; NaN where it is not held against one. */
  readonly against: readonly number[];
  look(into: Float64Array, slot: number, units: number): void;
  /** What each view sees, and what is usual for it, the one after the other: what it is the distance of. */
  compare(into: Float64Array, slot: number, units: number): void;
  learn(units: number): void;
}

export function createViews(
  arena: Arena,
  { calendar, history, weekSamples }: { calendar: Calendar; history: History; weekSamples: number },
): Views {
  const [SAMPLES, LEVEL] = [0, 1] as const;
  const state = arena.doubles(2);
  const hour = Math.min(
    RECENT_SLOTS,
    Math.max(FEWEST_SLOTS, Math.round(HOUR_MS / calendar.slotMs)),
  );
  const day = calendar.slotsPerDay;
  const compare = (into: Float64Array, slot: number, units: number): void => {
    const level = state[SAMPLES] === 0 ? Number.NaN : state[LEVEL]!;
    const past = history.lookBack(slot);
    into[0] = units;
    into[1] = level;
    into[2] = history.meanWith(slot, hour, units);
    into[3] = level;
    into[4] = history.meanWith(slot, 12, units);
    into[5] = past.before12;
    into[6] = history.meanWith(slot, 36, units);
    into[7] = past.before36;
    into[8] = units;
    into[9] = past.sameTime;
    into[10] = day < FEWEST_SLOTS_OF_DAY ? Number.NaN : history.meanWith(slot, day, units);
    into[11] = level;
  };
  const compared = new Float64Array(2 * VIEWS.length);
  const level = LEVEL_WEEKS * 7 * day;
  return {
    slots: [1, hour, 12, 36, 1, day],
    against: [level, level, 200, 600, Number.NaN, level],
    compare,
    look(into, slot, units) {
      compare(compared, slot, units);
      for (let i = 0; i < VIEWS.length; i++)
        into[i] = Math.abs(compared[2 * i]! - compared[2 * i + 1]!);
    },
    learn(units) {
      state[SAMPLES]! += 1;
      state[LEVEL]! +=
        (units - state[LEVEL]!) / Math.min(state[SAMPLES]!, LEVEL_WEEKS * weekSamples);
    },
  };
}
