import type { Arena } from './arena.ts';
import type { Calendar } from './calendar.ts';
import { FORECASTS } from './forecasts.ts';

const COUNT = FORECASTS.length;
/** Errors that a forecast must have made before it is believed. */
const FIRST_ERRORS = 20;
/** Errors that a part of the day must have seen before it has a say. */
const FIRST_ERRORS_OF_PART = 8;
/**
 * The mean of |error|^(2/3), to the power 3/2, in standard deviations of a Gaussian error. That power makes
 * such errors nearly Gaussian (Wilson and Hilferty 1931), so their mean is a good measure of the bulk, and an
 * outage of ten deviations moves it by as much as four ordinary samples do, not by a hundred.
 */
const GAUSSIAN = 0.719;

/** How far each forecast usually is off, in units: the spread of its errors over about a week. */
export interface Spread {
  /** Whether any forecast has been wrong often enough to be measured. */
  isReady(): boolean;
  /** Standard deviation of the errors of a forecast; NaN when it has made too few. */
  overall(forecast: number): number;
  /**
   * The same at this time of day: the geometric mean of the spread over all and of that in this part of the
   * day. Traffic is noisier at noon than at night.
   */
  at(forecast: number, part: number): number;
  learn(forecasts: Float64Array, part: number, units: number): void;
}

/** @param weekSamples - samples in a week: how long the spread remembers */
export function createSpread(arena: Arena, calendar: Calendar, weekSamples: number): Spread {
  const parts = calendar.partsPerDay;
  const power = arena.doubles(COUNT);
  const errors = arena.doubles(COUNT);
  const powerOfPart = arena.floats(COUNT * parts);
  const errorsOfPart = arena.floats(COUNT * parts);
  const partSamples = Math.max(FIRST_ERRORS_OF_PART, (3 * weekSamples) / parts);

  const deviation = (mean: number): number => (mean * Math.sqrt(mean)) / GAUSSIAN;
  return {
    isReady: () => errors.some((count) => count >= FIRST_ERRORS),
    overall: (forecast) =>
      errors[forecast]! < FIRST_ERRORS ? Number.NaN : deviation(power[forecast]!),
    at(forecast, part) {
      const overall = deviation(power[forecast]!);
      const place = forecast * parts + part;
      if (parts < 4 || errorsOfPart[place]! < FIRST_ERRORS_OF_PART) return overall;
      return Math.sqrt(overall * deviation(powerOfPart[place]!));
    },
    learn(forecasts, part, units) {
      for (let forecast = 0; forecast < COUNT; forecast++) {
        const error = units - forecasts[forecast]!;
        if (Number.isNaN(error)) continue;
        const powered = Math.cbrt(error * error);
        errors[forecast]! += 1;
        power[forecast]! += (powered - power[forecast]!) / Math.min(errors[forecast]!, weekSamples);
        const place = forecast * parts + part;
        errorsOfPart[place]! += 1;
        powerOfPart[place]! +=
          (powered - powerOfPart[place]!) / Math.min(errorsOfPart[place]!, partSamples);
      }
    },
  };
}
