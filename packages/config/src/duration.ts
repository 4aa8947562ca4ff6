const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A whole number and a unit: seconds, minutes, hours, days, weeks. */
export const DURATION_PATTERN = /^([1-9]\d{0,6})([smhdw])$/;

/** No time at all, where that has a meaning. */
export const NO_DURATION = '0s';
export const DURATION_OR_NONE_PATTERN = new RegExp(`^${NO_DURATION}$|${DURATION_PATTERN.source}`);

export const DURATION_EXPECTED =
  'a duration with a unit, such as 30s, 5m, 12h, 7d or 2w (seconds, minutes, hours, days, weeks)';

/** Milliseconds of a text that matches `DURATION_PATTERN`, or is `NO_DURATION`. */
export function durationMs(text: string): number {
  if (text === NO_DURATION) return 0;
  const [, amount, unit] = DURATION_PATTERN.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new RangeError(`expected ${DURATION_EXPECTED}, got ${JSON.stringify(text)}`);
  }
  return Number(amount) * UNITS_MS[unit]!;
}

/** The shortest text for a number of milliseconds: 604,800,000 is 1w, 90,000 is 90s. */
export function durationText(milliseconds: number): string {
  for (const [unit, size] of Object.entries(UNITS_MS).reverse()) {
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds / 1000}s`;
}
