import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors.ts';
import { EXPECTATION, rareVerdictOf, verdictOf } from '../testing/alerts.ts';
import {
  ALERT_POLICY_DEFAULTS,
  type AlertPolicy,
  completePolicy,
  isClearlyWorse,
  rule,
} from './policy.ts';

const POLICY: AlertPolicy = { direction: 'both', resolveAfterSamples: 3 };

/** What a rarity comes to: not flagged, or its severity. */
function severityAt(days: number, policy: Partial<AlertPolicy> = {}, raise = 1): string {
  const { flagged, severity } = rule(rareVerdictOf(0, days), { ...POLICY, ...policy }, raise);
  return flagged ? severity : '-';
}

describe('the two severities', () => {
  test('once in three days is a notice, once in four weeks a page', () => {
    expect([2.9, 3, 27.9, 28, 1e300].map((days) => severityAt(days))).toEqual([
      '-',
      'notice',
      'notice',
      'page',
      'page',
    ]);
  });

  test.each([
    { sensitivity: 2, notice: 1.5, page: 14 },
    { sensitivity: 0.5, notice: 6, page: 56 },
    { sensitivity: 10, notice: 0.3, page: 2.8 },
  ])('a sensitivity of $sensitivity moves both: $notice and $page days', (example) => {
    const { sensitivity, notice, page } = example;
    const days = [0.99 * notice, 1.01 * notice, 0.99 * page, 1.01 * page];
    expect(days.map((rarity) => severityAt(rarity, { sensitivity }))).toEqual([
      '-',
      'notice',
      'notice',
      'page',
    ]);
  });

  test('a detector that does not tell how rare a sample is has one: beyond its threshold is a page', () => {
    const severities = [80, 81, 300].map((value) => {
      const { flagged, severity } = rule(verdictOf(0, value), { ...POLICY, sensitivity: 0.1 });
      return flagged ? severity : '-';
    });
    expect(severities).toEqual(['-', 'page', 'page']);
  });

  test('a raise asks of a page to be rarer by as much, and leaves notices alone', () => {
    const days = [2.9, 3, 41.9, 42.1];
    expect(days.map((rarity) => severityAt(rarity, {}, 1.5))).toEqual([
      '-',
      'notice',
      'notice',
      'page',
    ]);
    expect(rule(verdictOf(0, 95), POLICY, 1.05)).toMatchObject({
      severity: 'notice',
      unraised: 'page',
    });
    expect(rule(rareVerdictOf(0, 20), { ...POLICY, sensitivity: 2 }, 1.5)).toMatchObject({
      severity: 'notice',
      unraised: 'page',
    });
  });

  test.each([
    { sensitivity: 1, half: 1.5 },
    { sensitivity: 2, half: 0.75 },
  ])(
    'an alert stays open while it is more than half as rare as a notice: $half days',
    (example) => {
      const { sensitivity, half } = example;
      const stays = [half, 1.01 * half].map((days) => {
        return rule(rareVerdictOf(0, days), { ...POLICY, sensitivity }).stays;
      });
      expect(stays).toEqual([false, true]);
    },
  );

  test('no opinion is neither flagged nor a reason to keep an alert open', () => {
    for (const verdict of [
      verdictOf(0, 95, { score: Number.NaN }),
      verdictOf(0, 95, { score: Number.NaN, rarity: Number.NaN }),
    ]) {
      expect(rule(verdict, POLICY)).toMatchObject({ flagged: false, stays: false });
      expect(rule(verdict, POLICY).signal).toBeNaN();
    }
  });
});

describe('a sample beyond the bar that does not count', () => {
  const excuseOf = (value: number, policy: Partial<AlertPolicy>, changes = {}): unknown =>
    rule(verdictOf(0, value, changes), { ...POLICY, ...policy }).excused;

  test('is on the side that is not watched', () => {
    expect(excuseOf(5, { direction: 'above' })).toBe('other-direction');
    expect(excuseOf(95, { direction: 'above' })).toBeUndefined();
  });

  test('is less than the smallest effect off what was expected, in the unit of the metric or as a share', () => {
    expect(excuseOf(95, { minEffect: { absolute: 46 } })).toBe('small-effect');
    expect(excuseOf(95, { minEffect: { absolute: 45 } })).toBeUndefined();
    expect(excuseOf(95, { minEffect: { relative: 0.91 } })).toBe('small-effect');
    expect(excuseOf(95, { minEffect: { relative: 0.9 } })).toBeUndefined();
    expect(excuseOf(95, { minEffect: { absolute: 1, relative: 0.91 } })).toBe('small-effect');
  });

  test('is not one of which nothing was expected', () => {
    const expectation = { ...EXPECTATION, expected: Number.NaN };
    expect(excuseOf(95, { minEffect: { absolute: 1e6 } }, { expectation })).toBeUndefined();
  });

  test('is excused only beyond the bar', () => {
    expect(excuseOf(60, { direction: 'below', minEffect: { absolute: 100 } })).toBeUndefined();
  });
});

describe('the strength of a sample', () => {
  test('grows by one with each factor that is clearly worse', () => {
    const strengthOf = (days: number): number => rule(rareVerdictOf(0, days), POLICY).strength;
    expect([3, 75, 1875].map(strengthOf)).toEqual([0, 1, 2].map((n) => expect.closeTo(n, 12)));
    const ofValue = (value: number): number => rule(verdictOf(0, value), POLICY).strength;
    expect([80, 95, 117.5, 5].map(ofValue)).toEqual([0, 1, 2, 1].map((n) => expect.closeTo(n, 12)));
  });

  test('is measured from what is worth a notice, whatever the sensitivity', () => {
    const strengthAt = (days: number, sensitivity: number): number =>
      rule(rareVerdictOf(0, days), { ...POLICY, sensitivity }).strength;
    expect(strengthAt(1.5, 2)).toBeCloseTo(0, 12);
    expect(strengthAt(6, 0.5)).toBeCloseTo(0, 12);
  });

  test('has to grow by more than one to be clearly worse', () => {
    expect([0.5, 1, 1.001, 2].map((strength) => isClearlyWorse(strength, 0))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test('of whatever is flagged it is a number that JSON can say', () => {
    const level = fc.oneof(
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    const expectation = fc.record({
      expected: level,
      lower: level,
      upper: level,
      mean: level,
      standardDeviation: level,
    });
    const value = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    const rarity = fc.option(fc.double({ min: 0, max: 1e300, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(value, expectation, rarity, (any, expected, days) => {
        const changes = {
          score: 10,
          expectation: expected,
          ...(days !== undefined && { rarity: days }),
        };
        const { stays, strength } = rule(verdictOf(0, any, changes), POLICY);
        if (stays) expect(strength).toSatisfy(Number.isFinite);
      }),
    );
  });
});

describe('completePolicy', () => {
  test('takes the defaults, and every option at its limits', () => {
    completePolicy(ALERT_POLICY_DEFAULTS);
    completePolicy(POLICY);
    for (const sensitivity of [0.1, 10]) completePolicy({ ...POLICY, sensitivity });
    completePolicy({
      direction: 'below',
      resolveAfterSamples: 1,
      rearmMs: 0,
      confirm: { flagged: 30, of: 30 },
      minEffect: { absolute: 0, relative: 0 },
    });
  });

  test.each<[object, string]>([
    [{ direction: 'up' }, 'direction must be one of above, below, both, got up'],
    [{ sensitivity: 0 }, 'sensitivity must be in [0.1, 10], got 0'],
    [{ sensitivity: 11 }, 'sensitivity must be in [0.1, 10], got 11'],
    [{ sensitivity: Number.NaN }, 'sensitivity must be in [0.1, 10], got NaN'],
    [{ resolveAfterSamples: 0 }, 'resolveAfterSamples must be an integer >= 1, got 0'],
    [{ resolveAfterSamples: 1.5 }, 'resolveAfterSamples must be an integer >= 1, got 1.5'],
    [{ rearmMs: -1 }, 'rearmMs must be finite and >= 0, got -1'],
    [{ rearmMs: Number.POSITIVE_INFINITY }, 'rearmMs must be finite and >= 0, got Infinity'],
    [{ repeatMs: -1 }, 'repeatMs must be finite and >= 0, got -1'],
    [{ repeatMs: Number.NaN }, 'repeatMs must be finite and >= 0, got NaN'],
    [{ confirm: { flagged: 1, of: 31 } }, 'confirm.of must be an integer in [1, 30], got 31'],
    [
      { confirm: { flagged: 4, of: 3 } },
      'confirm.flagged must be an integer in [1, 3], of as many samples, got 4',
    ],
    [
      { confirm: { flagged: 0, of: 3 } },
      'confirm.flagged must be an integer in [1, 3], of as many samples, got 0',
    ],
    [{ minEffect: { absolute: -1 } }, 'minEffect.absolute must be finite and >= 0, got -1'],
    [
      { minEffect: { relative: Number.NaN } },
      'minEffect.relative must be finite and >= 0, got NaN',
    ],
  ])('refuses %j', (changes, message) => {
    const check = () => completePolicy({ ...POLICY, ...changes });
    expect(check).toThrow(InvalidOptionError);
    expect(check).toThrow(message);
  });
});
