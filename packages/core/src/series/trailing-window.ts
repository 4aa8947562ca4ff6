import { checkOption } from '../errors.ts';

export interface TrailingWindowOptions {
  /** How many periods the window spans; an integer >= 2. */
  readonly capacity: number;
  /** Time between two samples, ms; > 0. */
  readonly periodMs: number;
}

/**
 * The last samples of one series on the grid of its period.
 *
 * A missed period takes a place too, so the window always spans `capacity` periods of time: after
 * a gap of a day, a day of samples has left. A sample that comes early still takes one place.
 */
export interface TrailingWindow {
  /** Number of samples present; at most the capacity. */
  readonly count: number;
  /** Timestamp of the newest sample, ms; -Infinity when there is none. */
  readonly newest: number;
  /** Adds a sample. One that is missing (NaN) or not newer than the newest is ignored. */
  push(timestamp: number, value: number): void;
  /** The samples present, oldest first, without gaps; valid until the next `push`. */
  values(): Float64Array;
  /** The samples present in ascending order; valid until the next `push`. */
  sorted(): Float64Array;
  /** [newest timestamp, v0, v1, ...] with NaN for a missed period; the last value is the newest. */
  snapshot(): Float64Array;
}

/** @throws {InvalidOptionError} an option is outside its range */
export function createTrailingWindow(
  { capacity, periodMs }: TrailingWindowOptions,
  snapshot?: Float64Array,
): TrailingWindow {
  checkOption(
    Number.isInteger(capacity) && capacity >= 2,
    'windowSamples',
    'an integer >= 2',
    capacity,
  );
  checkOption(periodMs > 0 && Number.isFinite(periodMs), 'periodMs', '> 0', periodMs);

  const ring = new Float64Array(capacity).fill(Number.NaN);
  let next = 0; // where the next sample goes; the oldest place of the ring
  let newest = Number.NEGATIVE_INFINITY;
  let count = 0;
  let present: Float64Array | undefined;
  let ascending: Float64Array | undefined;

  const place = (value: number): void => {
    if (!Number.isNaN(ring[next]!)) count -= 1;
    ring[next] = value;
    if (!Number.isNaN(value)) count += 1;
    next = next + 1 === capacity ? 0 : next + 1;
  };

  if (snapshot !== undefined && snapshot.length > 1) {
    newest = snapshot[0]!;
    for (let i = 1; i < snapshot.length; i++) place(snapshot[i]!);
  }

  /** The ring unrolled into `out`, oldest first; the gaps left out unless they are wanted. */
  const unroll = (out: Float64Array, keepGaps: boolean): void => {
    let length = 0;
    for (let i = 0; i < capacity; i++) {
      const value = ring[next + i < capacity ? next + i : next + i - capacity]!;
      if (keepGaps || !Number.isNaN(value)) out[length++] = value;
    }
  };

  const values = (): Float64Array => {
    if (present === undefined) {
      present = new Float64Array(count);
      unroll(present, false);
    }
    return present;
  };

  return {
    get count() {
      return count;
    },
    get newest() {
      return newest;
    },
    push(timestamp, value) {
      if (Number.isNaN(value) || !(timestamp > newest)) return;
      if (count > 0) {
        const missed = Math.round((timestamp - newest) / periodMs) - 1;
        for (let i = 0; i < Math.min(missed, capacity); i++) place(Number.NaN);
      }
      place(value);
      newest = timestamp;
      present = undefined;
      ascending = undefined;
    },
    values,
    sorted() {
      ascending ??= values().slice().sort();
      return ascending;
    },
    snapshot() {
      if (newest === Number.NEGATIVE_INFINITY) return new Float64Array(0);
      const all = new Float64Array(capacity);
      unroll(all, true);
      let start = 0;
      while (start < capacity && Number.isNaN(all[start]!)) start += 1;
      const out = new Float64Array(1 + capacity - start);
      out[0] = newest;
      out.set(all.subarray(start), 1);
      return out;
    },
  };
}
