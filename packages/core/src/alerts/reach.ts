import type { Detector } from '../detectors/detector.ts';
import type { Bars } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** The values from which on a sample would have been something, up and down; infinite where none would. */
export interface Reach {
  readonly notice: Sides;
  readonly page: Sides;
}

interface Sides {
  readonly above: number;
  readonly below: number;
}

const NOWHERE: Sides = { above: Number.POSITIVE_INFINITY, below: Number.NEGATIVE_INFINITY };

/** Steps away from what is expected, each twice the one before; and halvings of the last of them. */
const STEPS = 60;
const HALVINGS = 40;
/** The first step, as a share of the band. */
const FIRST_STEP = 1 / 64;

/** How far beside a limit a score is looked at, as a share of the way to it. */
const BESIDE = 1e-6;

/**
 * How far a sample would have had to be off at this moment. Where alerts follow a score it is the band that the
 * detector gives, if that is where its flags begin: a forest's is not. Of a rarity, which has no band of its own, it is looked for: the nearest value found, for a rarity
 * may rise and fall a little on its way.
 */
export function reachOf(detector: Detector, verdict: Verdict, bars: Bars): Reach {
  const { expectation, timestamp } = verdict;
  const { rarity } = detector;
  if (rarity === undefined) {
    const sides = {
      above: limitOf(detector, verdict, expectation.upper),
      below: limitOf(detector, verdict, expectation.lower),
    };
    return { notice: sides, page: Number.isFinite(bars.page) ? sides : NOWHERE };
  }
  const { expected, lower, upper } = expectation;
  const first = (upper - lower) * FIRST_STEP;
  const from = (side: 1 | -1, days: number): number => {
    const reaches = (distance: number): boolean =>
      rarity(timestamp, expected + side * distance) >= days;
    if (reaches(0)) return expected; // it is the moment that is rare, whatever comes in it
    if (!(first > 0)) return side * Number.POSITIVE_INFINITY;
    let [near, far] = [0, first];
    for (let step = 0; !reaches(far); step++) {
      if (step === STEPS) return side * Number.POSITIVE_INFINITY;
      near = far;
      far *= 2;
    }
    for (let i = 0; i < HALVINGS; i++) {
      const between = (near + far) / 2;
      if (reaches(between)) far = between;
      else near = between;
    }
    return expected + side * far;
  };
  const sides = (days: number): Sides => ({ above: from(1, days), below: from(-1, days) });
  return { notice: sides(bars.notice), page: sides(bars.page) };
}

/** A limit of the band where the flags begin at it, else infinite on its side. */
function limitOf(
  { score, threshold }: Detector,
  { timestamp, expectation: { expected, upper } }: Verdict,
  limit: number,
): number {
  const side = limit === upper ? 1 : -1;
  const margin = Math.abs(limit - expected) || Math.abs(limit) || 1;
  const beside = (steps: number): number =>
    score(timestamp, limit + side * steps * BESIDE * margin);
  return beside(1) > threshold && !(beside(-1) > threshold)
    ? limit
    : side * Number.POSITIVE_INFINITY;
}
