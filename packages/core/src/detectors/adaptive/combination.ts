import type { Spread } from './spread.ts';

/** What the forecasts say together of one moment. */
export interface Combination {
  /** Their mean, in units; NaN when none is ready. */
  readonly expected: number;
  /** How far off a value is: mean |error| over the forecasts in their standard deviations; NaN when none is ready. */
  deviations(units: number): number;
  /** Of each forecast how much it has to say, and how far off it usually is now, in units; NaN of one not measured. */
  parts(): readonly ForecastPart[];
  /** The value above (side 1) or below (side -1) which the deviations are more than so many. */
  boundary(deviations: number, side: 1 | -1): number;
}

/** What a forecast counts for. */
export interface ForecastPart {
  readonly usualError: number;
  readonly usualErrorNow: number;
}

/**
 * Combines forecasts: each weighted with the inverse of the standard deviation of its errors, so that those
 * that have done well on this series have the say (Bates and Granger 1969, "The Combination of Forecasts").
 *
 * It is the surprises that are averaged, not only the forecasts: a value is far off if it surprises all that is
 * believed. After a spike the way back surprises the last value alone; what happens every day surprises only
 * those that do not know the day.
 *
 * @param floor - the smallest deviation worth the name, in units
 */
export function combine(
  forecasts: Float64Array,
  spread: Spread,
  { part, floor }: { part: number; floor: number },
): Combination {
  const centres: number[] = [];
  const slopes: number[] = [];
  let total = 0;
  let weighted = 0;
  for (let i = 0; i < forecasts.length; i++) {
    const overall = spread.overall(i);
    const centre = forecasts[i]!;
    if (Number.isNaN(overall) || Number.isNaN(centre)) continue;
    const weight = 1 / Math.max(overall, floor);
    centres.push(centre);
    slopes.push(weight / Math.max(spread.at(i, part), floor));
    total += weight;
    weighted += weight * centre;
  }
  const expected = weighted / total;
  const known = centres.length;

  const deviations = (units: number): number => {
    if (known === 0) return Number.NaN;
    let sum = 0;
    for (let i = 0; i < known; i++) sum += slopes[i]! * Math.abs(units - centres[i]!);
    return sum / total;
  };
  return {
    expected,
    deviations,
    parts: () =>
      Array.from(forecasts, (_, i) => {
        const usualError = Math.max(spread.overall(i), floor);
        const isMeasured = !Number.isNaN(usualError);
        return {
          usualError,
          usualErrorNow: isMeasured ? Math.max(spread.at(i, part), floor) : Number.NaN,
        };
      }),
    boundary(most, side) {
      // Convex and made of straight pieces: Newton's steps from far outside end on the right one.
      const steepest = slopes.reduce((sum, slope) => sum + slope, 0) / total;
      let units = expected + (side * (most + deviations(expected))) / steepest;
      for (let step = 0; step <= known; step++) {
        const beyond = deviations(units) - most;
        const slope =
          slopes.reduce((sum, each, i) => sum + each * Math.sign(units - centres[i]!), 0) / total;
        if (!(beyond > 0) || slope * side <= 0) break;
        units -= beyond / slope;
      }
      return side > 0 ? Math.max(units, expected) : Math.min(units, expected);
    },
  };
}
