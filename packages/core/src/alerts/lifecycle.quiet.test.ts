import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decisionsOn, decisionsOnDays, decisionsOnValues, verdictOf } from '../testing/alerts.ts';
import { PERIOD_MS, timeOf } from '../testing/series.ts';
import { type Circumstances, type Decision, opensPage } from './lifecycle.ts';

/** Each decision in short: its reason, and what is told. */
function summaryOf(decisions: readonly Decision[]): string[] {
  return decisions.map(({ reason, transition }) =>
    transition === undefined ? reason : `${reason}: ${transition.toUpperCase()}`,
  );
}

/** Quiet is wanted for the samples with these indexes. */
function silencedAt(...indexes: number[]): { circumstances: (i: number) => Circumstances } {
  return { circumstances: (i) => (indexes.includes(i) ? { muted: 'silenced' } : {}) };
}

describe('while quiet is wanted', () => {
  test('an alert that opens and ends is told to nobody', () => {
    const decisions = decisionsOnValues([95, 95, 50, 50, 50, 50], silencedAt(0, 1, 2, 3, 4));
    expect(summaryOf(decisions)).toEqual([
      'silenced',
      'silenced',
      'recovering',
      'recovering',
      'recovered',
      'normal',
    ]);
    expect(decisions.every(({ signal }) => signal === 0)).toBe(true);
  });

  test('and it keeps nothing quiet: the next like it is told', () => {
    const values = [95, 50, 50, 50, 95];
    expect(summaryOf(decisionsOnValues(values, silencedAt(0, 1, 2, 3))).at(-1)).toBe(
      'first-flagged: FIRING',
    );
  });

  test('an alert that opened goes on quietly to its end when quiet is over before', () => {
    const values = [95, 50, 50, 50];
    expect(summaryOf(decisionsOnValues(values, silencedAt(0)))).toEqual([
      'silenced',
      'recovering',
      'recovering',
      'recovered',
    ]);
  });

  test('an alert that was told before ends for those who know of it', () => {
    const decisions = decisionsOnValues([95, 95, 50, 50, 50], silencedAt(1, 2, 3, 4));
    expect(summaryOf(decisions)).toEqual([
      'first-flagged: FIRING',
      'still-flagged',
      'recovering',
      'recovering',
      'recovered: RESOLVED',
    ]);
  });

  test('it is named why, be it a silence or maintenance', () => {
    const muted = (reason: 'silenced' | 'maintenance') =>
      decisionsOnValues([95], { circumstances: () => ({ muted: reason }) })[0]?.reason;
    expect([muted('silenced'), muted('maintenance')]).toEqual(['silenced', 'maintenance']);
  });

  test('what is normal is normal, and what has too few samples is unconfirmed', () => {
    const policy = { confirm: { flagged: 2, of: 2 } };
    const setting = { policy, ...silencedAt(0, 1, 2) };
    expect(summaryOf(decisionsOnValues([50, 95, 95], setting))).toEqual([
      'normal',
      'unconfirmed',
      'silenced',
    ]);
  });

  test('a flagged sample soon after an alert is quiet by itself', () => {
    const values = [95, 50, 50, 50, 95];
    expect(summaryOf(decisionsOnValues(values, silencedAt(4))).at(-1)).toBe('quiet');
  });
});

describe('when quiet is over', () => {
  test('what opened in it and is still flagged is told once, as the alert it is', () => {
    const decisions = decisionsOnValues([95, 95, 95, 95, 50, 50, 50], silencedAt(0, 1));
    expect(summaryOf(decisions)).toEqual([
      'silenced',
      'silenced',
      'quiet-over: FIRING',
      'still-flagged',
      'recovering',
      'recovering',
      'recovered: RESOLVED',
    ]);
    expect(decisions[2]?.state).toMatchObject({ since: timeOf(0), told: { at: timeOf(2) } });
    expect(decisions[2]?.signal).toBe(4.5);
  });

  test('and was clean in between is told when it is flagged again', () => {
    const values = [95, 50, 95];
    expect(summaryOf(decisionsOnValues(values, silencedAt(0)))).toEqual([
      'silenced',
      'recovering',
      'quiet-over: FIRING',
    ]);
  });

  test('it is told as grave as it was at its worst', () => {
    const decisions = decisionsOnDays([4, 40, 4, 4], silencedAt(0, 1, 2));
    expect(decisions.at(-1)).toMatchObject({
      reason: 'quiet-over',
      state: { told: { severity: 'page' } },
    });
    expect(decisions.map(opensPage)).toEqual([false, false, false, true]);
  });

  test('what got worse in it is told after, once', () => {
    const values = [95, 200, 200, 200, 200];
    expect(summaryOf(decisionsOnValues(values, silencedAt(1, 2)))).toEqual([
      'first-flagged: FIRING',
      'silenced',
      'silenced',
      'clearly-worse: WORSE',
      'still-flagged',
    ]);
  });

  test('a notice that became a page in it is told after as the page that it is', () => {
    expect(summaryOf(decisionsOnDays([4, 40, 40], silencedAt(1)))).toEqual([
      'first-flagged: FIRING',
      'silenced',
      'now-a-page: WORSE',
    ]);
  });

  test('a sample without an opinion tells nothing, and the wait goes on', () => {
    expect(summaryOf(decisionsOnValues([95, Number.NaN, 95], silencedAt(0)))).toEqual([
      'silenced',
      'no-opinion',
      'quiet-over: FIRING',
    ]);
  });
});

describe('an alert that stays open', () => {
  const policy = { repeatMs: 4 * PERIOD_MS };

  test('is told again after the repeat interval, counted from what was told last', () => {
    const values = [95, 95, 95, 95, 95, 160, 95, 95, 95, 95];
    expect(summaryOf(decisionsOnValues(values, { policy }))).toEqual([
      'first-flagged: FIRING',
      'still-flagged',
      'still-flagged',
      'still-flagged',
      'repeat-interval: REPEAT',
      'clearly-worse: WORSE',
      'still-flagged',
      'still-flagged',
      'still-flagged',
      'repeat-interval: REPEAT',
    ]);
  });

  test('is told again with the first flagged sample after it, not while it recovers', () => {
    const values = [95, 95, 50, 50, 95, 50, 50, 50];
    const longer = { repeatMs: 3 * PERIOD_MS };
    expect(summaryOf(decisionsOnValues(values, { policy: longer })).slice(2)).toEqual([
      'recovering',
      'recovering',
      'repeat-interval: REPEAT',
      'recovering',
      'recovering',
      'recovered: RESOLVED',
    ]);
  });

  test('is never told again unless somebody asks for it', () => {
    const week = new Array<number>(7 * 288).fill(95);
    expect(summaryOf(decisionsOnValues(week)).filter((text) => text.includes(':'))).toEqual([
      'first-flagged: FIRING',
    ]);
  });

  test('is not told again in quiet, and at once when quiet is over', () => {
    const values = [95, 95, 95, 95, 95, 95, 95];
    const setting = { policy, ...silencedAt(4, 5) };
    expect(summaryOf(decisionsOnValues(values, setting)).slice(3)).toEqual([
      'still-flagged',
      'silenced',
      'silenced',
      'repeat-interval: REPEAT',
    ]);
  });

  test('spends no page by being told again', () => {
    const decisions = decisionsOnValues([95, 95, 95, 95, 95], { policy });
    expect(decisions.map(opensPage)).toEqual([true, false, false, false, false]);
  });
});

describe('the end of an alert', () => {
  /** What is normal by then: 50 at first, and by the end where the metric is. */
  const around = (level: number) => ({
    expected: level,
    lower: level - 30,
    upper: level + 30,
    mean: level,
    standardDeviation: 10,
  });
  const endsAt = (opened: number, ended: number, normalThen: number): string => {
    const first = verdictOf(0, opened);
    const expectation = around(normalThen);
    const rest = [1, 2, 3].map((i) => verdictOf(i, ended, { score: 0, expectation }));
    return decisionsOn([first, ...rest]).at(-1)!.reason;
  };

  test.each([
    ['is back where it was', 95, 50, 50, 'recovered'],
    ['is still as high, and that is normal now', 95, 95, 95, 'new-normal'],
    ['is still as low, and that is normal now', 5, 5, 5, 'new-normal'],
    ['is higher, where it was not normal, and that is normal now', 95, 120, 100, 'new-normal'],
    ['went from too high to as low as was not normal either', 95, 10, 10, 'recovered'],
    ['went from too low to as high as was not normal either', 5, 90, 90, 'recovered'],
    ['is at the edge of what was normal', 95, 80, 90, 'recovered'],
    ['is just beyond the edge of what was normal', 95, 80.1, 90, 'new-normal'],
    ['is at the lower edge of what was normal', 5, 20, 10, 'recovered'],
    ['is at the upper edge of what is normal now', 95, 125, 95, 'new-normal'],
    ['is at the lower edge of what is normal now', 95, 90, 120, 'new-normal'],
    ['is clean and yet outside of what is normal now', 95, 95, 50, 'recovered'],
  ] as const)('whose metric %s', (_, opened, ended, normalThen, reason) => {
    expect(endsAt(opened, ended, normalThen)).toBe(reason);
  });

  test('fault 21: is told as the new normal, and not as if all were as before', () => {
    const shifted = around(95);
    const verdicts = [0, 1, 2, 3].map((i) =>
      verdictOf(i, 95, i === 0 ? {} : { score: 0, expectation: shifted }),
    );
    expect(summaryOf(decisionsOn(verdicts)).at(-1)).toBe('new-normal: RESOLVED');
  });

  test.each([
    ['no band', Number.NaN, Number.NaN],
    ['no lower limit', Number.NaN, 80],
    ['no upper limit', 20, Number.NaN],
  ])('of a detector that knows %s is a recovery', (_, lower, upper) => {
    const expectation = { ...around(50), lower, upper };
    const verdicts = [0, 1, 2, 3].map((i) =>
      verdictOf(i, 95, { expectation, score: i === 0 ? 4.5 : 0 }),
    );
    expect(decisionsOn(verdicts).at(-1)?.reason).toBe('recovered');

    // What is stored is JSON, which has no NaN; and by then another detector may know a band.
    const state = JSON.parse(JSON.stringify(decisionsOn(verdicts.slice(0, 1))[0]!.state));
    const rest = [1, 2, 3].map((i) => verdictOf(i, 95, { score: 0, expectation: around(95) }));
    expect(decisionsOn(rest, { state }).at(-1)?.reason).toBe('recovered');
  });

  test.each([
    ['upper', 80, 90],
    ['lower', 20, 10],
  ])('of a value on the %s limit, which only a forest flags, is a recovery', (_, opened, ended) => {
    const first = verdictOf(0, opened, { score: 9 });
    const expectation = around(ended);
    const rest = [1, 2, 3].map((i) => verdictOf(i, ended, { score: 0, expectation }));
    expect(decisionsOn([first, ...rest]).at(-1)?.reason).toBe('recovered');
  });
});

describe('a sample that somebody has called normal', () => {
  const normalAt = (...indexes: number[]) => ({
    circumstances: (i: number): Circumstances => ({ labelledNormal: indexes.includes(i) }),
  });

  test('opens nothing, and says why where it would have', () => {
    expect(summaryOf(decisionsOnValues([95, 50, 95], normalAt(0, 1)))).toEqual([
      'labelled-normal',
      'normal',
      'first-flagged: FIRING',
    ]);
  });

  test('does not confirm those that come after it', () => {
    const setting = { policy: { confirm: { flagged: 2, of: 3 } }, ...normalAt(0) };
    expect(summaryOf(decisionsOnValues([95, 95, 95], setting))).toEqual([
      'labelled-normal',
      'unconfirmed',
      'first-flagged: FIRING',
    ]);
  });

  test('is a clean one for an alert that is open', () => {
    expect(summaryOf(decisionsOnValues([95, 95, 95, 95], normalAt(1, 2, 3))).slice(1)).toEqual([
      'recovering',
      'recovering',
      'recovered: RESOLVED',
    ]);
  });
});

test('whatever comes and whenever quiet is wanted, who is told of a beginning is told of the end, and nobody else', () => {
  const sample = fc.record({
    value: fc.constantFrom(50, 50, 50, 95, 300, 5, Number.NaN),
    muted: fc.constantFrom(undefined, undefined, 'silenced' as const, 'maintenance' as const),
    labelledNormal: fc.constantFrom(false, false, false, true),
    raise: fc.constantFrom(1, 1, 2),
  });
  const policy = fc.record({
    direction: fc.constantFrom('above', 'both'),
    resolveAfterSamples: fc.integer({ min: 1, max: 3 }),
    rearmMs: fc.constantFrom(0, 4 * PERIOD_MS),
    repeatMs: fc.constantFrom(0, 3 * PERIOD_MS),
    confirm: fc.constantFrom({ flagged: 1, of: 1 }, { flagged: 2, of: 3 }),
  });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 60 }), policy, (samples, chosen) => {
      const values = samples.map(({ value }) => value);
      const setting = { policy: chosen, circumstances: (i: number) => samples[i]! };
      let isKnown = false;
      for (const [i, decision] of decisionsOnValues(values, setting).entries()) {
        const { transition, reason, signal, state } = decision;
        const { muted } = samples[i]!;
        if (muted !== undefined) expect([undefined, 'resolved']).toContain(transition);
        if (reason === 'silenced' || reason === 'maintenance') expect(reason).toBe(muted);
        if (transition !== undefined) expect(isKnown).toBe(transition !== 'firing');
        if (transition === undefined || transition === 'resolved') expect(signal).toBe(0);
        if (transition !== undefined) isKnown = transition !== 'resolved';
        // Nobody knows of what is open only while its state says so.
        expect(isKnown).toBe(state.phase === 'firing' && state.untold !== true);
      }
    }),
    { numRuns: 500 },
  );
});
