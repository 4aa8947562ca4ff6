import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { metricValue, NOT_NUMBERS } from '../testing/arbitraries.ts';
import { DETECTOR_ENTRIES } from '../testing/detector-entries.ts';
import { calm, PERIOD_MS, START } from '../testing/series.ts';
import type { Detector, DetectorFactory } from './detector.ts';
import { DETECTOR_TYPES, loadDetector } from './detector-spec.ts';

/** A sample: how long after the latest one it comes (0 or less: it repeats, or is late), and its value. */
type Step = readonly [afterMs: number, value: number];

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const HUGE = [1e300, -1e300, 1e-300, Number.MIN_VALUE, -0] as const;

const regularly = (values: readonly number[]): Step[] => values.map((value) => [PERIOD_MS, value]);
const values = (value: fc.Arbitrary<number>, most = 30): fc.Arbitrary<Step[]> =>
  fc.array(value, { maxLength: most }).map(regularly);
const level = fc.integer({ min: -100, max: 100 });
const count = fc.integer({ min: 1, max: 50 });
const seed = fc.nat({ max: 1000 });

/** What goes wrong with a series, each in a stretch of samples. */
const TROUBLES: Readonly<Record<string, fc.Arbitrary<readonly Step[]>>> = {
  'values that are NaN or infinite': values(
    fc.oneof(fc.constantFrom<number>(...NOT_NUMBERS), metricValue()),
  ),
  'values of 1e300 and next to nothing': values(
    fc.oneof(fc.constantFrom<number>(...HUGE), metricValue()),
  ),
  'one value of 1e300': fc.constantFrom<number>(...HUGE).map((value) => [[PERIOD_MS, value]]),
  'a constant': fc
    .tuple(fc.oneof(level, fc.constantFrom<number>(0.1, ...HUGE)), count)
    .map(([value, length]) => regularly(new Array<number>(length).fill(value))),
  'two values in turn': fc
    .tuple(level, level, count)
    .map(([a, b, length]) => regularly(Array.from({ length }, (_, i) => (i % 2 ? a : b)))),
  'two values at random': fc.tuple(level, level).chain((pair) => values(fc.constantFrom(...pair))),
  'values that are rounded to one of few': values(fc.constantFrom(0, 0.25, 0.5, 0.75)),
  'values that differ in their last bit': values(fc.constantFrom(0.3, 0.1 + 0.2)),
  'a counter that goes up and is reset': fc
    .array(fc.nat({ max: 1000 }), { maxLength: 40 })
    .map((steps) => {
      let total = 0;
      return regularly(
        steps.map((step) => {
          total = step % 10 === 0 ? 0 : total + step; // a restart, now and then
          return total;
        }),
      );
    }),
  'a single point between outages': fc
    .tuple(level, fc.integer({ min: 1, max: 60 }))
    .map(([value, days]) => [
      [days * DAY_MS, value],
      [days * DAY_MS, Number.NaN],
    ]),
  'an outage of days': fc.integer({ min: 1, max: 400 }).map((days) => [[days * DAY_MS, 50]]),
  'every other sample missing': fc
    .tuple(seed, count)
    .map(([from, length]) =>
      calm(length, { seed: from }).map((value): Step => [2 * PERIOD_MS, value]),
    ),
  'timestamps that repeat': fc
    .tuple(level, level, count)
    .map(([a, b, length]) =>
      Array.from({ length }, (_, i): Step => [i % 3 === 0 ? PERIOD_MS : 0, i % 2 ? a : b]),
    ),
  'samples that are late': fc.array(
    fc.tuple(fc.integer({ min: -5 * PERIOD_MS, max: PERIOD_MS }), level),
    { maxLength: 30 },
  ),
  'a period that changes': fc
    .tuple(fc.constantFrom(1000, 60_000, 3_600_000, DAY_MS), seed, count)
    .map(([periodMs, from, length]) =>
      calm(length, { seed: from }).map((value): Step => [periodMs, value]),
    ),
  'a clock that jumps ahead and back': fc
    .tuple(fc.constantFrom(3_600_000, YEAR_MS, 30 * YEAR_MS), level)
    .map(([ahead, value]) => [
      [ahead, value],
      [-ahead, value],
      [PERIOD_MS - ahead, value],
    ]),
  'a clock that ticks unevenly': fc.array(
    fc.tuple(fc.double({ min: 0.001, max: 3 * PERIOD_MS, noNaN: true }), level),
    { maxLength: 30 },
  ),
};

const CALM = fc
  .tuple(seed, count)
  .map(([from, length]): readonly Step[] => regularly(calm(length, { seed: from })));

interface Sample {
  readonly timestamp: number;
  readonly value: number;
}

/** As they reach the detector, from `after` on. */
function samplesOf(steps: readonly Step[], after = START): Sample[] {
  let latest = after;
  return steps.map(([afterMs, value]) => {
    const timestamp = latest + afterMs;
    latest = Math.max(latest, timestamp);
    return { timestamp, value };
  });
}

function latestOf(samples: readonly Sample[]): number {
  return samples.reduce((latest, { timestamp }) => Math.max(latest, timestamp), START);
}

/** The score of each sample; what holds of an answer to whatever comes is checked on the way. */
function judged(detector: Detector, samples: readonly Sample[]): number[] {
  return samples.map(({ timestamp, value }) => {
    const score = detector.score(timestamp, value);
    const reason = detector.noOpinion(timestamp, value);
    const { lower, upper } = detector.expect(timestamp);
    // Not by `expect`, which takes far longer than the detector.
    const isSound =
      Number.isNaN(score) === (reason !== undefined) &&
      (Number.isFinite(value) || reason === 'missing-sample') &&
      !(lower > upper) && // NaN for a detector that has no band
      Object.is(detector.score(timestamp, value), score);
    if (!isSound) expect.fail(`${value}: score ${score}, ${reason}, band ${lower} to ${upper}`);
    detector.learn(timestamp, value);
    return score;
  });
}

describe.each(DETECTOR_TYPES.filter((type) => type in DETECTOR_ENTRIES))('%s', (type) => {
  const runs = { numRuns: type === 'isolation-forest' ? 10 : 30 };
  let create: DetectorFactory;
  beforeAll(async () => {
    create = await loadDetector(DETECTOR_ENTRIES[type].spec);
  });

  test.each(Object.keys(TROUBLES))('with %s it has an opinion or says why not', (name) => {
    const series = fc.tuple(CALM, TROUBLES[name]!, CALM).map((stretches) => stretches.flat());
    fc.assert(
      fc.property(series, (steps) => {
        judged(create(), samplesOf(steps));
      }),
      runs,
    );
  });

  const anyTrouble = fc.oneof(...Object.values(TROUBLES), CALM);
  const troubled = fc.array(anyTrouble, { maxLength: 8 }).map((stretches) => stretches.flat());

  test('once a series has been calm for a while, it has an opinion, whatever there was before', () => {
    fc.assert(
      fc.property(troubled, (steps) => {
        const detector = create();
        const before = samplesOf(steps);
        judged(detector, before);
        const after = samplesOf(regularly(calm(100)), latestOf(before));
        const scores = judged(detector, after);
        expect(scores.slice(60)).not.toContain(Number.NaN);
      }),
      runs,
    );
  });

  test('what comes later, or is asked meanwhile, changes no score', () => {
    fc.assert(
      fc.property(troubled, fc.nat({ max: 200 }), (steps, cut) => {
        const samples = samplesOf(steps);
        const whole = judged(create(), samples);
        expect(judged(create(), samples.slice(0, cut))).toEqual(whole.slice(0, cut));

        const unasked = create();
        samples.slice(0, cut).forEach(({ timestamp, value }) => {
          unasked.learn(timestamp, value);
        });
        expect(judged(unasked, samples.slice(cut))).toEqual(whole.slice(cut));
      }),
      runs,
    );
  });

  test('stopped and restored in the midst of it, it goes on identically', () => {
    fc.assert(
      fc.property(troubled, fc.nat({ max: 200 }), (steps, cut) => {
        const samples = samplesOf(steps);
        const whole = create();
        judged(whole, samples.slice(0, cut));
        const restored = create(whole.snapshot());
        const after = samples.slice(cut);
        expect(judged(restored, after)).toEqual(judged(whole, after));
        expect(restored.snapshot()).toEqual(whole.snapshot());
      }),
      runs,
    );
  });
});
