/** What a bill is for: thirty days, ms. */
export const MONTH_MS = 30 * 24 * 3_600_000;
