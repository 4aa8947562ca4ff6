import type { Samples } from './samples.ts';

/**
 * Puts a 0 wherever a period has no sample: of counters that are published only when something happens. Periods
 * are counted from the last sample known before, or else from the first one given: of what was before that
 * nothing is known.
 *
 * @param after - timestamp of the last sample known before, ms; undefined when there is none
 * @param until - end of the span, left out, ms
 */
export function fillWithZero(
  { timestamps, values }: Samples,
  {
    after,
    until,
    periodMs,
  }: { readonly after: number | undefined; readonly until: number; readonly periodMs: number },
): Samples {
  const anchor = after ?? timestamps[0];
  if (anchor === undefined) return { timestamps, values };
  const filled: [timestamp: number, value: number][] = [];
  let next = anchor + periodMs;
  for (let i = 0; i < values.length; i++) {
    const timestamp = timestamps[i]!;
    // Half a period: a sample that comes a little early or late is still the one of its period.
    for (; next < timestamp - periodMs / 2; next += periodMs) filled.push([next, 0]);
    filled.push([timestamp, values[i]!]);
    next = timestamp + periodMs;
  }
  for (; next < until; next += periodMs) filled.push([next, 0]);
  return {
    timestamps: Float64Array.from(filled, ([timestamp]) => timestamp),
    values: Float64Array.from(filled, ([, value]) => value),
  };
}
