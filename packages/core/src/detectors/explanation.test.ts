import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { metricValue, rawValues } from '../testing/arbitraries.ts';
import { DETECTOR_ENTRIES } from '../testing/detector-entries.ts';
import { calm, timeOf } from '../testing/series.ts';
import type { Detector, DetectorFactory } from './detector.ts';
import { DETECTOR_TYPES, type DetectorSpec, loadDetector } from './detector-spec.ts';
import type { AdaptiveExplanation, Explanation } from './explanation.ts';

/** Fewer runs where each sample costs a fit. */
const RUNS: Partial<Record<DetectorSpec['type'], number>> = {
  'isolation-forest': 20,
  'isolation-forest-views': 20,
  autoencoder: 20,
};

/** The score of a sample, worked out from nothing but what its explanation says. */
function scoreFrom(its: Explanation, value: number): number {
  switch (its.kind) {
    case 'adaptive':
      return its.departure.days * its.departure.discounted ** its.departure.exponent;
    case 'static-threshold':
      return Math.max(value - its.above, its.below - value, 0);
    case 'z-score':
      return Math.abs(value - its.mean) / its.standardDeviation;
    case 'interquartile-range':
      return Math.max(its.q1 - value, value - its.q3, 0) / (its.q3 - its.q1);
    case 'isolation-forest':
    case 'isolation-forest-views':
      return its.isolation - its.quotaFrom;
    case 'closed-form-forest':
      return 2 ** (-its.depth / its.ordinaryDepth);
    case 'autoencoder':
      return Math.abs(value - its.restored) / its.unit / its.trainingError;
  }
}

/** The rarity of a sample from its views, without a look at what they come to. */
function rarityFrom({ views, habit, episodes, yardstick }: AdaptiveExplanation): number {
  let squares = 0;
  for (const { weight, distance, yardstick: own, least } of views) {
    const times = distance / Math.max(own, least);
    if (!Number.isNaN(times)) squares += weight * times * times;
  }
  const together = Math.sqrt(squares);
  // Routine and recurrence, as docs/detectors.md has them.
  const afterHabit = together > 0 ? together * (1 - 0.8 * Math.min(1, habit / together)) : together;
  const strength = afterHabit * (1 + episodes) ** -0.15;
  return yardstick.days * strength ** yardstick.exponent;
}

/** Deviations below which no digit is promised. */
const NEXT_TO_NOTHING = 1e-100;

/** The departure in deviations, from how far each forecast was off. */
function deviationsFrom({ forecasts }: AdaptiveExplanation): number {
  let [sum, total] = [0, 0];
  for (const { error, usualError, usualErrorNow, weight } of forecasts) {
    if (weight === 0) continue;
    sum += (1 / usualError / usualErrorNow) * Math.abs(error);
    total += 1 / usualError;
  }
  return sum / total;
}

function asked(detector: Detector, index: number, value: number) {
  const timestamp = timeOf(index);
  return {
    its: detector.explain?.(timestamp, value),
    score: detector.score(timestamp, value),
    rarity: detector.rarity?.(timestamp, value),
    noOpinion: detector.noOpinion(timestamp, value),
    snapshot: detector.snapshot(),
  };
}

describe.each(DETECTOR_TYPES)('%s', (type) => {
  const { spec, learnsBefore } = DETECTOR_ENTRIES[type];
  let create: DetectorFactory;
  beforeAll(async () => {
    create = await loadDetector(spec);
  });

  test('what an explanation says comes to exactly the score and the rarity that the sample gets', () => {
    const numRuns = RUNS[type] ?? 200;
    let explained = 0;
    fc.assert(
      fc.property(rawValues(80), metricValue(), (learned, value) => {
        const detector = create();
        learned.forEach((sample, i) => {
          detector.learn(timeOf(i), sample);
        });
        const { its, score, rarity, noOpinion } = asked(detector, learned.length, value);
        expect(its === undefined).toBe(noOpinion !== undefined);
        if (its === undefined) return;
        explained += 1;
        expect(its.kind).toBe(type);
        expect(its.score).toBe(score);
        expect(scoreFrom(its, value)).toBe(score);
        if (its.kind !== 'adaptive') return;
        expect(its.rarity).toBe(rarity);
        expect(its.yardstick.days * its.strength ** its.yardstick.exponent).toBe(rarity);
        expect(rarityFrom(its)).toBe(rarity);
        // Where a unit is 1e-109 and a range 1e108, what is next to nothing in units has lost its digits.
        const { deviations } = its.departure;
        if (deviations > NEXT_TO_NOTHING) expect(deviationsFrom(its)).toBe(deviations);
      }),
      { numRuns },
    );
    expect(explained).toBeGreaterThan(numRuns / 10);
  });

  test('being asked for it changes nothing', () => {
    const [asking, silent] = [create(), create()];
    calm(60, { seed: 4 }).forEach((value, i) => {
      asking.explain?.(timeOf(i), value);
      asking.explain?.(timeOf(i), 1000);
      asking.learn(timeOf(i), value);
      silent.learn(timeOf(i), value);
    });
    expect(asked(asking, 60, 70)).toEqual(asked(silent, 60, 70));
  });

  test('there is none of a missing sample, nor before there is an opinion', () => {
    const detector = create();
    calm(Math.max(0, learnsBefore - 1)).forEach((value, i) => {
      expect(detector.explain?.(timeOf(i), Number.NaN)).toBeUndefined();
      if (learnsBefore > 0) expect(detector.explain?.(timeOf(i), value)).toBeUndefined();
      detector.learn(timeOf(i), value);
    });
  });
});

describe('what the adaptive detector says', () => {
  const DAY = 288;
  const values = calm(3 * DAY, { level: 5000, spread: 100, seed: 2 });
  let detector: Detector;
  beforeAll(async () => {
    detector = (await loadDetector({ type: 'adaptive' }))();
    values.forEach((value, i) => {
      detector.learn(timeOf(i), value);
    });
  });

  test('is in the unit of the metric: a mean is the mean of the samples, however they are kept', () => {
    const its = detector.explain?.(timeOf(3 * DAY), 5500);
    if (its?.kind !== 'adaptive') throw new Error('it has an opinion');
    const mean = (part: readonly number[]): number =>
      part.reduce((sum, value) => sum + value, 0) / part.length;
    const view = (name: string) => its.views.find((each) => each.name === name)!;
    expect(its.believed).toBe(5500);
    expect(view('level').saw).toBe(5500);
    expect(view('level').usual).toBeCloseTo(mean(values), 3);
    expect(view('hour').saw).toBeCloseTo(mean([...values.slice(-11), 5500]), 2);
    expect(view('shift').usual).toBeCloseTo(mean(values.slice(-211, -11)), 2);
    expect(view('sameTime').usual).toBeCloseTo(
      [values[0]!, values[DAY]!, values[2 * DAY]!].sort((a, b) => a - b)[1]!,
      2,
    );
    expect(view('hour')).toMatchObject({ spanMs: 3_600_000, againstMs: 28 * 24 * 3_600_000 });
    expect(its.forecasts[0]).toMatchObject({ name: 'last' });
    expect(its.forecasts[0]!.expected).toBeCloseTo(values.at(-1)!, 6);
    expect(its.forecasts[2]!.expected).toBeCloseTo(mean(values), 2);
    expect(its.forecasts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(its.views.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test('tells that more than is believed was seen', () => {
    const its = detector.explain?.(timeOf(3 * DAY), 1e6);
    if (its?.kind !== 'adaptive') throw new Error('it has an opinion');
    // Three ranges of some 200 beyond some 5,100.
    expect(its.believed).toBeGreaterThan(5600);
    expect(its.believed).toBeLessThan(5710);
  });
});
