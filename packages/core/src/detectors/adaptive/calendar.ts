import { InvalidOptionError } from '../../errors.ts';

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
/** No finer than this: what is remembered of a day must not grow with the rate of its samples. */
const FINEST_SLOT_MS = 5 * 60_000;
/** In how many parts a day is told apart where a slot has too few samples to say anything. */
const PARTS_OF_DAY = 48;

/**
 * Where a moment lies in the days of a metric: days are cut into slots, of one period each, or five
 * minutes where that is longer, and more coarsely into parts.
 */
export interface Calendar {
  readonly slotMs: number;
  /** Slots of a day; 1 where the period is a day or more, which then has no time of day. */
  readonly slotsPerDay: number;
  /** Parts of a day: 48 half hours, or as many as there are slots. */
  readonly partsPerDay: number;
  /** Number of the slot since 1970 in local time. */
  slotOf(timestamp: number): number;
  /** Number of the day since 1970 in local time. */
  dayOf(timestamp: number): number;
  /** The part of its day, from 0. */
  partOf(timestamp: number): number;
}

/** @throws {InvalidOptionError} the time zone does not exist */
export function createCalendar(periodMs: number, timeZone: string): Calendar {
  const slotMs = Math.max(periodMs, FINEST_SLOT_MS);
  const slotsPerDay = Math.max(1, Math.round(DAY_MS / slotMs));
  const partsPerDay = Math.min(PARTS_OF_DAY, slotsPerDay);
  const localTime = createLocalTime(timeZone);
  return {
    slotMs,
    slotsPerDay,
    partsPerDay,
    slotOf: (timestamp) => Math.floor(localTime(timestamp) / slotMs),
    dayOf: (timestamp) => Math.floor(localTime(timestamp) / DAY_MS),
    partOf(timestamp) {
      const local = localTime(timestamp);
      const sinceMidnight = local - Math.floor(local / DAY_MS) * DAY_MS;
      return Math.floor((sinceMidnight / DAY_MS) * partsPerDay);
    },
  };
}

/** Making one takes longer than judging a hundred samples, and a fleet has few time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    } catch {
      throw new InvalidOptionError('timeZone', 'a time zone such as Europe/Zurich', timeZone);
    }
    formats.set(timeZone, format);
  }
  return format;
}

/** Milliseconds since 1970-01-01 00:00 on the clock of the zone. */
function createLocalTime(timeZone: string): (timestamp: number) => number {
  if (timeZone === 'UTC') return (timestamp) => timestamp;
  const format = formatOf(timeZone);
  // Clocks are changed on the full hour, so one look an hour will do; it is slow.
  let hour = Number.NaN;
  let offsetMs = 0;
  return (timestamp) => {
    const its = Math.floor(timestamp / HOUR_MS);
    if (its !== hour) {
      hour = its;
      offsetMs = offsetAt(format, its * HOUR_MS);
    }
    return timestamp + offsetMs;
  };
}

/** Reads `GMT`, `GMT+02:00` or `GMT-03:30`. */
function offsetAt(format: Intl.DateTimeFormat, timestamp: number): number {
  const name = format.formatToParts(timestamp).find(({ type }) => type === 'timeZoneName');
  const [, sign, hours = 0, minutes = 0] = /GMT([+-])(\d+):(\d+)/.exec(name?.value ?? '') ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -offset : offset;
}
