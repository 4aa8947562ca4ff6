/**
 * Steps between samples after which the period is looked at anew: a wrong one is found out soon, and
 * few samples are gone through again for it. After the last it stands.
 */
const LOOKS_AT = [1, 2, 4, 8, 16, 32, 64, 100];

/** A period of this or more is taken in whole seconds, because clocks are off by milliseconds. */
const WHOLE_SECONDS_FROM_MS = 20_000;

/** The time between two samples of one series, learned from its beginning. */
export interface SamplingPeriod {
  /** Takes the timestamp of a sample, later than those before; gives the period where it was looked at. */
  add(timestamp: number): number | undefined;
  /** No sample to come will change it. */
  isSettled(): boolean;
}

/**
 * The median of the first steps, up to 100. Of two in the middle it is the shorter one: what is
 * missing makes steps longer, and nothing makes them shorter.
 */
export function createSamplingPeriod(): SamplingPeriod {
  const steps: number[] = [];
  let latest = Number.NaN;
  const isSettled = (): boolean => steps.length >= LOOKS_AT.at(-1)!;
  return {
    isSettled,
    add(timestamp) {
      if (isSettled()) return undefined;
      if (!Number.isNaN(latest)) steps.push(timestamp - latest);
      latest = timestamp;
      return LOOKS_AT.includes(steps.length) ? usualOf(steps) : undefined;
    },
  };
}

function usualOf(steps: readonly number[]): number {
  const median = [...steps].sort((a, b) => a - b)[(steps.length - 1) >>> 1]!;
  return median < WHOLE_SECONDS_FROM_MS ? median : Math.round(median / 1000) * 1000;
}
