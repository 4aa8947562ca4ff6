import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decisionsOn,
  decisionsOnDays,
  decisionsOnValues,
  noOpinionOf,
  rareVerdictOf,
  verdictOf,
} from '../testing/alerts.ts';
import { timeOf } from '../testing/series.ts';
import {
  ALERT_OK,
  type AlertState,
  advanceAlert,
  type Decision,
  type DecisionReason,
} from './lifecycle.ts';
import type { AlertPolicy } from './policy.ts';

const POLICY: AlertPolicy = { direction: 'both', resolveAfterSamples: 3 };
/** For what has nothing to do with quiet after an alert. */
const AT_ONCE = { policy: { rearmMs: 0 } };

const reasonsOf = (decisions: readonly Decision[]): DecisionReason[] =>
  decisions.map(({ reason }) => reason);
const transitionsOf = (decisions: readonly Decision[]): (string | undefined)[] =>
  decisions.map(({ transition }) => transition);

describe('advanceAlert', () => {
  test('samples that are not flagged are normal, and nothing opens', () => {
    const decisions = decisionsOnValues([50, 80, 20, 49.9]);
    expect(reasonsOf(decisions)).toEqual(['normal', 'normal', 'normal', 'normal']);
    expect(decisions.at(-1)).toEqual({ state: ALERT_OK, reason: 'normal', signal: 0 });
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
      signal: 4.5,
      state: {
        phase: 'firing',
        since: timeOf(1),
        cleanSamples: 0,
        worst: { timestamp: timeOf(1), value: 95, deviationFactor: 4.5, signal: 4.5 },
        told: {
          severity: 'page',
          strength: expect.closeTo(1, 12),
          at: timeOf(1),
          flaggedAt: timeOf(1),
        },
        normal: { lower: 20, upper: 80 },
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
    expect(decisions[3]?.state.phase).toBe('ok');
  });

  test('with one clean sample enough it resolves at once', () => {
    const decisions = decisionsOnValues([95, 50], { policy: { resolveAfterSamples: 1 } });
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
      policy: { direction },
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

  test('where the rarity is known the rarest sample is the worst, whatever its score', () => {
    const rarest = rareVerdictOf(1, 20, { score: 1 });
    const verdicts = [
      rareVerdictOf(0, 10, { score: 9 }),
      rarest,
      rareVerdictOf(2, 15, { score: 8 }),
    ];
    let state: AlertState = ALERT_OK;
    for (const verdict of verdicts) state = advanceAlert(state, verdict, POLICY).state;
    expect(state).toMatchObject({ worst: { timestamp: timeOf(1), signal: 20 } });
  });

  test('the worst sample of a series without a deviation has no deviation factor', () => {
    const flat = { ...verdictOf(0, 95).expectation, standardDeviation: 0 };
    const { state } = advanceAlert(ALERT_OK, verdictOf(0, 95, { expectation: flat }), POLICY);
    expect(state).toMatchObject({ worst: { deviationFactor: null, signal: 4.5 } });
  });

  test('after it has resolved the next flagged sample is a new alert', () => {
    const decisions = decisionsOnValues([95, 50, 50, 50, 90], AT_ONCE);
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

  test('samples that are half as rare as a notice keep an alert open, and do not open one', () => {
    expect(reasonsOf(decisionsOnDays([2, 4, 1.6, 1.4, 1.4, 1.6, 1.4, 1.4, 1.4, 1.6]))).toEqual([
      'normal',
      'first-flagged',
      'still-flagged',
      'recovering',
      'recovering',
      'still-flagged',
      'recovering',
      'recovering',
      'recovered',
      'normal',
    ]);
  });

  test('on the side that is not watched they do not keep it open either', () => {
    const low = { expected: 200, lower: 150, upper: 250, mean: 200, standardDeviation: 10 };
    const verdicts = [4, 2, 2, 2].map((rarity, i) =>
      verdictOf(i, 95, { rarity, ...(i > 0 && { expectation: low }) }),
    );
    expect(reasonsOf(decisionsOn(verdicts, { policy: { direction: 'above' } }))).toEqual([
      'first-flagged',
      'recovering',
      'recovering',
      'recovered',
    ]);
  });

  test('a sample without an opinion is none, whatever was stored and under whatever raise', () => {
    for (const state of [
      ALERT_OK,
      ...decisionsOnDays([10, 1, 40, 1, 1, 1]).map(({ state }) => state),
    ]) {
      const policy = { ...POLICY, confirm: { flagged: 2, of: 3 } };
      const decision = advanceAlert(state, noOpinionOf(9), policy, {
        raise: Number.POSITIVE_INFINITY,
        muted: 'silenced',
        labelledNormal: true,
      });
      expect(decision).toEqual({ state, reason: 'no-opinion', signal: 0 });
      expect(decision.state).toBe(state);
    }
  });
});

describe('a smallest effect', () => {
  const policy = { minEffect: { absolute: 40 } };

  test('less is clean, also while an alert is open', () => {
    expect(reasonsOf(decisionsOnValues([85, 95, 85, 85, 85], { policy }))).toEqual([
      'small-effect',
      'first-flagged',
      'recovering',
      'recovering',
      'recovered',
    ]);
  });
});

describe('confirmation by several samples', () => {
  const policy = { confirm: { flagged: 2, of: 3 } };

  test('an alert opens with the second flagged of the last three', () => {
    expect(reasonsOf(decisionsOnValues([95, 50, 50, 95, 50, 95], { policy }))).toEqual([
      'unconfirmed',
      'normal',
      'normal',
      'unconfirmed',
      'normal',
      'first-flagged',
    ]);
  });

  test('a sample without an opinion is not one of them', () => {
    expect(reasonsOf(decisionsOnValues([95, NaN, NaN, NaN, 95], { policy })).at(-1)).toBe(
      'first-flagged',
    );
  });

  test('one that is open needs none: a single flagged sample keeps it so', () => {
    const values = [95, 95, 50, 50, 95, 50, 50, 50];
    expect(reasonsOf(decisionsOnValues(values, { policy })).slice(2)).toEqual([
      'recovering',
      'recovering',
      'still-flagged',
      'recovering',
      'recovering',
      'recovered',
    ]);
  });

  test('after it has ended, what belonged to it does not confirm the next', () => {
    const values = [95, 95, 50, 95];
    const ended = { ...policy, resolveAfterSamples: 1, rearmMs: 0 };
    expect(reasonsOf(decisionsOnValues(values, { policy: ended })).slice(2)).toEqual([
      'recovered',
      'unconfirmed',
    ]);
  });

  test('what is remembered of one rule serves another', () => {
    const remembered = decisionsOnValues([95, 95, 95, 50], {
      policy: { confirm: { flagged: 4, of: 4 } },
    }).at(-1)!.state;
    const next = (confirm: { flagged: number; of: number }): unknown =>
      decisionsOn([verdictOf(4, 95)], { state: remembered, policy: { confirm } })[0]?.reason;
    expect(next({ flagged: 4, of: 30 })).toBe('first-flagged');
    expect(next({ flagged: 2, of: 2 })).toBe('unconfirmed');
    expect(next({ flagged: 1, of: 1 })).toBe('first-flagged');
  });
});

test('whatever comes, alerts open and end in turn, and an end has its clean samples before it', () => {
  const value = fc.constantFrom(50, 50, 50, 95, 300, 5, NaN);
  const policy = fc.record({
    direction: fc.constantFrom('above', 'below', 'both'),
    resolveAfterSamples: fc.integer({ min: 1, max: 4 }),
    rearmMs: fc.constantFrom(0, 1_200_000),
    confirm: fc.constantFrom({ flagged: 1, of: 1 }, { flagged: 2, of: 3 }),
  });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), policy, (values, chosen) => {
      let isOpen = false;
      let clean = 0;
      for (const [i, decision] of decisionsOnValues(values, { policy: chosen }).entries()) {
        const { reason, transition, signal, state } = decision;
        if (reason === 'recovering' || reason === 'recovered') clean += 1;
        else if (reason !== 'no-opinion') clean = 0;
        expect(state.phase === 'firing').toBe(
          transition === undefined ? isOpen : transition !== 'resolved',
        );
        expect(signal > 0).toBe(transition === 'firing' || transition === 'worse');
        if (transition === undefined) continue;
        expect(isOpen).toBe(transition !== 'firing');
        if (transition === 'resolved') expect(clean).toBe(chosen.resolveAfterSamples);
        expect(values[i]).not.toBeNaN();
        isOpen = transition !== 'resolved';
      }
    }),
  );
});
