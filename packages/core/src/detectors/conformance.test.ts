import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors.ts';
import { metricValue, NOT_NUMBERS, rawValues } from '../testing/arbitraries.ts';
import { DETECTOR_ENTRIES } from '../testing/detector-entries.ts';
import { calm, timeOf } from '../testing/series.ts';
import type { Detector, DetectorFactory } from './detector.ts';
import { DETECTOR_TYPES, type DetectorSpec, loadDetector } from './detector-spec.ts';

/** Fewer runs where each sample costs a fit. */
function runsOf(type: DetectorSpec['type']): { numRuns: number } {
  return { numRuns: type === 'isolation-forest' ? 30 : 100 };
}

function learnAll(detector: Detector, values: readonly number[], from = 0): void {
  values.forEach((value, i) => {
    detector.learn(timeOf(from + i), value);
  });
}

/** The score of each sample, as a run does it: judged, then learned. */
function scoresOf(detector: Detector, values: readonly number[], from = 0): number[] {
  return values.map((value, i) => {
    const score = detector.score(timeOf(from + i), value);
    detector.learn(timeOf(from + i), value);
    return score;
  });
}

/** All that can be seen of a detector at a moment. */
function viewOf(detector: Detector, index: number, value: number) {
  return {
    score: detector.score(timeOf(index), value),
    noOpinion: detector.noOpinion(timeOf(index), value),
    expectation: detector.expect(timeOf(index)),
    snapshot: detector.snapshot(),
    threshold: detector.threshold,
  };
}

test('every type of detector has an entry here, and nothing else has', () => {
  expect(Object.keys(DETECTOR_ENTRIES).sort()).toEqual([...DETECTOR_TYPES].sort());
  for (const [type, { spec }] of Object.entries(DETECTOR_ENTRIES)) expect(spec.type).toBe(type);
});

describe.each(DETECTOR_TYPES.filter((type) => type in DETECTOR_ENTRIES))('%s', (type) => {
  const entry = DETECTOR_ENTRIES[type];
  let create: DetectorFactory;
  beforeAll(async () => {
    create = await loadDetector(entry.spec);
  });

  test('scoring any number of times changes no later score, expectation or snapshot', () => {
    const probe = fc.oneof(metricValue(), fc.constantFrom(...NOT_NUMBERS));
    fc.assert(
      fc.property(rawValues(30), fc.array(probe), metricValue(), (learned, probes, value) => {
        const [undisturbed, probed] = [create(), create()];
        learned.forEach((sample, i) => {
          undisturbed.learn(timeOf(i), sample);
          probed.learn(timeOf(i), sample);
          if (i % 10 === 0) for (const odd of probes.slice(0, 3)) probed.score(timeOf(i + 1), odd);
        });
        for (const odd of probes) viewOf(probed, learned.length, odd);
        expect(viewOf(probed, learned.length, value)).toEqual(
          viewOf(undisturbed, learned.length, value),
        );
      }),
      runsOf(type),
    );
  });

  test('high means anomalous: far off on either side scores above all that is calm, and is flagged', () => {
    for (const seed of [1, 2, 3]) {
      const values = calm(40, { level: 0, spread: 50, seed });
      const detector = create();
      learnAll(detector, values);
      const calmest = detector.score(timeOf(40), 0);
      for (const far of [1000, -1000]) {
        const score = detector.score(timeOf(40), far);
        expect(score).toBeGreaterThan(calmest);
        expect(score).toBeGreaterThan(detector.threshold);
        for (const value of values) {
          expect(score).toBeGreaterThan(detector.score(timeOf(40), value));
        }
      }
      expect(calmest).toBeLessThanOrEqual(detector.threshold);
    }
  });

  test('fault 15: a sample that is NaN or infinite is missing: no score, and never learned', () => {
    fc.assert(
      fc.property(rawValues(30), fc.constantFrom(...NOT_NUMBERS), (learned, missing) => {
        const detector = create();
        learnAll(detector, learned);
        const at = timeOf(learned.length);
        const before = detector.snapshot();
        expect(detector.score(at, missing)).toBeNaN();
        expect(detector.noOpinion(at, missing)).toBe('missing-sample');
        detector.learn(at, missing);
        expect(detector.snapshot()).toEqual(before);
      }),
      runsOf(type),
    );
  });

  test('too little history is warming up, and the first opinion comes when it was said to', () => {
    const detector = create();
    calm(entry.learnsBefore).forEach((value, i) => {
      expect(detector.noOpinion(timeOf(i), value)).toBe('warming-up');
      expect(detector.score(timeOf(i), value)).toBeNaN();
      detector.learn(timeOf(i), value);
    });
    expect(detector.noOpinion(timeOf(entry.learnsBefore), 50)).toBeUndefined();
    expect(detector.score(timeOf(entry.learnsBefore), 50)).not.toBeNaN();
  });

  const byDefault = entry.learnsBeforeByDefault;
  const testDefaults = byDefault === undefined ? test.skip : test;
  testDefaults('by default it wants as much history as its documentation says', async () => {
    const detector = (await loadDetector({ type } as DetectorSpec))();
    const values = calm(byDefault!);
    learnAll(detector, values.slice(0, -1));
    expect(detector.noOpinion(timeOf(values.length - 1), 50)).toBe('warming-up');
    detector.learn(timeOf(values.length - 1), values.at(-1)!);
    expect(detector.noOpinion(timeOf(values.length), 50)).toBeUndefined();
    expect(detector.score(timeOf(values.length), 50)).not.toBeNaN();
  });

  test('there is a reason for no opinion exactly where the score is NaN', () => {
    fc.assert(
      fc.property(rawValues(40), (values) => {
        const detector = create();
        values.forEach((value, i) => {
          const score = detector.score(timeOf(i), value);
          expect(detector.noOpinion(timeOf(i), value) !== undefined).toBe(Number.isNaN(score));
          detector.learn(timeOf(i), value);
        });
      }),
      runsOf(type),
    );
  });

  test('fault 16: a constant series, of zeros too, never alerts and says why it has no opinion', () => {
    const constant = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -100, max: 100 }),
      fc.constant(0.1),
    );
    fc.assert(
      fc.property(constant, (value) => {
        const detector = create();
        for (let i = 0; i < 60; i++) {
          const score = detector.score(timeOf(i), value);
          const reason = detector.noOpinion(timeOf(i), value);
          const warm = i >= entry.learnsBefore;
          expect(score > detector.threshold).toBe(false);
          if (!warm) expect(reason).toBe('warming-up');
          else expect(reason).toBe(entry.ofConstants === 'normal' ? undefined : 'no-spread');
          detector.learn(timeOf(i), value);
        }
      }),
      { numRuns: 10 },
    );
  });

  test('fault 16: a series that goes between two values is not flagged for it', () => {
    const pair = fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 }));
    fc.assert(
      fc.property(pair, ([low, high]) => {
        const detector = create();
        for (let i = 0; i < 60; i++) {
          const value = i % 2 === 0 ? low : high;
          expect(detector.score(timeOf(i), value) > detector.threshold).toBe(false);
          detector.learn(timeOf(i), value);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('stopped, restored and continued, it gives identical scores', () => {
    fc.assert(
      fc.property(rawValues(30), rawValues(30), (before, after) => {
        const whole = create();
        learnAll(whole, before);
        const snapshot = whole.snapshot();
        const restored = create(snapshot.slice());
        snapshot.fill(-1); // a snapshot is a copy

        const from = before.length;
        expect(scoresOf(restored, after, from)).toEqual(scoresOf(whole, after, from));
        expect(viewOf(restored, from + after.length, 7)).toEqual(
          viewOf(whole, from + after.length, 7),
        );
      }),
      runsOf(type),
    );
  });

  test('two detectors of one factory know nothing of each other, nor of the future', () => {
    fc.assert(
      fc.property(rawValues(25), rawValues(15), rawValues(40), (past, future, other) => {
        const prefix = scoresOf(create(), past);
        const [whole, neighbour] = [create(), create()];
        const together = [...past, ...future].map((value, i) => {
          neighbour.learn(timeOf(i), other[i] ?? 0);
          return scoresOf(whole, [value], i)[0];
        });
        expect(together.slice(0, past.length)).toEqual(prefix);
      }),
      runsOf(type),
    );
  });

  test('a sample that counts as several is still one sample, and its state comes back', () => {
    fc.assert(
      fc.property(
        rawValues(40),
        fc.integer({ min: 2, max: 7 }),
        metricValue(),
        (values, n, next) => {
          const [once, often] = [create(), create()];
          values.forEach((value, i) => {
            once.learn(timeOf(i), value);
            often.learn(timeOf(i), value, n);
          });
          const at = values.length;
          expect(often.noOpinion(timeOf(at), next)).toBe(once.noOpinion(timeOf(at), next));
          expect(often.snapshot()).toHaveLength(once.snapshot().length);
          expect(viewOf(create(often.snapshot()), at, next)).toEqual(viewOf(often, at, next));
        },
      ),
      runsOf(type),
    );
  });

  test('a sample not newer than the newest is not learned', () => {
    fc.assert(
      fc.property(rawValues(30), metricValue(), fc.nat(), (values, value, back) => {
        const detector = create();
        learnAll(detector, [1, ...values, 2]);
        const before = detector.snapshot();
        detector.learn(timeOf(values.length + 1) - back, value);
        expect(detector.snapshot()).toEqual(before);
      }),
      runsOf(type),
    );
  });

  const testShifts = entry.shiftsAndScales ? test : test.skip;
  testShifts('shifted or rescaled data leave the verdict unchanged', () => {
    const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 40, size: 'max' });
    const shift = fc.integer({ min: -1024, max: 1024 }).map((n) => n * 1024);
    const factor = fc.integer({ min: -20, max: 20 }).map((n) => 2 ** n);
    fc.assert(
      fc.property(whole, shift, factor, (values, by, times) => {
        const [plain, moved] = [create(), create()];
        values.forEach((value, i) => {
          const score = plain.score(timeOf(i), value);
          const same = moved.score(timeOf(i), (value + by) * times);
          expect(Number.isNaN(same)).toBe(Number.isNaN(score));
          // The data change without rounding, the mean of large numbers does not: ties may fall.
          if (Math.abs(score - plain.threshold) > 1e-8) {
            expect(same > moved.threshold).toBe(score > plain.threshold);
          }
          plain.learn(timeOf(i), value);
          moved.learn(timeOf(i), (value + by) * times);
        });
      }),
      runsOf(type),
    );
  });

  for (const { options, option, expected, got } of entry.misuse) {
    const given = Object.entries(options).map((pair) => pair.join(' '));
    test(`${given.join(', ')} is refused at construction, and ${option} blamed`, async () => {
      const spec = { ...entry.spec, ...options } as DetectorSpec;
      const error = await loadDetector(spec).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(error).toMatchObject({
        option,
        expected,
        message: `${option} must be ${expected}, got ${got}`,
      });
    });
  }
});

describe('isolation-forest', () => {
  const { spec } = DETECTOR_ENTRIES['isolation-forest'];
  const values = calm(30);

  test('the same seed gives the same scores, and another seed others', async () => {
    const scores = async (seed: number): Promise<number[]> =>
      scoresOf((await loadDetector({ ...spec, seed } as DetectorSpec))(), values).slice(10);
    expect(await scores(1)).toEqual(await scores(1));
    expect(await scores(1)).not.toEqual(await scores(2));
  });
});
