import type { Detector, Expectation, NoOpinion } from '../detectors/detector.ts';

/** Which departures a monitor cares for. */
export type Direction = 'above' | 'below' | 'both';
export const DIRECTIONS = ['above', 'below', 'both'] as const satisfies readonly Direction[];

/** What a detector said of one sample, before it learned it. */
export interface Verdict {
  /** ms since the epoch. */
  readonly timestamp: number;
  readonly value: number;
  /** NaN when there is no opinion. */
  readonly score: number;
  readonly threshold: number;
  /** Of detectors that can tell: how rare the sample is on this metric, once in so many days. */
  readonly rarity?: number;
  readonly noOpinion: NoOpinion | undefined;
  /** While it warms up, of detectors that can tell: when there will be an opinion, ms since the epoch. */
  readonly readyAt?: number;
  readonly expectation: Expectation;
}

/** Scores and deviation factors end here: JSON has no infinity, also not for one rounded up to it. */
const LARGEST_RATIO = 1e300;

export function judge(detector: Detector, timestamp: number, value: number): Verdict {
  const noOpinion = detector.noOpinion(timestamp, value);
  const readyAt = noOpinion === 'warming-up' ? detector.readyAt?.(timestamp) : undefined;
  return {
    timestamp,
    value,
    score: Math.min(detector.score(timestamp, value), LARGEST_RATIO),
    threshold: detector.threshold,
    ...(detector.rarity && { rarity: Math.min(detector.rarity(timestamp, value), LARGEST_RATIO) }),
    noOpinion,
    ...(readyAt !== undefined && { readyAt }),
    expectation: detector.expect(timestamp),
  };
}

/** On which side of normal a value lies: outside the band, or else off the expected value. */
export function sideOf({ value, expectation }: Verdict): 'above' | 'below' {
  if (value > expectation.upper) return 'above';
  if (value < expectation.lower) return 'below';
  return value < expectation.expected ? 'below' : 'above';
}

/** Distance from the mean in standard deviations, >= 0; null when there is no such yardstick. */
export function deviationFactorOf({ value, expectation }: Verdict): number | null {
  const { mean, standardDeviation } = expectation;
  if (!(standardDeviation > 0)) return null;
  return Math.min(Math.abs(value - mean) / standardDeviation, LARGEST_RATIO);
}
