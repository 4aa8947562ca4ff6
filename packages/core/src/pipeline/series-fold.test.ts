import { describe, expect, test } from 'vitest';
import { ALERT_OK } from '../alerts/lifecycle.ts';
import type { AlertPolicy } from '../alerts/policy.ts';
import type { Detector } from '../detectors/detector.ts';
import { loadDetector } from '../detectors/detector-spec.ts';
import { InvalidOptionError } from '../errors.ts';
import { history, MONITOR, TRAINED } from '../testing/scenario.ts';
import { timeOf } from '../testing/series.ts';
import { createSeriesFold } from './series-fold.ts';
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

describe('the fold of a series', () => {
  test('judges a sample by what came before it, and then learns it', async () => {
    const detector = (await loadDetector(MONITOR.detector))();
    const fold = createSeriesFold(detector, MONITOR, ALERT_OK);
    VALUES.slice(0, TRAINED).forEach((value, i) => {
      fold.learn(timeOf(i), value);
    });
    const expected = detector.score(timeOf(TRAINED), 200);
    expect(fold.judge(timeOf(TRAINED), 200).verdict.score).toBe(expected);
    expect(detector.score(timeOf(TRAINED + 1), 200)).toBeLessThan(expected);
  });

  test('what is learned as history is not judged: the alert stays as it is', async () => {
    const fold = createSeriesFold((await loadDetector(MONITOR.detector))(), MONITOR, ALERT_OK);
    [...VALUES.slice(0, TRAINED), 1000].forEach((value, i) => {
      fold.learn(timeOf(i), value);
    });
    expect(fold.alert).toBe(ALERT_OK);
  });

  test('the alert goes from sample to sample, and on from where it stood', () => {
    const first = createSeriesFold(RARE, MONITOR, ALERT_OK);
    const opened = first.judge(timeOf(0), 10);
    expect(opened).toMatchObject({ before: ALERT_OK, decision: { reason: 'first-flagged' } });
    expect(first.alert).toBe(opened.decision.state);

    const second = createSeriesFold(RARE, MONITOR, first.alert);
    const later = second.judge(timeOf(1), 40);
    expect(later).toMatchObject({ before: first.alert, decision: { reason: 'now-a-page' } });
  });

  test('a raise is that of its sample', () => {
    const fold = createSeriesFold(RARE, MONITOR, ALERT_OK);
    const reasons = [2, 1].map((raise, i) => fold.judge(timeOf(i), 40, raise).decision.reason);
    expect(reasons).toEqual(['over-budget', 'now-a-page']);
  });

  test('an option of the policy outside its range is refused at once', () => {
    const policy: AlertPolicy = { ...MONITOR, sensitivity: 100 };
    const create = (): unknown => createSeriesFold(RARE, policy, ALERT_OK);
    expect(create).toThrow(InvalidOptionError);
    expect(create).toThrow('sensitivity must be in [0.1, 10], got 100');
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
