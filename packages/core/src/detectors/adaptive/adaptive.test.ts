import { describe, expect, test } from 'vitest';
import { createRandom } from '../../stats/random.ts';
import { START } from '../../testing/series.ts';
import type { Detector } from '../detector.ts';
import { type AdaptiveOptions, createAdaptive } from './adaptive.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Rarer than this is worth a page. */
const FOUR_WEEKS = 28;
const THREE_DAYS = 3;

/** A detector, and the time of the sample that it waits for. */
interface Trained {
  readonly detector: Detector;
  readonly periodMs: number;
  at: number;
}

/** Learns `days` of what `valueAt` says, from the first sample on. */
function trained(
  valueAt: (timestamp: number, index: number) => number,
  {
    days = 14,
    periodMs = 5 * MINUTE,
    from = START,
    ...options
  }: { days?: number; from?: number } & AdaptiveOptions = {},
): Trained {
  const detector = createAdaptive({ periodMs, ...options });
  const samples = Math.round((days * DAY) / periodMs);
  for (let i = 0; i < samples; i++) {
    const at = from + i * periodMs;
    detector.learn(at, valueAt(at, i));
  }
  return { detector, periodMs, at: from + samples * periodMs };
}

/** The rarest of what comes next, in days, each judged and then learned. */
function rarest(series: Trained, values: readonly number[]): number {
  let most = 0;
  for (const value of values) {
    most = Math.max(most, series.detector.rarity!(series.at, value) || 0);
    series.detector.learn(series.at, value);
    series.at += series.periodMs;
  }
  return most;
}

/** Noise around a level, Gaussian enough: the sum of four uniforms, with a deviation of `spread`. */
function noise(level: number, spread: number, seed = 1): () => number {
  const random = createRandom(seed);
  const uniform = (): number => random.uniform() - 0.5;
  return () => level + spread * Math.sqrt(3) * (uniform() + uniform() + uniform() + uniform());
}

function hourOf(timestamp: number): number {
  return (timestamp % DAY) / HOUR;
}

describe('createAdaptive', () => {
  test('two weeks of noise are normal, and ten deviations are rarer than once in four weeks', () => {
    const next = noise(50, 2);
    const series = trained(next);
    const { detector, at } = series;
    expect(detector.score(at, 51)).toBe(0);
    expect(detector.rarity!(at, 51)).toBeLessThan(THREE_DAYS);
    expect(detector.score(at, 70)).toBeGreaterThan(FOUR_WEEKS);
    expect(detector.rarity!(at, 70)).toBeGreaterThan(FOUR_WEEKS);
  });

  test('the farther off, the rarer', () => {
    const { detector, at } = trained(noise(50, 2));
    const far = [56, 60, 65, 80, 1000];
    for (const ask of [detector.score, detector.rarity!]) {
      const answers = far.map((value) => ask(at, value));
      expect(answers).toEqual([...answers].sort((a, b) => a - b));
    }
  });

  test('a load that doubles every day at two is expected, and the same at night is not', () => {
    const next = noise(50, 2);
    const busy = (at: number): number => (hourOf(at) >= 14 && hourOf(at) < 16 ? 50 : 0);
    const series = trained((at) => next() + busy(at));
    const noon = { ...series, at: series.at + 14 * HOUR };
    expect(noon.detector.rarity!(noon.at, 100)).toBeLessThan(THREE_DAYS);
    expect(series.detector.rarity!(series.at, 100)).toBeGreaterThan(FOUR_WEEKS);
  });

  test('on a smooth series a small step is news; the same step on a spiky one is not', () => {
    const wave = (at: number): number => 50 + 40 * Math.sin((2 * Math.PI * at) / DAY);
    const small = noise(0, 0.2);
    const smooth = trained((at) => wave(at) + small());
    const wild = noise(0, 15);
    const spiky = trained((at) => wave(at) + wild());
    const step = wave(smooth.at) + 15;
    expect(smooth.detector.score(smooth.at, step)).toBeGreaterThan(FOUR_WEEKS);
    expect(spiky.detector.score(spiky.at, step)).toBe(0);
  });

  test('fault 22: an outage in the history does not hide the next one', () => {
    const next = noise(50, 2);
    const outage = (i: number): boolean => i >= 2000 && i < 2024;
    const { detector, at } = trained((_, i) => (outage(i) ? 0 : next()));
    expect(detector.score(at, 0)).toBeGreaterThan(FOUR_WEEKS);
  });

  test('one absurd value does not make all others look flat', () => {
    const next = noise(50, 2);
    const { detector, at } = trained((_, i) => (i === 2000 ? 1e300 : next()));
    expect(detector.score(at, 75)).toBeGreaterThan(FOUR_WEEKS);
  });

  test('what counts as often as the days of a week is much less news the day after', () => {
    const rarestAfter = (times: number): number => {
      const next = noise(50, 2);
      const series = trained(next);
      series.detector.learn(series.at, 80, times);
      series.at += series.periodMs;
      rarest(series, Array.from({ length: 287 }, next));
      return rarest(series, [80]);
    };
    expect(rarestAfter(1)).toBeGreaterThan(FOUR_WEEKS);
    expect(rarestAfter(7)).toBeLessThan(FOUR_WEEKS);
    expect(rarestAfter(7)).toBeLessThan(rarestAfter(1) / 10);
  });

  test('a metric that moves in steps is not alerted for a step', () => {
    const random = createRandom(3);
    const series = trained(() => 20 + Math.floor(random.uniform() * 1.2));
    expect(rarest(series, [21, 20, 20, 21, 20])).toBeLessThan(THREE_DAYS);
    expect(rarest(series, [26])).toBeGreaterThan(THREE_DAYS);
  });

  test('errors that hardly ever come are not alerted one by one, but when they stay', () => {
    const random = createRandom(5);
    const series = trained(() => (random.uniform() < 0.01 ? 1 : 0));
    expect(rarest(series, [1, 0, 0])).toBeLessThan(FOUR_WEEKS);
    expect(rarest(series, new Array(12).fill(1))).toBeGreaterThan(FOUR_WEEKS);
  });

  test('fault 21: a level shift is rare when it comes, and normal within a week', () => {
    const next = noise(50, 2);
    const series = trained(next);
    const shifted = noise(80, 2, 9);
    expect(rarest(series, [shifted()])).toBeGreaterThan(FOUR_WEEKS);
    rarest(series, Array.from({ length: 7 * 288 }, shifted));
    expect(rarest(series, Array.from({ length: 288 }, shifted))).toBeLessThan(THREE_DAYS);
  });

  test('a slow drift to a level never seen is rare, although no step of it was', () => {
    const next = noise(50, 1);
    const series = trained(next);
    const drift = Array.from({ length: 288 }, (_, i) => next() + (i / 288) * 15);
    expect(rarest(series, drift)).toBeGreaterThan(FOUR_WEEKS);
  });
});

describe('a counter', () => {
  const pace = noise(100, 3, 4);
  const counting = (): ((at: number, i: number) => number) => {
    let total = 0;
    return () => {
      total += pace();
      return total;
    };
  };

  test('that goes on at its pace sets a record with every sample, and is normal', () => {
    const count = counting();
    const series = trained(count);
    const next = Array.from({ length: 288 }, (_, i) => count(0, i));
    expect(rarest(series, next)).toBeLessThan(THREE_DAYS);
  });

  test('fault 17: that leaps is rare, and one that is reset is not', () => {
    const count = counting();
    const series = trained(count);
    const total = count(0, 0);
    expect(series.detector.rarity!(series.at, total + 5000)).toBeGreaterThan(FOUR_WEEKS);
    expect(series.detector.rarity!(series.at, 100)).toBeLessThan(THREE_DAYS);
  });

  test('is expected at its next value', () => {
    const count = counting();
    const { detector, at } = trained(count);
    const total = count(0, 0);
    const { lower, expected, upper } = detector.expect(at);
    expect(Math.abs(expected - total)).toBeLessThan(20);
    expect(lower).toBeLessThan(total);
    expect(upper).toBeGreaterThan(total);
  });
});

describe('time', () => {
  test.each([
    { period: '10 seconds', periodMs: 10_000, days: 3 },
    { period: 'a minute', periodMs: MINUTE, days: 7 },
    { period: 'an hour', periodMs: HOUR, days: 30 },
    { period: 'a day', periodMs: DAY, days: 120 },
  ])('samples of $period need no options', ({ periodMs, days }) => {
    const next = noise(50, 2);
    const series = trained(next, { periodMs, days });
    // What is usual is no rarer than once in thirty samples.
    expect(rarest(series, [50, 51, 49])).toBeLessThan((30 * periodMs) / DAY);
    expect(series.detector.score(series.at, 90)).toBeGreaterThan(FOUR_WEEKS);
  });

  test('fault 20: a day begins when it does where the metric is: summer time moves it, and nothing is alerted', () => {
    // 2014-03-30 is when clocks in Zurich go forward.
    const next = noise(20, 1);
    const local = new Intl.DateTimeFormat('en-US', {
      timeZone: 'Europe/Zurich',
      hour: 'numeric',
      hourCycle: 'h23',
    });
    const office = (at: number): number => {
      const hour = Number(local.format(at));
      return next() + (hour >= 8 && hour < 18 ? 60 : 0);
    };
    const before = { from: Date.UTC(2014, 2, 16), days: 14 };
    const knowing = trained(office, { ...before, timeZone: 'Europe/Zurich' });
    const unknowing = trained(office, before);
    const sunday = Array.from({ length: 288 }, (_, i) => office(knowing.at + i * 5 * MINUTE));
    expect(rarest(knowing, sunday)).toBeLessThan(THREE_DAYS);
    expect(rarest(unknowing, sunday)).toBeGreaterThan(THREE_DAYS);
  });

  test('after a gap of three days it still knows what is normal, and what is not', () => {
    const next = noise(50, 2);
    const { detector, at } = trained(next);
    expect(detector.rarity!(at + 3 * DAY, 51)).toBeLessThan(THREE_DAYS);
    expect(detector.score(at + 3 * DAY, 90)).toBeGreaterThan(FOUR_WEEKS);
  });

  test('after a gap of two weeks no forecast reaches, and there is no opinion', () => {
    const { detector, at } = trained(noise(50, 2));
    expect(detector.noOpinion(at + 15 * DAY, 50)).toBe('warming-up');
    expect(detector.score(at + 15 * DAY, 50)).toBeNaN();
  });

  test('fault 19: it says when it will be ready: after the samples of a day', () => {
    const { detector, at } = trained(noise(50, 2), { days: 0.25 });
    expect(detector.noOpinion(at, 50)).toBe('warming-up');
    expect(detector.readyAt!(at)).toBe(START + DAY);
    const ready = trained(noise(50, 2), { days: 1 });
    expect(ready.detector.readyAt!(ready.at)).toBeUndefined();
    expect(ready.detector.noOpinion(ready.at, 50)).toBeUndefined();
  });
});

describe('what it takes for normal', () => {
  test('is a band around what it expects; what scores more than four weeks lies outside', () => {
    const { detector, at } = trained(noise(50, 2));
    const { lower, expected, upper } = detector.expect(at);
    expect(expected).toBeCloseTo(50, 0);
    for (const [edge, outward] of [
      [lower, -0.2],
      [upper, 0.2],
    ] as const) {
      expect(detector.score(at, edge + outward)).toBeGreaterThan(FOUR_WEEKS);
      expect(detector.score(at, edge - outward)).toBeLessThan(FOUR_WEEKS);
    }
  });

  test('mean and deviation are those of the samples, while they are fewer than a week', () => {
    const detector = createAdaptive();
    [2, 4, 4, 4, 5, 5, 7, 9].forEach((value, i) => {
      detector.learn(START + i * 5 * MINUTE, value);
    });
    const { mean, standardDeviation, lower, upper } = detector.expect(START + HOUR);
    expect([mean, standardDeviation]).toEqual([5, 2]);
    expect([lower, upper]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('its state', () => {
  test('is at most 20 KB after 14 days of five-minute samples, and no more after a year', () => {
    const twoWeeks = trained(noise(50, 2)).detector.snapshot();
    const year = trained(noise(50, 2), { days: 365 }).detector.snapshot();
    expect(twoWeeks.byteLength).toBeLessThan(20_000);
    expect(year.byteLength).toBe(twoWeeks.byteLength);
  });

  test('of another length is refused', () => {
    const hourly = trained(noise(50, 2), { periodMs: HOUR }).detector.snapshot();
    expect(() => createAdaptive({}, hourly)).toThrow(RangeError);
  });

  test('holds small noise on a huge offset', () => {
    const next = noise(1e12, 2);
    const { detector, at } = trained(next);
    expect(detector.score(at, 1e12 + 1)).toBe(0);
    expect(detector.score(at, 1e12 + 20)).toBeGreaterThan(FOUR_WEEKS);
  });
});
