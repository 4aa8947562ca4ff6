import { describe, expect, test } from 'vitest';
import { createIsolationForestDetector } from '../detectors/isolation-forest-detector.ts';
import { createZScore } from '../detectors/z-score.ts';
import { calm, PERIOD_MS, samplesOf, timeOf } from '../testing/series.ts';
import { type AlternativesRequest, messagesOfAlternatives } from './alternatives.ts';

const TRAINED = 2016; // seven days

function messages(values: readonly number[], changes: Partial<AlternativesRequest> = {}) {
  return messagesOfAlternatives({
    samples: samplesOf(values),
    periodMs: PERIOD_MS,
    direction: 'both',
    metric: 'Latency',
    firstMs: timeOf(TRAINED),
    lastMs: timeOf(values.length - 1),
    ...changes,
  });
}

const CALM = calm(TRAINED); // 45 to 55
const QUIET = [50, 50, 50];

describe('a static threshold', () => {
  test('is the highest value of the history, and one message until three samples are within', () => {
    const after = [56, 50, 50, 57, ...QUIET, 58, ...QUIET];
    expect(messages([...CALM, ...after])['static-threshold']).toBe(2);
  });

  test('watches the side that the monitor watches', () => {
    const after = [56, ...QUIET, 44, ...QUIET, 43];
    const count = (direction: AlternativesRequest['direction']) =>
      messages([...CALM, ...after], { direction })['static-threshold'];
    expect(count('above')).toBe(1);
    expect(count('below')).toBe(2);
  });

  test('of a utilisation is 80 %, whatever the history', () => {
    const after = [79, ...QUIET, 81, ...QUIET];
    const metric = 'CPUUtilization';
    expect(messages([...CALM, ...after], { metric })['static-threshold']).toBe(1);
  });

  test('is not there without a history', () => {
    const changes = { firstMs: timeOf(3) };
    expect(messages([...CALM], changes)['static-threshold']).toBeNaN();
  });
});

describe('the z-score', () => {
  test('flags as the detector of that name does', () => {
    const values = [...CALM, ...calm(600, { seed: 2, spread: 9 }), ...calm(300, { level: 60 })];
    const detector = createZScore({
      windowSamples: TRAINED,
      periodMs: PERIOD_MS,
      warmupSamples: 24,
      threshold: 3,
    });
    let [opened, clean] = [0, 3];
    values.forEach((value, i) => {
      if (i >= TRAINED) {
        const flagged = detector.score(timeOf(i), value) > detector.threshold;
        if (flagged && clean >= 3) opened += 1;
        clean = flagged ? 0 : clean + 1;
      }
      detector.learn(timeOf(i), value);
    });
    expect(opened).toBeGreaterThan(2);
    expect(messages(values)['z-score']).toBe(opened);
  });

  test('says nothing of a metric that has come to rest', () => {
    const rest = Array.from({ length: 2 * TRAINED }, () => 0.3);
    const values = [...calm(TRAINED, { level: 0.3, spread: 0.1 }), ...rest];
    expect(messages(values)['z-score']).toBe(0);
  });

  test('keeps its digits where values are large', () => {
    const far = 1e12;
    const values = [...CALM, 90, ...QUIET, 90].map((value) => value + far);
    expect(messages(values)['z-score']).toBe(2);
  });
});

describe("the article's rule", () => {
  test('counts about the messages of a forest fitted with every sample', () => {
    const values = [...CALM, ...calm(288, { seed: 3, spread: 6 })];
    const detector = createIsolationForestDetector({ windowSamples: TRAINED });
    let [opened, clean] = [0, 3];
    values.forEach((value, i) => {
      if (i >= TRAINED) {
        const flagged = detector.score(timeOf(i), value) > 0;
        if (flagged && clean >= 3) opened += 1;
        clean = flagged ? 0 : clean + 1;
      }
      detector.learn(timeOf(i), value);
    });
    const count = messages(values)['isolation-forest'];
    expect(opened).toBeGreaterThan(10);
    expect(count / opened).toBeGreaterThan(0.8);
    expect(count / opened).toBeLessThan(1.25);
  });
});

test('nothing to judge is no message', () => {
  expect(messages([...CALM, ...QUIET], { firstMs: timeOf(5000) })).toEqual({
    'static-threshold': 0,
    'z-score': 0,
    'isolation-forest': 0,
  });
});
