import type { ForecastAccount, ViewAccount } from '../explanation.ts';
import type { ForecastPart } from './combination.ts';
import { FORECASTS } from './forecasts.ts';
import type { Look } from './model.ts';
import type { ValueScale } from './value-scale.ts';
import { VIEWS, type Views } from './views.ts';

/** What each forecast had to say of a sample, in the unit of the metric. */
export function forecastAccounts(
  { units, forecasts }: Look,
  parts: readonly ForecastPart[],
  scale: ValueScale,
): readonly ForecastAccount[] {
  const believed = parts.map(({ usualError }, i) => {
    const weight = 1 / usualError;
    return Number.isNaN(weight) || Number.isNaN(forecasts[i]!) ? 0 : weight;
  });
  const total = believed.reduce((sum, weight) => sum + weight, 0);
  return FORECASTS.map((name, i) => {
    const { usualError, usualErrorNow } = parts[i]!;
    const error = units - forecasts[i]!;
    return {
      name,
      expected: scale.fromUnits(forecasts[i]!),
      error: scale.differenceFromUnits(error),
      usualError: scale.differenceFromUnits(usualError),
      usualErrorNow: scale.differenceFromUnits(usualErrorNow),
      deviations: Math.abs(error) / usualErrorNow,
      weight: total > 0 ? believed[i]! / total : 0,
    };
  });
}

interface Measures extends Pick<Views, 'slots' | 'against'> {
  readonly scale: ValueScale;
  readonly slotMs: number;
  yardstickOf(view: number): number;
  leastOf(view: number): number;
  weightOf(view: number): number;
}

/**
 * What each view saw, the departure last, in the unit of the metric.
 *
 * @param compared - as of Views.compare()
 */
export function viewAccounts(
  { seen, beforeRoutine }: Look,
  compared: Float64Array,
  { scale, slotMs, slots, against, yardstickOf, leastOf, weightOf }: Measures,
): readonly ViewAccount[] {
  const { length } = VIEWS;
  return [...VIEWS, 'departure'].map((name, i) => {
    const isDeparture = i === length;
    const inUnit = (units: number): number =>
      isDeparture ? units : scale.differenceFromUnits(units);
    const [yardstick, least, weight] = [yardstickOf(i), leastOf(i), weightOf(i)];
    const times = seen[i]! / Math.max(yardstick, least);
    const share = (weight * times * times) / (beforeRoutine * beforeRoutine);
    const ofSlots = slots[i] ?? 1;
    return {
      name,
      spanMs: ofSlots === 1 ? 0 : ofSlots * slotMs,
      againstMs: (against[i] ?? Number.NaN) * slotMs,
      saw: isDeparture ? seen[i]! : scale.fromUnits(compared[2 * i]!),
      usual: isDeparture ? 0 : scale.fromUnits(compared[2 * i + 1]!),
      distance: inUnit(seen[i]!),
      yardstick: inUnit(yardstick),
      least: inUnit(least),
      times,
      weight,
      share: share || 0, // NaN of a view that has no past
    };
  });
}
