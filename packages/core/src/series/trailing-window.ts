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
 *
 * What the window holds is asked as of a moment, the time of the sample that comes next: periods
 * missed until then count already. What is returned is valid until the next call.
 */
export interface TrailingWindow {
  /** Number of samples present; at most the capacity. */
  countAt(timestamp: number): number;
  /** The samples present, oldest first, without gaps. */
  valuesAt(timestamp: number): Float64Array;
  /** The samples present in ascending order. */
  sortedAt(timestamp: number): Float64Array;
  /** Adds a sample. One that is missing (NaN) or not newer than the newest is ignored. */
  push(timestamp: number, value: number): void;
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

  const place = (value: number): void => {
    ring[next] = value;
    next = next + 1 === capacity ? 0 : next + 1;
  };
  if (snapshot !== undefined && snapshot.length > 1) {
    newest = snapshot[0]!;
    for (let i = 1; i < snapshot.length; i++) place(snapshot[i]!);
  }

  /** Periods without a sample between the newest and one to come. */
  const missedUntil = (timestamp: number): number => {
    if (newest === Number.NEGATIVE_INFINITY) return 0;
    const missed = Math.round((timestamp - newest) / periodMs) - 1;
    return Math.min(Math.max(missed, 0), capacity);
  };
  /** The ring from the place `skip` after the oldest on. */
  const unroll = (skip: number): Float64Array => {
    const all = new Float64Array(capacity);
    all.set(ring.subarray(next));
    all.set(ring.subarray(0, next), capacity - next);
    return all.subarray(skip);
  };

  // What was asked for last: the window is looked at several times for each sample.
  let lookedAt = -1; // periods missed by then; -1 when nothing is kept
  let present = new Float64Array(0);
  let ascending: Float64Array | undefined;
  const valuesAt = (timestamp: number): Float64Array => {
    const missed = missedUntil(timestamp);
    if (missed !== lookedAt) {
      lookedAt = missed;
      present = unroll(missed).filter((value) => !Number.isNaN(value));
      ascending = undefined;
    }
    return present;
  };

  return {
    countAt: (timestamp) => valuesAt(timestamp).length,
    valuesAt,
    sortedAt(timestamp) {
      const values = valuesAt(timestamp);
      ascending ??= values.slice().sort();
      return ascending;
    },
    push(timestamp, value) {
      if (Number.isNaN(value) || !(timestamp > newest)) return;
      for (let missed = missedUntil(timestamp); missed > 0; missed--) place(Number.NaN);
      place(value);
      newest = timestamp;
      lookedAt = -1;
    },
    snapshot() {
      if (newest === Number.NEGATIVE_INFINITY) return new Float64Array(0);
      const all = unroll(0);
      const start = all.findIndex((value) => !Number.isNaN(value));
      const out = new Float64Array(1 + capacity - start);
      out[0] = newest;
      out.set(all.subarray(start), 1);
      return out;
    },
  };
}
