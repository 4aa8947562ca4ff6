import { describe, expect, test } from 'vitest';
import { calm } from '../testing/series.ts';
import { countWindows, createAutoencoder, fitAutoencoder, scalerOf } from './autoencoder.ts';

const OPTIONS = { inputSamples: 8, bottleneckUnits: 2, epochs: 40, seed: 1 };

/** A wave with a period of 24 samples, which two numbers tell: the two of its phase. */
const WAVE = Float64Array.from(
  { length: 600 },
  (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 24),
);

describe('scalerOf', () => {
  test('centre and scale are mean and deviation of the central nine tenths', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i * 37) % 100); // 0 to 99, shuffled
    const { centre, scale } = scalerOf(values);
    expect(centre).toBe(49.5);
    expect(scale).toBeCloseTo(Math.sqrt((90 ** 2 - 1) / 12), 12);
  });

  test('a wild value leaves them as they are', () => {
    const values = calm(400);
    const plain = scalerOf(Float64Array.from(values));
    const wild = scalerOf(Float64Array.from([...values, 1e300]));
    expect(Math.abs(wild.centre - plain.centre)).toBeLessThan(0.05);
    expect(Math.abs(wild.scale / plain.scale - 1)).toBeLessThan(0.02);
  });

  test('of a count that is nearly always zero the scale is the deviation of all', () => {
    const { centre, scale } = scalerOf(Float64Array.of(...new Array(99).fill(0), 10));
    expect(centre).toBe(0);
    expect(scale).toBeCloseTo(Math.sqrt(0.99), 12);
  });

  test.each([0, 0.1, 1e300])('of nothing but %d the centre is that, and the scale 0', (value) => {
    expect(scalerOf(new Float64Array(150).fill(value))).toEqual({ centre: value, scale: 0 });
  });
});

describe('countWindows', () => {
  test('a missing sample spoils each window that it would be in', () => {
    expect(countWindows(Float64Array.of(1, 2, 3, 4, 5), 3)).toBe(3);
    expect(countWindows(Float64Array.of(1, 2, Number.NaN, 4, 5, 6), 3)).toBe(1);
    expect(countWindows(Float64Array.of(1, 2), 3)).toBe(0);
  });
});

describe('fitAutoencoder', () => {
  const scaler = scalerOf(WAVE);

  test('it restores the newest sample of a wave from those before it', () => {
    const autoencoder = fitAutoencoder(WAVE, scaler, OPTIONS);
    for (let end = 500; end < 524; end++) {
      const restored = autoencoder.restoreNewest(WAVE.subarray(end - 7, end));
      expect(Math.abs(restored - WAVE[end]!)).toBeLessThan(4); // a step takes up to 5.2, the wave 40
    }
  });

  test('its error scale is exceeded by one training window in a hundred', () => {
    const noisy = Float64Array.from(calm(1000));
    const itsScaler = scalerOf(noisy);
    const { errorScale, restoreNewest } = fitAutoencoder(noisy, itsScaler, OPTIONS);
    let exceeded = 0;
    for (let end = 7; end < 1000; end++) {
      const error = Math.abs(noisy[end]! - restoreNewest(noisy.subarray(end - 7, end)));
      if (error / itsScaler.scale > errorScale) exceeded += 1;
    }
    expect(exceeded).toBe(10);
  });

  test('a series that it learns by heart keeps a tolerance of a twentieth of a deviation', () => {
    const pair = Float64Array.from({ length: 400 }, (_, i) => i % 2);
    expect(fitAutoencoder(pair, scalerOf(pair), OPTIONS).errorScale).toBe(0.05);
  });

  test('windows with a missing sample are not trained on', () => {
    const holed = WAVE.slice();
    for (let i = 0; i < 300; i += 5) holed[i] = Number.NaN; // not one of eight samples is left there
    const rest = WAVE.subarray(296);
    expect(fitAutoencoder(holed, scaler, OPTIONS).parameters).toEqual(
      fitAutoencoder(rest, scaler, OPTIONS).parameters,
    );
  });

  test('the same seed gives the same network, and another seed another', () => {
    const { parameters } = fitAutoencoder(WAVE, scaler, OPTIONS);
    expect(fitAutoencoder(WAVE, scaler, OPTIONS).parameters).toEqual(parameters);
    expect(fitAutoencoder(WAVE, scaler, { ...OPTIONS, seed: 2 }).parameters).not.toEqual(
      parameters,
    );
  });

  test('what is kept of it restores what it restored', () => {
    const fitted = fitAutoencoder(WAVE, scaler, OPTIONS);
    const { parameters, errorScale } = fitted;
    const again = createAutoencoder(parameters.slice(), errorScale, scaler, OPTIONS);
    const before = WAVE.subarray(100, 107);
    expect(again.restoreNewest(before)).toBe(fitted.restoreNewest(before));
  });

  test('wild values among the rest leave it finite, and useful', () => {
    const wild = WAVE.slice();
    for (const at of [50, 200, 333]) wild[at] = at % 2 === 0 ? 1e300 : -1e300;
    const { errorScale, restoreNewest } = fitAutoencoder(wild, scalerOf(wild), OPTIONS);
    expect(errorScale).toBeLessThan(2);
    const restored = restoreNewest(WAVE.subarray(493, 500));
    expect(Math.abs(restored - WAVE[500]!)).toBeLessThan(10);
    expect(restoreNewest(wild.subarray(197, 204))).toBeLessThan(1000);
  });
});
