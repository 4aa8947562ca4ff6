import { describe, expect, test } from 'vitest';
import type { Detector } from '../detectors/detector.ts';
import { createSeriesFold } from '../pipeline/series-fold.ts';
import {
  DECISION_REASONS,
  decisionsOn,
  decisionsOnDays,
  decisionsOnValues,
  rareVerdictOf,
  verdictOf,
} from '../testing/alerts.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import { ALERT_OK, type Decision, opensPage } from './lifecycle.ts';

/** Periods in the twelve hours after which an alert re-arms. */
const REARM = (12 * 3_600_000) / PERIOD_MS;

/** Each decision in short: its reason, and in capitals what is told with which severity. */
function summaryOf(decisions: readonly Decision[]): string[] {
  return decisions.map(({ reason, transition, state }) => {
    if (transition === undefined || state.phase === 'ok') return reason;
    return `${reason}: ${state.told.severity.toUpperCase()}`;
  });
}

/** The last decision on rarities by their index; between them the metric is normal. */
function lastOnDaysAt(
  days: Readonly<Record<number, number>>,
  circumstances?: Parameters<typeof decisionsOnDays>[1],
): string {
  const last = Math.max(...Object.keys(days).map(Number));
  const all = Array.from({ length: last + 1 }, (_, i) => days[i] ?? 0);
  return summaryOf(decisionsOnDays(all, circumstances)).at(-1)!;
}

describe('the severity of an alert', () => {
  test('is that of the sample that opens it, and stays at its highest', () => {
    expect(summaryOf(decisionsOnDays([4, 5, 30, 4, 40]))).toEqual([
      'first-flagged: NOTICE',
      'still-flagged',
      'now-a-page: PAGE',
      'still-flagged',
      'still-flagged',
    ]);
  });

  test('becomes a page once, at the first sample that is one', () => {
    const paged = decisionsOnDays([4, 30, 4, 31, 1, 1, 1]);
    expect(paged.map(opensPage)).toEqual([false, true, false, false, false, false, false]);
    expect(paged.at(-1)?.reason).toBe('recovered');
  });

  test('of a detector that does not tell how rare a sample is, is a page', () => {
    expect(summaryOf(decisionsOnValues([95]))).toEqual(['first-flagged: PAGE']);
  });
});

describe('an open alert', () => {
  test('is told again when a sample is more than 25 times as rare as what was told', () => {
    expect(summaryOf(decisionsOnDays([30, 700, 749, 760, 18_000, 20_000, 30]))).toEqual([
      'first-flagged: PAGE',
      'still-flagged',
      'still-flagged',
      'clearly-worse: PAGE',
      'still-flagged',
      'clearly-worse: PAGE',
      'still-flagged',
    ]);
  });

  test('of a detector with a score is told again when a sample is half as far off again', () => {
    expect(summaryOf(decisionsOnValues([95, 110, 117, 118, 150, 153, 50]))).toEqual([
      'first-flagged: PAGE',
      'still-flagged',
      'still-flagged',
      'clearly-worse: PAGE',
      'still-flagged',
      'clearly-worse: PAGE',
      'recovering',
    ]);
  });

  // The score of a forest, or of a limit, is a little above zero: one and a half times that is still little.
  test('whose score starts at zero is not told again for next to nothing', () => {
    const scores = [0.001, 0.01, 0.1];
    const verdicts = scores.map((score, i) => verdictOf(i, 95 + i, { score, threshold: 0 }));
    expect(summaryOf(decisionsOn(verdicts))).toEqual([
      'first-flagged: PAGE',
      'still-flagged',
      'still-flagged',
    ]);
  });

  test('over a limit that somebody has set is told again when it is as far over it as half the limit', () => {
    const limit = {
      expected: NaN,
      lower: -Infinity,
      upper: 80,
      mean: NaN,
      standardDeviation: NaN,
    };
    const verdicts = [81, 90, 121, 125].map((value, i) =>
      verdictOf(i, value, { score: value - 80, threshold: 0, expectation: limit }),
    );
    expect(summaryOf(decisionsOn(verdicts))).toEqual([
      'first-flagged: PAGE',
      'still-flagged',
      'still-flagged',
      'clearly-worse: PAGE',
    ]);
  });

  test('says what it tells as its signal, and is silent otherwise', () => {
    expect(decisionsOnDays([1, 30, 40, 800, 1, 1, 1]).map(({ signal }) => signal)).toEqual([
      0, 30, 0, 800, 0, 0, 0,
    ]);
  });
});

describe('after an alert', () => {
  test('a flagged sample within twelve hours of the last one stays quiet', () => {
    expect(lastOnDaysAt({ 0: 100, [REARM]: 100 })).toBe('quiet');
    expect(lastOnDaysAt({ 0: 100, [REARM + 1]: 100 })).toBe('first-flagged: PAGE');
  });

  test('each flagged sample makes the quiet longer, up to two days after what was told', () => {
    const often = { 0: 100, 140: 100, 280: 100, 420: 100, 560: 100 };
    expect(lastOnDaysAt({ ...often, [4 * REARM]: 100 })).toBe('quiet');
    expect(lastOnDaysAt({ ...often, [4 * REARM + 1]: 100 })).toBe('first-flagged: PAGE');
  });

  test('one that is clearly worse opens at once', () => {
    expect(lastOnDaysAt({ 0: 100, 20: 2400 })).toBe('quiet');
    expect(lastOnDaysAt({ 0: 100, 20: 2600 })).toBe('first-flagged: PAGE');
  });

  test('that was a notice, a page opens at once: nobody has told people', () => {
    expect(lastOnDaysAt({ 0: 20, 20: 27 })).toBe('quiet');
    expect(lastOnDaysAt({ 0: 20, 20: 29 })).toBe('first-flagged: PAGE');
  });

  test('that was a page, a notice stays quiet', () => {
    expect(lastOnDaysAt({ 0: 30, 20: 20 })).toBe('quiet');
  });

  test('quiet ends by time alone, and nothing is remembered of it', () => {
    const days = [100, ...new Array<number>(REARM + 1).fill(0)];
    const decisions = decisionsOnDays(days);
    expect(decisions.at(-2)?.state).toMatchObject({ phase: 'ok', told: { severity: 'page' } });
    expect(decisions.at(-1)?.state).toEqual({ phase: 'ok' });
  });

  test('no more is remembered than what was told, where one sample decides', () => {
    const { state, reason } = decisionsOnDays([100, 0, 0, 0, 100]).at(-1)!;
    expect(reason).toBe('quiet');
    expect(state).toEqual({ phase: 'ok', told: expect.anything() });
  });

  test('the time of quiet is what it is now, not what it was then', () => {
    const [state] = decisionsOnDays([100, 0, 0, 0])
      .slice(-1)
      .map((decision) => decision.state);
    const next = (rearmMs: number): string =>
      summaryOf(decisionsOn([rareVerdictOf(12, 100)], { state: state!, policy: { rearmMs } }))[0]!;
    expect(next(3_600_000)).toBe('quiet');
    expect(next(3_500_000)).toBe('first-flagged: PAGE');
    expect(next(0)).toBe('first-flagged: PAGE');
  });

  test('unconfirmed samples neither tell nor make the quiet longer', () => {
    const policy = { confirm: { flagged: 2, of: 2 } };
    const days = { 0: 100, 1: 100, 90: 100, [REARM + 1]: 100, [REARM + 2]: 100 };
    expect(lastOnDaysAt(days, { policy })).toBe('first-flagged: PAGE');
  });
});

describe('a state from before', () => {
  test('is not clearly worse for a detector that measures otherwise', () => {
    const [rare] = decisionsOnDays([100]);
    const [scored] = decisionsOnValues([95]);
    const next = [
      ...decisionsOn([verdictOf(1, 95)], { state: rare!.state }),
      ...decisionsOn([rareVerdictOf(1, 40)], { state: scored!.state }),
    ];
    expect(summaryOf(next)).toEqual(['still-flagged', 'still-flagged']);
  });

  test('is taken further under another sensitivity, direction and number of clean samples', () => {
    const { state } = decisionsOnDays([4, 1, 1]).at(-1)!;
    const next = (days: number, policy: object): string =>
      summaryOf(decisionsOn([rareVerdictOf(3, days)], { state, policy }))[0]!;
    expect(next(4, { sensitivity: 10 })).toBe('now-a-page: PAGE');
    expect(next(4, { sensitivity: 0.1 })).toBe('recovered');
    expect(next(4, { direction: 'below' })).toBe('recovered');
    expect(next(1, { resolveAfterSamples: 1 })).toBe('recovered');
    expect(next(1, { resolveAfterSamples: 5 })).toBe('recovering');
  });
});

describe('while the budget of pages is overspent', () => {
  test('what would be a page opens as a notice, and every sample says why', () => {
    expect(summaryOf(decisionsOnDays([40, 40, 20], { raises: [2, 2, 2] }))).toEqual([
      'over-budget: NOTICE',
      'over-budget',
      'still-flagged',
    ]);
  });

  test('what is rarer by as much is a page all the same', () => {
    expect(summaryOf(decisionsOnDays([57], { raises: [2] }))).toEqual(['first-flagged: PAGE']);
  });

  test('a notice is a notice', () => {
    expect(summaryOf(decisionsOnDays([20], { raises: [2] }))).toEqual(['first-flagged: NOTICE']);
  });

  test('an alert that goes on becomes a page when there is budget again', () => {
    expect(summaryOf(decisionsOnDays([40, 40, 40], { raises: [2, 1, 2] }))).toEqual([
      'over-budget: NOTICE',
      'now-a-page: PAGE',
      'still-flagged',
    ]);
    expect(summaryOf(decisionsOnValues([95, 95, 95], { raises: [1.05, 1.05, 1] }))).toEqual([
      'over-budget: NOTICE',
      'over-budget',
      'now-a-page: PAGE',
    ]);
  });

  test('an alert that has been a page before stays one, and is told when it gets clearly worse', () => {
    expect(summaryOf(decisionsOnValues([95, 95, 200], { raises: [1, 2, 2] }))).toEqual([
      'first-flagged: PAGE',
      'still-flagged',
      'clearly-worse: PAGE',
    ]);
  });

  test('without any budget left nothing is a page', () => {
    const raises = [Number.POSITIVE_INFINITY];
    expect(summaryOf(decisionsOnDays([1e300], { raises }))).toEqual(['over-budget: NOTICE']);
    expect(summaryOf(decisionsOnValues([1e300], { raises }))).toEqual(['over-budget: NOTICE']);
  });
});

test('every reason there is can be reached', () => {
  const [silenced, maintenance] = (['silenced', 'maintenance'] as const).map((muted) => ({
    circumstances: (i: number) => (i === 0 ? { muted } : {}),
  }));
  const shifted = { expected: 95, lower: 65, upper: 125, mean: 95, standardDeviation: 10 };
  const settled = [1, 2, 3].map((i) => verdictOf(i, 95, { score: 0, expectation: shifted }));
  const reached = [
    ...decisionsOnDays([0, NaN, 4, 40, 1, 1, 1, 40], { raises: [1, 1, 1, 1] }),
    ...decisionsOnDays([30, 30, 800, 800], { raises: [2, 2, 1, 1] }),
    ...decisionsOnDays([30, 800]),
    ...decisionsOnValues([5], { policy: { direction: 'above' } }),
    ...decisionsOnValues([85], { policy: { minEffect: { absolute: 40 } } }),
    ...decisionsOnValues([95], { policy: { confirm: { flagged: 2, of: 2 } } }),
    ...decisionsOnValues([95, 95], silenced),
    ...decisionsOnValues([95], maintenance),
    ...decisionsOnValues([95, 95], { policy: { repeatMs: PERIOD_MS } }),
    ...decisionsOnValues([95], { circumstances: () => ({ labelledNormal: true }) }),
    ...decisionsOn([verdictOf(0, 95), ...settled]),
    excludedDecision(),
  ].map(({ reason }) => reason);
  expect([...new Set(reached)].sort()).toEqual([...DECISION_REASONS].sort());
});

/** Only the fold leaves out a sample: the alert hears nothing of it. */
function excludedDecision(): Decision {
  const quiet: Detector = {
    threshold: 3,
    score: () => 0,
    noOpinion: () => undefined,
    learn() {},
    expect: () => verdictOf(0, 50).expectation,
    snapshot: () => new Float64Array(0),
  };
  const policy = { direction: 'both', resolveAfterSamples: 3 } as const;
  const fold = createSeriesFold({ detector: quiet, policy, alert: ALERT_OK });
  return fold.judge(timeOf(0), 50, { label: 'excluded' }).decision;
}

test('a sample names its alert by the time of the sample that opened it', () => {
  const { state } = decisionsOnDays([0, 4, 40]).at(-1)!;
  expect(state).toMatchObject({ since: timeOf(1), told: { severity: 'page', at: timeOf(2) } });
});
