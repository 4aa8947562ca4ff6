import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../stats/random.ts';
import { calm, PERIOD_MS, timeOf } from '../testing/series.ts';
import { createAutoencoderDetector } from './autoencoder-detector.ts';
import type { AutoencoderDetectorOptions } from './autoencoder-options.ts';
import type { Detector } from './detector.ts';

/** What ships, without types. */
const BUILT = new URL('../../dist/index.js', import.meta.url);

const SMALL = {
  windowSamples: 400,
  warmupSamples: 100,
  inputSamples: 6,
  bottleneckUnits: 2,
  refitEverySamples: 100,
} as const;

/** A wave with a period of 48 samples and a little noise, of seed 1. */
function wave(count: number): number[] {
  const random = createRandom(1);
  return Array.from(
    { length: count },
    (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 48) + random.uniform(),
  );
}

function learn(detector: Detector, values: readonly number[], from = 0): Detector {
  values.forEach((value, i) => {
    detector.learn(timeOf(from + i), value);
  });
  return detector;
}

function learned(values: readonly number[], options: AutoencoderDetectorOptions = {}): Detector {
  return learn(createAutoencoderDetector({ ...SMALL, ...options }), values);
}

describe('createAutoencoderDetector', () => {
  test('a value in the range of a wave is flagged where the wave is elsewhere', () => {
    const values = wave(421);
    const detector = learned(values.slice(0, 420)); // at its foot, 30
    expect(detector.score(timeOf(420), values[420]!)).toBeLessThan(detector.threshold);
    expect(detector.score(timeOf(420), 65)).toBeGreaterThan(detector.threshold);
  });

  test('what it expects depends on the samples before, and scores 0', () => {
    const values = wave(460);
    for (const end of [412, 424, 436, 448]) {
      const detector = learned(values.slice(0, end));
      const { expected } = detector.expect(timeOf(end));
      expect(Math.abs(expected - values[end]!)).toBeLessThan(5);
      expect(detector.score(timeOf(end), expected)).toBe(0);
    }
  });

  test('its band ends where the score is the threshold', () => {
    const detector = learned(calm(300), { threshold: 2.5 });
    const { lower, upper } = detector.expect(timeOf(300));
    expect(detector.score(timeOf(300), lower)).toBeCloseTo(2.5, 12);
    expect(detector.score(timeOf(300), upper)).toBeCloseTo(2.5, 12);
  });

  test('of noise it flags nothing, and it scores over 1 about one time in a hundred', () => {
    const values = calm(2000);
    const detector = createAutoencoderDetector({ ...SMALL, refitEverySamples: 400 });
    const scores = values.map((value, i) => {
      const score = detector.score(timeOf(i), value);
      detector.learn(timeOf(i), value);
      return score;
    });
    expect(scores.filter((score) => score > detector.threshold)).toEqual([]);
    const exceeded = scores.filter((score) => score > 1).length;
    expect(exceeded).toBeGreaterThan(5);
    expect(exceeded).toBeLessThan(100); // of 1,900; the samples are not those it was trained on
  });

  test('a missing sample leaves no opinion until it has left the samples that the network sees', () => {
    const values = wave(300);
    const detector = learned(values.slice(0, 200));
    for (let i = 201; i < 210; i++) {
      const blind = i <= 205; // six samples with the one judged
      expect(detector.noOpinion(timeOf(i), values[i]!)).toBe(blind ? 'warming-up' : undefined);
      expect(Number.isNaN(detector.score(timeOf(i), values[i]!))).toBe(blind);
      expect(Number.isNaN(detector.expect(timeOf(i)).expected)).toBe(blind);
      detector.learn(timeOf(i), values[i]!);
    }
  });

  test('with gaps between its samples it is warm when it has seen as many complete windows', () => {
    const detector = createAutoencoderDetector(SMALL);
    const values = calm(400);
    let windows = 0;
    for (let i = 0; i < 400; i++) {
      if (i % 10 === 9) continue; // of ten places one is empty, and four of six end a window
      detector.learn(timeOf(i), values[i]!);
      if (i % 10 >= 5) windows += 1;
      if (i % 10 < 4 || i % 10 === 8) continue; // the next sample has a gap before it
      // As many as 100 samples in a row have.
      expect(detector.noOpinion(timeOf(i + 1), 50)).toBe(windows < 95 ? 'warming-up' : undefined);
    }
    expect(windows).toBeGreaterThan(95);
  });

  test('between two fits it is the same network', () => {
    const values = wave(400);
    const fitted = networkOf(learned(values.slice(0, 300)));
    const lengths = [301, 310, 320].map((end) => networkOf(learned(values.slice(0, end))));
    for (const network of lengths) expect(network).toEqual(fitted);
  });

  test('it is fitted again after as many samples as it was told to, or up to a quarter sooner', () => {
    const values = wave(1200);
    const detector = createAutoencoderDetector(SMALL);
    const fits: number[] = [];
    let last = '';
    values.forEach((value, i) => {
      detector.learn(timeOf(i), value);
      const network = String(networkOf(detector).slice(0, 5));
      if (network !== last && i >= 99) fits.push(i);
      last = network;
    });
    expect(fits[0]).toBe(99);
    for (let fit = 1; fit < fits.length; fit++) {
      const waited = fits[fit]! - fits[fit - 1]!;
      expect(waited).toBeLessThanOrEqual(100);
      expect(waited).toBeGreaterThanOrEqual(75);
    }
  });

  test('while its history is short it does not wait until the usual fit', () => {
    const options = { windowSamples: 1000, refitEverySamples: 1000 };
    const early = networkOf(learned(wave(150), options));
    expect(networkOf(learned(wave(200), options))).not.toEqual(early);
  });

  test('series first seen together are not fitted in the same run for ever', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (seed) => learned(calm(100, { seed })).snapshot()[1]!,
    );
    expect(new Set(waits).size).toBeGreaterThan(4);
  });

  test('a new level is flagged, and normal after the next fit', () => {
    const detector = learned(calm(400));
    const after = calm(600, { level: 90, seed: 2 });
    expect(detector.score(timeOf(400), 90)).toBeGreaterThan(detector.threshold);
    learn(detector, after, 400);
    for (let value = 86; value <= 94; value++) {
      expect(detector.score(timeOf(1000), value)).toBeLessThan(detector.threshold);
    }
  });

  test('a constant that changes for the first time has an opinion from then on', () => {
    const detector = learned(new Array(300).fill(0));
    expect(detector.noOpinion(timeOf(300), 5)).toBe('no-spread');
    expect(detector.expect(timeOf(300))).toMatchObject({ expected: 0, lower: 0, upper: 0 });
    learn(detector, [5, 0, 0, 0, 0, 0, 0, 0, 0, 0], 300);
    expect(detector.score(timeOf(310), 5)).toBeGreaterThan(detector.threshold);
    expect(detector.score(timeOf(310), 0)).toBeLessThan(detector.threshold);
  });

  test('after an outage of days it goes on with what it knew', () => {
    const values = wave(400);
    const detector = learned(values);
    const later = timeOf(400) + 48 * 60 * PERIOD_MS; // as many whole waves later
    expect(detector.noOpinion(later, 50)).toBe('warming-up');
    wave(48).forEach((value, i) => {
      detector.learn(later + i * PERIOD_MS, value);
    });
    const at = later + 48 * PERIOD_MS;
    expect(detector.score(at, 50)).toBeLessThan(detector.threshold);
    expect(detector.score(at, 5000)).toBeGreaterThan(detector.threshold);
  });

  test('a snapshot taken when a fit is due, and one taken later, go on alike', () => {
    const values = wave(400);
    for (const cut of [100, 101, 250]) {
      const whole = learned(values.slice(0, cut));
      const restored = createAutoencoderDetector(SMALL, whole.snapshot());
      for (const detector of [whole, restored]) learn(detector, values.slice(cut), cut);
      expect(restored.snapshot()).toEqual(whole.snapshot());
      expect(restored.score(timeOf(400), 77)).toBe(whole.score(timeOf(400), 77));
    }
  });

  test('what has been asked of it meanwhile makes no difference', () => {
    const values = wave(400);
    const [asked, left] = [createAutoencoderDetector(SMALL), learned(values)];
    values.forEach((value, i) => {
      asked.score(timeOf(i), value);
      asked.expect(timeOf(i));
      asked.learn(timeOf(i), value);
    });
    expect(asked.snapshot()).toEqual(left.snapshot());
  });
});

describe('the module of the autoencoder', () => {
  test('is not loaded with the core: only those who choose it ask for it', () => {
    const names = [...loadedWith(BUILT)].map((url) => url.replace(/.*\//, ''));
    expect(names).toContain('z-score.js');
    expect(names).toContain('autoencoder-options.js');
    expect(names).not.toContain('autoencoder-detector.js');
    expect(names).not.toContain('dense-network.js');
  });
});

/** A module and all that it imports, but for what it imports when it is asked to. */
function loadedWith(module: URL, found = new Set<string>()): Set<string> {
  if (found.has(module.href)) return found;
  found.add(module.href);
  for (const [, path] of readFileSync(module, 'utf8').matchAll(/^.* from '(\.[^']+)';$/gm)) {
    loadedWith(new URL(path!, module), found);
  }
  return found;
}

/** Centre, scale, error scale and parameters: what a fit makes. */
function networkOf(detector: Detector): Float64Array {
  const parameters = 6 * 4 + 4 + 4 * 2 + 2 + 2 * 4 + 4 + 4 * 6 + 6;
  return detector.snapshot().slice(2, 5 + parameters);
}
