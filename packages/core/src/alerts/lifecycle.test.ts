import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noOpinionOf, verdictOf } from '../testing/alerts.ts';
import { timeOf } from '../testing/series.ts';
import {
  ALERT_OK,
  type AlertPolicy,
  type AlertState,
  advanceAlert,
  type Decision,
  type DecisionReason,
} from './lifecycle.ts';
import type { Verdict } from './verdict.ts';

const POLICY: AlertPolicy = { direction: 'both', resolveAfterSamples: 3 };

/** The decisions on verdicts that come one after another, from a state where nothing is open. */
function decisionsOn(verdicts: readonly Verdict[], policy: Partial<AlertPolicy> = {}): Decision[] {
  let state: AlertState = ALERT_OK;
  return verdicts.map((verdict) => {
    const decision = advanceAlert(state, verdict, { ...POLICY, ...policy });
    state = decision.state;
    return decision;
  });
}

/** The same for values, one a period: 50 is normal, below 20 and above 80 is flagged; NaN no opinion. */
function decisionsOnValues(values: readonly number[], policy: Partial<AlertPolicy> = {}) {
  return decisionsOn(
    values.map((value, i) => (Number.isNaN(value) ? noOpinionOf(i) : verdictOf(i, value))),
    policy,
  );
}

const reasonsOf = (decisions: readonly Decision[]): DecisionReason[] =>
  decisions.map(({ reason }) => reason);
const transitionsOf = (decisions: readonly Decision[]): (string | undefined)[] =>
  decisions.map(({ transition }) => transition);

describe('advanceAlert', () => {
  test('samples that are not flagged are normal, and nothing opens', () => {
    const decisions = decisionsOnValues([50, 80, 20, 49.9]);
    expect(reasonsOf(decisions)).toEqual(['normal', 'normal', 'normal', 'normal']);
    expect(decisions.at(-1)).toEqual({ state: ALERT_OK, reason: 'normal' });
  });

  test('a score on the threshold is not above it', () => {
    const verdict = verdictOf(0, 80);
    expect(verdict.score).toBe(verdict.threshold);
    expect(advanceAlert(ALERT_OK, verdict, POLICY).reason).toBe('normal');
  });

  test('it fires on the first flagged sample, which names it', () => {
    const [, fired] = decisionsOnValues([50, 95]);
    expect(fired).toEqual({
      reason: 'first-flagged',
      transition: 'firing',
      state: {
        phase: 'firing',
        since: timeOf(1),
        cleanSamples: 0,
        worst: { timestamp: timeOf(1), value: 95, deviationFactor: 4.5, score: 4.5 },
      },
    });
  });

  test('it stays one alert while it lasts', () => {
    const decisions = decisionsOnValues([95, 99, 5, 90]);
    expect(reasonsOf(decisions)).toEqual([
      'first-flagged',
      'still-flagged',
      'still-flagged',
      'still-flagged',
    ]);
    expect(transitionsOf(decisions)).toEqual(['firing', undefined, undefined, undefined]);
    expect(decisions.at(-1)?.state).toMatchObject({ phase: 'firing', since: timeOf(0) });
  });

  test('it resolves with the third clean sample in a row', () => {
    const decisions = decisionsOnValues([95, 50, 51, 52, 53]);
    expect(reasonsOf(decisions)).toEqual([
      'first-flagged',
      'recovering',
      'recovering',
      'recovered',
      'normal',
    ]);
    expect(transitionsOf(decisions)[3]).toBe('resolved');
    expect(decisions[3]?.state).toEqual(ALERT_OK);
  });

  test('with one clean sample enough it resolves at once', () => {
    const decisions = decisionsOnValues([95, 50], { resolveAfterSamples: 1 });
    expect(transitionsOf(decisions)).toEqual(['firing', 'resolved']);
  });

  test('a flagged sample starts the count of clean ones again', () => {
    const decisions = decisionsOnValues([95, 50, 50, 95, 50, 50, 50]);
    expect(reasonsOf(decisions)).toEqual([
      'first-flagged',
      'recovering',
      'recovering',
      'still-flagged',
      'recovering',
      'recovering',
      'recovered',
    ]);
    expect(decisions[3]?.state).toMatchObject({ cleanSamples: 0, since: timeOf(0) });
  });

  test('a sample without an opinion changes nothing: neither opens, nor ends, nor counts', () => {
    const decisions = decisionsOnValues([NaN, 95, NaN, 50, NaN, NaN, 50, NaN, 50]);
    expect(reasonsOf(decisions)).toEqual([
      'no-opinion',
      'first-flagged',
      'no-opinion',
      'recovering',
      'no-opinion',
      'no-opinion',
      'recovering',
      'no-opinion',
      'recovered',
    ]);
    expect(decisions[2]?.state).toBe(decisions[1]?.state);
    expect(decisions[0]?.state).toBe(ALERT_OK);
  });

  test.each([
    { direction: 'above', watched: 95, other: 5 },
    { direction: 'below', watched: 5, other: 95 },
  ] as const)('watching only $direction, the other side is clean', (example) => {
    const { direction, watched, other } = example;
    const decisions = decisionsOnValues([other, watched, other, other, other, other], {
      direction,
    });
    expect(reasonsOf(decisions)).toEqual([
      'other-direction',
      'first-flagged',
      'recovering',
      'recovering',
      'recovered',
      'other-direction',
    ]);
  });

  test('the worst sample is kept, the first of equals', () => {
    const worstAfter = (values: number[]): unknown => {
      const { state } = decisionsOnValues(values).at(-1)!;
      return state.phase === 'firing' ? [state.worst.value, state.worst.timestamp] : undefined;
    };
    expect(worstAfter([85, 99, 90])).toEqual([99, timeOf(1)]);
    expect(worstAfter([85, 1, 99])).toEqual([1, timeOf(1)]);
    expect(worstAfter([85, 50, NaN, 90])).toEqual([90, timeOf(3)]);
  });

  test('the worst sample of a series without a deviation has no deviation factor', () => {
    const flat = { ...verdictOf(0, 95).expectation, standardDeviation: 0 };
    const { state } = advanceAlert(ALERT_OK, verdictOf(0, 95, { expectation: flat }), POLICY);
    expect(state).toMatchObject({ worst: { deviationFactor: null, score: 4.5 } });
  });

  test('after it has resolved the next flagged sample is a new alert', () => {
    const decisions = decisionsOnValues([95, 50, 50, 50, 90]);
    expect(transitionsOf(decisions)).toEqual([
      'firing',
      undefined,
      undefined,
      'resolved',
      'firing',
    ]);
    expect(decisions[4]?.state).toMatchObject({
      since: timeOf(4),
      cleanSamples: 0,
      worst: { value: 90 },
    });
  });

  test('every reason there is can be reached', () => {
    const reached = new Set(
      reasonsOf(decisionsOnValues([5, 50, NaN, 95, 95, 50, 50, 50], { direction: 'above' })),
    );
    const all: Record<DecisionReason, true> = {
      normal: true,
      'no-opinion': true,
      'other-direction': true,
      'first-flagged': true,
      'still-flagged': true,
      recovering: true,
      recovered: true,
    };
    expect([...reached].sort()).toEqual(Object.keys(all).sort());
  });

  test('whatever comes, firing and resolved alternate, and an end has its clean samples before it', () => {
    const value = fc.constantFrom(50, 50, 50, 95, 5, NaN);
    const policy = fc.record({
      direction: fc.constantFrom('above', 'below', 'both'),
      resolveAfterSamples: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), policy, (values, chosen) => {
        let expected: 'firing' | 'resolved' = 'firing';
        let clean = 0;
        for (const [i, { reason, transition }] of decisionsOnValues(values, chosen).entries()) {
          if (reason === 'first-flagged' || reason === 'still-flagged') clean = 0;
          else if (reason !== 'no-opinion') clean += 1;
          if (transition === undefined) continue;
          expect(transition).toBe(expected);
          if (transition === 'resolved') expect(clean).toBe(chosen.resolveAfterSamples);
          expect(values[i]).not.toBeNaN();
          expected = transition === 'firing' ? 'resolved' : 'firing';
        }
      }),
    );
  });
});
