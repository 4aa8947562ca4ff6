import type { Arena } from './arena.ts';
import type { Calendar } from './calendar.ts';

const DAYS = 7;
/** Today is kept beside them. */
const KEPT = DAYS + 1;
/** With fewer parts a day has no time to be routine at. */
const FEWEST_PARTS = 4;
/** What happens at its time every day as strongly is taken for so much less. */
const DISCOUNT = 0.8;

/**
 * What happens at its time of day is routine: a backup at 02:00, a report on the hour. Remembers how strong the
 * rarity was in each part of the last seven days; what was as strong on two of them, at this time or half an
 * hour beside it, is worth a fifth.
 */
export interface Routine {
  discount(strength: number, timestamp: number): number;
  /** How strong it was at this time of day, on the second strongest of the last seven days. */
  habitAt(timestamp: number): number;
  /** @param days - how many days, up to this one, it counts for; 1 unless told */
  learn(strength: number, timestamp: number, days?: number): void;
}

export function createRoutine(arena: Arena, calendar: Calendar): Routine {
  const parts = calendar.partsPerDay;
  const strongest = arena.floats(KEPT * parts);
  const TODAY = 0;
  const state = arena.doubles(1, Number.NaN);

  /** Strongest in a part of a day; parts before 0 and after the last belong to the days beside. */
  const at = (day: number, part: number): number => {
    const its = day + Math.floor(part / parts);
    const today = state[TODAY]!;
    if (!(its <= today && its > today - KEPT)) return 0;
    return strongest[rowOf(its) * parts + ((part + parts) % parts)]!;
  };

  const habitAt = (timestamp: number): number => {
    const [day, part] = [calendar.dayOf(timestamp), calendar.partOf(timestamp)];
    let most = 0;
    let second = 0;
    for (let ago = 1; ago <= DAYS; ago++) {
      let then = 0;
      for (let beside = -1; beside <= 1; beside++) {
        // The part before on the day after is today: not yet a habit.
        if (part + beside >= parts && ago === 1) continue;
        then = Math.max(then, at(day - ago, part + beside));
      }
      second = Math.max(second, Math.min(most, then));
      most = Math.max(most, then);
    }
    return second;
  };

  return {
    habitAt: (timestamp) => (parts < FEWEST_PARTS ? 0 : habitAt(timestamp)),
    discount(strength, timestamp) {
      if (parts < FEWEST_PARTS || !(strength > 0)) return strength;
      return strength * (1 - DISCOUNT * Math.min(1, habitAt(timestamp) / strength));
    },
    learn(strength, timestamp, days = 1) {
      const [day, part] = [calendar.dayOf(timestamp), calendar.partOf(timestamp)];
      const today = state[TODAY]!;
      if (day > today || Number.isNaN(today)) {
        const first = Number.isNaN(today) ? day - DAYS : Math.max(today + 1, day - DAYS);
        for (let its = first; its <= day; its++) {
          const place = rowOf(its) * parts;
          strongest.fill(0, place, place + parts);
        }
        state[TODAY] = day;
      }
      for (let ago = 0; ago < Math.min(days, KEPT); ago++) {
        const place = rowOf(day - ago) * parts + part;
        strongest[place] = Math.max(strongest[place]!, strength);
      }
    },
  };
}

function rowOf(day: number): number {
  return ((day % KEPT) + KEPT) % KEPT;
}
