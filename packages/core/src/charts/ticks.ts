/** Steps that people count in, each times a power of ten. */
const NICE = [1, 2, 2.5, 5, 10] as const;

/** Against the values: smaller ones drown in the last bits. */
const LEAST_STEP = 1e-9;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Steps of a clock and of a calendar, ms. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY_MS),
];

/**
 * Round values from `least` to `most`, in steps that people count in; neither is reached, perhaps.
 * @param count - about how many, >= 1; at most one and a half times as many come
 */
export function valueTicks(least: number, most: number, count: number): readonly number[] {
  // Halves, for the span of the largest values there are is no number.
  const raw = (most / 2 - least / 2) * (2 / count);
  const size = Math.max(Math.abs(least), Math.abs(most));
  if (!(raw > size * LEAST_STEP && Number.isFinite(raw))) return [];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (NICE.find((nice) => nice * power >= raw * (1 - 1e-9)) ?? 10) * power;
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(most / step + 1e-9);
  if (!(Number.isFinite(step) && step > 0 && last - first <= 2 * count)) return [];
  // Counted, not added up, and without the last bits: 0.3 is to read 0.3.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(15)),
  );
}

/** Round times of UTC from `from` to `until`, ms: at most so many. */
export function timeTicks(from: number, until: number, most: number): readonly number[] {
  const step = TIME_STEPS.find((each) => (until - from) / each <= most) ?? until - from;
  const first = Math.ceil(from / step);
  const last = Math.floor(until / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** 14:20, and at midnight 26 Nov. */
export function timeLabel(timestamp: number): string {
  return timestamp % DAY_MS === 0 ? dayLabel(timestamp) : clockLabel(timestamp);
}

export function clockLabel(timestamp: number): string {
  return new Date(timestamp).toISOString().slice(11, 16);
}

function dayLabel(timestamp: number): string {
  const date = new Date(timestamp);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** 26 Nov, 25–26 Nov, 30 Nov – 1 Dec. */
export function daysLabel(from: number, until: number): string {
  const [first, last] = [dayLabel(from), dayLabel(until)];
  if (first === last) return last;
  const [day = '', month] = first.split(' ');
  return last.endsWith(` ${month}`) ? `${day}–${last}` : `${first} – ${last}`;
}

/** As SI writes powers of a thousand, up to where everybody knows them. */
const PREFIXES = ['', 'k', 'M', 'G', 'T'] as const;

/** In few characters: 12.5, 250k, 3.4M, 1.2e-7. As many digits as tell neighbouring ticks apart. */
export function valueLabel(value: number, step: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  const tier = Math.floor(Math.log10(size) / 3 + 1e-9);
  if (tier >= PREFIXES.length || size < 1e-4) return shortened(value.toExponential(2));
  const place = Math.max(0, tier);
  const scale = 1000 ** place;
  const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step / scale) - 1e-9)));
  // One digit more for steps such as 2.5.
  const isWhole = Math.abs(
    (step / scale) * 10 ** digits - Math.round((step / scale) * 10 ** digits),
  );
  const text = (value / scale).toFixed(isWhole > 1e-6 ? digits + 1 : digits);
  return `${text.replace('-', '−')}${PREFIXES[place]}`;
}

/** 1.20e+36 as 1.2e36. */
function shortened(text: string): string {
  return text
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e')
    .replace('-', '−')
    .replace('e-', 'e−');
}
