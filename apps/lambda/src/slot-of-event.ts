/** Slots are whole minutes: a schedule fires anywhere within its minute. */
const MINUTE_MS = 60_000;

/** Clocks differ by seconds, not by more than this. */
const MOST_AHEAD_MS = 2 * MINUTE_MS;

/**
 * CloudWatch keeps no sample for longer. The test event that Lambda's console offers is of 1970.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */
const MOST_AGE_MS = 455 * 24 * 60 * MINUTE_MS;

/** `Date.parse` makes a date of almost anything: of "5" the first of May 2001. */
const DATE_AND_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/**
 * The moment a run stands for: the time of the event, to the minute. The clock takes its place when the
 * event says none, one that has not come yet (samples of the future are not settled), or one before
 * all samples.
 *
 * @param nowMs - the clock, ms since the epoch
 * @returns the slot, ms since the epoch, and what there is to say of it
 */
export function slotOfEvent(
  event: unknown,
  nowMs: number,
): { readonly slot: number; readonly remark: string | undefined } {
  const { time } = (event ?? {}) as { time?: unknown };
  const isTime = typeof time === 'string' && DATE_AND_TIME.test(time);
  const timeMs = isTime ? Date.parse(time) : Number.NaN;
  const remark = remarkOn(time, timeMs, nowMs);
  const moment = remark === undefined ? timeMs : nowMs;
  return { slot: Math.floor(moment / MINUTE_MS) * MINUTE_MS, remark };
}

function remarkOn(time: unknown, timeMs: number, nowMs: number): string | undefined {
  const instead = 'the clock is used instead';
  if (time === undefined) return `the event has no time; ${instead}`;
  if (Number.isNaN(timeMs)) {
    const shown = JSON.stringify(time)?.slice(0, 60);
    return `the time of the event is ${shown}, expected ISO 8601 as in 2026-01-31T12:00:00Z; ${instead}`;
  }
  if (timeMs > nowMs + MOST_AHEAD_MS) {
    return `the time of the event, ${new Date(timeMs).toISOString()}, has not come yet; ${instead}`;
  }
  if (timeMs < nowMs - MOST_AGE_MS) {
    return `the time of the event, ${new Date(timeMs).toISOString()}, is before all that CloudWatch keeps; ${instead}`;
  }
  return undefined;
}
