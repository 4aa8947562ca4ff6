import type { Arena } from './arena.ts';
import type { Calendar } from './calendar.ts';

const WEEK_DAYS = 7;
/** Slots remembered beyond the week, so that a week ago has its surroundings. */
const MARGIN = 16;
/** Slots that are summed as one. */
const BLOCK = 32;
const UNKNOWN = -1;
/** Slots that count as now: an hour of five-minute samples. */
export const RECENT_SLOTS = 12;

/** What the past says about one slot, in units; NaN where it has nothing to say. */
export interface LookBack {
  /** Mean of the week before. */
  readonly week: number;
  /** Median of the same slot on the seven days before. */
  readonly sameTime: number;
  /** How the same slot of last week stood to the twelve slots before it. */
  readonly lastWeekStep: number;
  /** Mean of the 200 slots before the last twelve, and of the 600 before the last 36. */
  readonly before12: number;
  readonly before36: number;
}

/** The mean value of each slot of the last seven days. */
export interface History {
  /** Number of the newest slot with a sample; -1 at first. */
  readonly newest: number;
  lookBack(slot: number): LookBack;
  /** Mean of the twelve slots before, and of what there is of this one. */
  recentAt(slot: number): number;
  /** Median of the same slot on the seven days before it. */
  sameTimeAt(slot: number): number;
  /**
   * Mean over so many slots up to this one, were a sample of this value to come in it; NaN when more than half of
   * those before are missing.
   */
  meanWith(slot: number, slots: number, units: number): number;
  learn(slot: number, units: number): void;
}

export function createHistory(arena: Arena, { slotsPerDay }: Calendar): History {
  const week = WEEK_DAYS * slotsPerDay;
  const capacity = capacityOf(slotsPerDay);
  const ring = arena.floats(capacity, Number.NaN);
  const [NEWEST, SAMPLES] = [0, 1] as const;
  const state = arena.doubles(2); // the newest slot, and how many samples its mean rests on
  state[NEWEST] = -1;

  const at = (slot: number): number => {
    const newest = state[NEWEST]!;
    return slot > newest || slot <= newest - capacity || slot < 0
      ? Number.NaN
      : ring[slot % capacity]!;
  };
  let count = 0; // of the last sum
  const sumOfSingles = (from: number, to: number): number => {
    let total = 0;
    for (let place = from; place < to; place++) {
      const units = ring[place]!;
      if (Number.isNaN(units)) continue;
      total += units;
      count += 1;
    }
    return total;
  };
  // A week is summed for each sample: of a block that has not changed the sum is known. Always that of its places in
  // their order, so that a model that was restored sums as one that was not.
  const blocks = Math.floor(capacity / BLOCK);
  const totals = new Float64Array(blocks);
  const counts = new Int32Array(blocks).fill(UNKNOWN);
  const write = (place: number, units: number): void => {
    ring[place] = units;
    const block = Math.floor(place / BLOCK);
    if (block < blocks) counts[block] = UNKNOWN;
  };
  const sumOfBlock = (block: number): number => {
    if (counts[block] === UNKNOWN) {
      const before = count;
      count = 0;
      totals[block] = sumOfSingles(block * BLOCK, (block + 1) * BLOCK);
      counts[block] = count;
      count = before;
    }
    count += counts[block]!;
    return totals[block]!;
  };
  const sumOfPlaces = (from: number, to: number): number => {
    const [first, end] = [Math.ceil(from / BLOCK), Math.floor(to / BLOCK)];
    if (first >= end) return sumOfSingles(from, to);
    let total = sumOfSingles(from, first * BLOCK);
    for (let block = first; block < end; block++) total += sumOfBlock(block);
    return total + sumOfSingles(end * BLOCK, to);
  };
  const sum = (first: number, last: number): number => {
    count = 0;
    const newest = state[NEWEST]!;
    const start = Math.max(first, newest - capacity + 1, 0);
    const slots = Math.min(last, newest) - start + 1;
    if (!(slots > 0)) return 0;
    const from = start % capacity;
    const beforeWrap = Math.min(slots, capacity - from);
    return sumOfPlaces(from, from + beforeWrap) + sumOfPlaces(0, slots - beforeWrap);
  };
  const mean = (first: number, last: number): number => {
    const total = sum(first, last);
    return count === 0 ? Number.NaN : total / count;
  };

  const days = new Float64Array(WEEK_DAYS);
  const sameTimeAt = (slot: number): number => {
    if (slotsPerDay === 1) return Number.NaN;
    let present = 0;
    for (let day = 1; day <= WEEK_DAYS; day++) {
      const units = at(slot - day * slotsPerDay);
      if (Number.isNaN(units)) continue;
      let place = present++;
      for (; place > 0 && days[place - 1]! > units; place--) days[place] = days[place - 1]!;
      days[place] = units;
    }
    if (present === 0) return Number.NaN;
    const middle = present >> 1;
    return present % 2 === 1 ? days[middle]! : (days[middle - 1]! + days[middle]!) / 2;
  };

  // Samples of one slot look back on the same past.
  let known: LookBack | undefined;
  let knownSlot = -1;
  let knownNewest = -1;
  return {
    get newest() {
      return state[NEWEST]!;
    },
    sameTimeAt,
    recentAt: (slot) => mean(slot - RECENT_SLOTS, slot),
    lookBack(slot) {
      const newest = state[NEWEST]!;
      if (known === undefined || slot !== knownSlot || newest !== knownNewest) {
        const ago = slot - week;
        known = {
          week: mean(slot - week, slot - 1),
          sameTime: sameTimeAt(slot),
          lastWeekStep: mean(ago - 1, ago + 1) - mean(ago - RECENT_SLOTS, ago - 1),
          before12: mean(slot - 211, slot - 12),
          before36: mean(slot - 635, slot - 36),
        };
        knownSlot = slot;
        knownNewest = newest;
      }
      return known;
    },
    meanWith(slot, slots, units) {
      const before = mean(slot - slots + 1, slot - 1);
      if (2 * count < slots - 1) return Number.NaN;
      const own = at(slot);
      const current = !Number.isNaN(own)
        ? (own * state[SAMPLES]! + units) / (state[SAMPLES]! + 1)
        : units;
      return (before * (slots - 1) + current) / slots;
    },
    learn(slot, units) {
      const newest = state[NEWEST]!;
      if (slot > newest) {
        const first = newest < 0 ? slot : Math.max(newest + 1, slot - capacity + 1);
        for (let missed = first; missed < slot; missed++) write(missed % capacity, Number.NaN);
        write(slot % capacity, units);
        state[NEWEST] = slot;
        state[SAMPLES] = 1;
        return;
      }
      // Within the newest slot; or in the hour that a clock has twice, which is one hour here.
      const place = newest % capacity;
      const samples = state[SAMPLES]!;
      write(place, (ring[place]! * samples + units) / (samples + 1));
      state[SAMPLES] = samples + 1;
    },
  };
}

/** Slots that are remembered. */
export function capacityOf(slotsPerDay: number): number {
  return WEEK_DAYS * slotsPerDay + MARGIN;
}
