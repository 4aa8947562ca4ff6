/** Where the times of the page are read: UTC, as AWS and the alerts have them, or the reader's own. */
export type Zone = 'utc' | 'local';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface Face {
  readonly month: string;
  readonly day: number;
  readonly weekday: string;
  readonly clock: string;
  readonly seconds: string;
  readonly isMidnight: boolean;
}

function faceOf(timestamp: number, zone: Zone): Face {
  const date = new Date(timestamp);
  const isUtc = zone === 'utc';
  const hours = isUtc ? date.getUTCHours() : date.getHours();
  const minutes = isUtc ? date.getUTCMinutes() : date.getMinutes();
  const seconds = date.getUTCSeconds();
  return {
    month: MONTHS[isUtc ? date.getUTCMonth() : date.getMonth()]!,
    day: isUtc ? date.getUTCDate() : date.getDate(),
    weekday: DAYS[isUtc ? date.getUTCDay() : date.getDay()]!,
    clock: `${twoDigits(hours)}:${twoDigits(minutes)}`,
    seconds: twoDigits(seconds),
    isMidnight: hours + minutes + seconds === 0,
  };
}

/** `Mon 5 Oct 14:05`, as the page is written too; with seconds where there are any. */
export function instantText(timestamp: number, zone: Zone): string {
  const { weekday, day, month, clock, seconds } = faceOf(timestamp, zone);
  return `${weekday} ${day} ${month} ${clock}${seconds === '00' ? '' : `:${seconds}`}`;
}

/** The same, with the year. */
export function datedText(timestamp: number, zone: Zone): string {
  const date = new Date(timestamp);
  const year = zone === 'utc' ? date.getUTCFullYear() : date.getFullYear();
  const [weekday, day, month, clock] = instantText(timestamp, zone).split(' ');
  return `${weekday} ${day} ${month} ${year} ${clock}`;
}

/** The mark of an axis whose marks are so far apart: the day at midnight, else the hour. */
export function axisText(timestamp: number, stepMs: number, zone: Zone): string {
  const { day, month, clock, seconds, isMidnight } = faceOf(timestamp, zone);
  if (stepMs >= DAY_MS || isMidnight) return `${day} ${month}`;
  return stepMs < MINUTE_MS ? `${clock}:${seconds}` : clock;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
