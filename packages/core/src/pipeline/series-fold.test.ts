import { describe, expect, test } from 'vitest';
import { ALERT_OK } from '../alerts/lifecycle.ts';
import type { AlertPolicy } from '../alerts/policy.ts';
import type { Detector, NoOpinion } from '../detectors/detector.ts';
import { loadDetector } from '../detectors/detector-spec.ts';
import { InvalidOptionError } from '../errors.ts';
import { history, MONITOR, TRAINED } from '../testing/scenario.ts';
import { timeOf } from '../testing/series.ts';
import { createSeriesFold, type SeriesFold, type SeriesFoldOptions } from './series-fold.ts';
import { createSeriesScorer } from './series-scorer.ts';

const VALUES = history([50, 200, 50, Number.NaN, 50, 50, 50]);

/** A detector whose rarity in days is the value itself. */
const RARE: Detector = {
  threshold: 3,
  score: (_, value) => value,
  rarity: (_, value) => value,
  noOpinion: (_, value) => (Number.isNaN(value) ? 'missing-sample' : undefined),
  learn() {},
  expect: () => ({ expected: 1, lower: 0, upper: 3, mean: 1, standardDeviation: 1 }),
  snapshot: () => new Float64Array(0),
};

/** A detector that has no opinion for that reason, and will have one at the time with index 9. */
function without(opinion: NoOpinion): Detector {
  const unknown = { score: () => Number.NaN, rarity: () => Number.NaN };
  return { ...RARE, ...unknown, noOpinion: () => opinion, readyAt: () => timeOf(9) };
}

/** A limit at 20, as somebody has set it: it says nothing of rarity. */
const LIMIT: Detector = {
  threshold: 0,
  score: (_, value) => Math.max(0, value - 20),
  noOpinion: () => undefined,
  learn() {},
  expect: () => ({
    expected: Number.NaN,
    lower: Number.NEGATIVE_INFINITY,
    upper: 20,
    mean: Number.NaN,
    standardDeviation: Number.NaN,
  }),
  snapshot: () => new Float64Array(0),
};

/** The fold of a detector under `MONITOR`, with nothing open unless told. */
function foldOf(detector: Detector, options: Partial<SeriesFoldOptions> = {}): SeriesFold {
  return createSeriesFold({ detector, policy: MONITOR, alert: ALERT_OK, ...options });
}

describe('the fold of a series', () => {
  test('judges a sample by what came before it, and then learns it', async () => {
    const detector = (await loadDetector(MONITOR.detector))();
    const fold = createSeriesFold({ detector, policy: MONITOR, alert: ALERT_OK });
    VALUES.slice(0, TRAINED).forEach((value, i) => {
      fold.learn(timeOf(i), value);
    });
    const expected = detector.score(timeOf(TRAINED), 200);
    expect(fold.judge(timeOf(TRAINED), 200).verdict.score).toBe(expected);
    expect(detector.score(timeOf(TRAINED + 1), 200)).toBeLessThan(expected);
  });

  test('what is learned as history is not judged: the alert stays as it is', async () => {
    const detector = (await loadDetector(MONITOR.detector))();
    const fold = createSeriesFold({ detector, policy: MONITOR, alert: ALERT_OK });
    [...VALUES.slice(0, TRAINED), 1000].forEach((value, i) => {
      fold.learn(timeOf(i), value);
    });
    expect(fold.alert).toBe(ALERT_OK);
  });

  test('the alert goes from sample to sample, and on from where it stood', () => {
    const first = foldOf(RARE);
    const opened = first.judge(timeOf(0), 10);
    expect(opened).toMatchObject({ before: ALERT_OK, decision: { reason: 'first-flagged' } });
    expect(first.alert).toBe(opened.decision.state);

    const second = foldOf(RARE, { alert: first.alert });
    const later = second.judge(timeOf(1), 40);
    expect(later).toMatchObject({ before: first.alert, decision: { reason: 'now-a-page' } });
  });

  test('a raise is that of its sample', () => {
    const fold = foldOf(RARE);
    const reasons = [2, 1].map((raise, i) => fold.judge(timeOf(i), 40, { raise }).decision.reason);
    expect(reasons).toEqual(['over-budget', 'now-a-page']);
  });

  test('an option of the policy outside its range is refused at once', () => {
    const policy: AlertPolicy = { ...MONITOR, sensitivity: 100 };
    const create = (): unknown => foldOf(RARE, { policy });
    expect(create).toThrow(InvalidOptionError);
    expect(create).toThrow('sensitivity must be in [0.1, 10], got 100');
  });
});

describe('a fallback', () => {
  test('fault 19: judges while the detector warms up, and the verdict says when it will be ready', () => {
    const fold = foldOf(without('warming-up'), { fallback: LIMIT });
    const { verdict, decision } = fold.judge(timeOf(0), 30);
    expect(decision.reason).toBe('first-flagged');
    expect(verdict).toMatchObject({ score: 10, noOpinion: undefined, readyAt: timeOf(9) });
    expect(verdict.expectation.upper).toBe(20);
    expect(verdict.rarity).toBeUndefined();
  });

  test('does not judge a sample that is missing', () => {
    const fold = foldOf(without('missing-sample'), { fallback: LIMIT });
    expect(fold.judge(timeOf(0), 30).decision.reason).toBe('no-opinion');
  });

  test('does not judge once the detector can', () => {
    const fold = foldOf(RARE, { fallback: LIMIT });
    expect(fold.judge(timeOf(0), 2).decision.reason).toBe('normal');
    expect(fold.judge(timeOf(1), 4).verdict).toMatchObject({ rarity: 4 });
  });

  test('hands its alert over to the detector, which ends it', () => {
    const opened = foldOf(without('warming-up'), { fallback: LIMIT });
    opened.judge(timeOf(0), 30);
    const ready = foldOf(RARE, { fallback: LIMIT, alert: opened.alert });
    const reasons = [1, 1, 1].map((value, i) => ready.judge(timeOf(1 + i), value).decision.reason);
    expect(reasons).toEqual(['recovering', 'recovering', 'recovered']);
  });
});

describe('what people have said of a sample', () => {
  /** Remembers how often each value was learned. */
  function noting(): Detector & { readonly learned: [value: number, times: number][] } {
    const learned: [number, number][] = [];
    return { ...RARE, learned, learn: (_, value, times = 1) => learned.push([value, times]) };
  }

  test('excluded: neither judged nor learned, and the alert stays what it was', () => {
    const detector = noting();
    const fold = foldOf(detector);
    fold.judge(timeOf(0), 40);
    const before = fold.alert;
    const { decision } = fold.judge(timeOf(1), 1, { label: 'excluded' });
    expect(decision).toEqual({ state: before, reason: 'excluded', signal: 0 });
    expect(fold.alert).toBe(before);
    fold.learn(timeOf(2), 7, 'excluded');
    expect(detector.learned).toEqual([[40, 1]]);
  });

  test('an incident: judged, and not learned', () => {
    const detector = noting();
    const fold = foldOf(detector);
    expect(fold.judge(timeOf(0), 40, { label: 'incident' }).decision.transition).toBe('firing');
    fold.learn(timeOf(1), 41, 'incident');
    expect(detector.learned).toEqual([]);
  });

  test('normal: told to nobody, and learned as if it had been so on each day of a week', () => {
    const detector = noting();
    const fold = foldOf(detector);
    const { decision } = fold.judge(timeOf(0), 40, { label: 'normal' });
    expect(decision).toMatchObject({ reason: 'labelled-normal', state: ALERT_OK });
    fold.learn(timeOf(1), 41, 'normal');
    fold.judge(timeOf(2), 1, { label: 'normal' });
    expect(detector.learned).toEqual([
      [40, 7],
      [41, 7],
      [1, 7],
    ]);
  });

  test('quiet: who wanted it is named where there was something to tell, and only there', () => {
    const mute = { reason: 'silenced', by: 'deploy of tuesday' } as const;
    const fold = foldOf(RARE);
    const judged = [1, 40, 1, 40].map((value, i) => fold.judge(timeOf(i), value, { mute }));
    expect(judged.map(({ decision }) => decision.reason)).toEqual([
      'normal',
      'silenced',
      'recovering',
      'silenced',
    ]);
    expect(judged.map((each) => each.mute)).toEqual([undefined, mute, undefined, mute]);
  });
});

describe('the scorer of a series', () => {
  test('gives for each sample the score, what is told of it, what was expected, and the open alert', async () => {
    const scorer = await createSeriesScorer(MONITOR.detector, MONITOR);
    const scored = VALUES.map((value, i) => scorer.push(timeOf(i), value));
    const [calm, spike, after, missing, , ended] = scored.slice(TRAINED);
    expect(scored[5]).toMatchObject({ score: NaN, signal: 0, alert: undefined });
    expect(calm).toMatchObject({ signal: 0, alert: undefined });
    expect(spike!.score).toBeGreaterThan(4);
    expect(spike).toMatchObject({ signal: spike!.score, alert: 'page' });
    expect(spike!.lower).toBeLessThan(spike!.expected);
    expect(spike!.upper).toBeGreaterThan(spike!.expected);
    expect(after).toMatchObject({ signal: 0, alert: 'page' });
    expect(missing).toMatchObject({ score: NaN, signal: 0, alert: 'page' });
    expect(ended).toMatchObject({ signal: 0, alert: undefined });
  });

  test('refuses options outside their range, of the detector and of the policy', async () => {
    const detector = { ...MONITOR.detector, threshold: -1 } as typeof MONITOR.detector;
    await expect(createSeriesScorer(detector, MONITOR)).rejects.toThrow('threshold must be > 0');
    const policy = { ...MONITOR, resolveAfterSamples: 0 };
    await expect(createSeriesScorer(MONITOR.detector, policy)).rejects.toThrow(
      new InvalidOptionError('resolveAfterSamples', 'an integer >= 1', 0),
    );
  });
});
