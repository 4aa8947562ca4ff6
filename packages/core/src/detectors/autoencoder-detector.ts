import { createTrailingWindow } from '../series/trailing-window.ts';
import { crc32 } from '../stats/crc32.ts';
import { momentsOf } from '../stats/moments.ts';
import {
  type Autoencoder,
  countWindows,
  createAutoencoder,
  fitAutoencoder,
  type Scaler,
  scalerOf,
} from './autoencoder.ts';
import {
  AUTOENCODER_DEFAULTS,
  type AutoencoderDetectorOptions,
  type AutoencoderShape,
  checkAutoencoderOptions,
  layersOf,
} from './autoencoder-options.ts';
import { parametersOf } from './dense-network.ts';
import type { Detector, Expectation, NoOpinion } from './detector.ts';

/** A snapshot is [samples since the fit, wait, centre, scale, error scale, parameters, window]. */
const HEAD = 5;

/** Of a detector that waits for its first fit. */
const NO_SCALER: Scaler = { centre: Number.NaN, scale: Number.NaN };

type Band = Pick<Expectation, 'expected' | 'lower' | 'upper'>;
const NO_BAND: Band = { expected: Number.NaN, lower: Number.NaN, upper: Number.NaN };

/** What was made of the window as it was when a fit was due. */
interface Fit {
  readonly scaler: Scaler;
  /** Samples to learn until the next one is due. */
  readonly wait: number;
  /** Trained when it is first asked for; undefined where nothing varied. */
  autoencoder(): Autoencoder | undefined;
}

/**
 * A small neural network that learns to restore windows of one series; a sample that it does not
 * restore is anomalous. See `fitAutoencoder` for what it is shown.
 *
 * The score is the distance of the sample from what the network made of the ones before it, in the error
 * that one in a hundred samples of its training exceeded; >= 0 and unbounded. The network is fitted
 * to the trailing window as soon as there are `warmupSamples` in a row or as many windows with gaps,
 * again whenever its history has doubled, and from then on every `refitEverySamples`, or up to a
 * quarter sooner: series first seen together must not be fitted in the same run for ever.
 *
 * No opinion: a missing sample, one missing among the `inputSamples` that end with it, too few windows for
 * the first fit, or nothing that varied at the last fit. Between two fits it does not adapt: a new level is
 * flagged until the network has seen it. It has the weakness of all that learn by example: what
 * happened often enough in the window is normal.
 * A score costs microseconds, a fit some 50 of them for each sample of the window (`pnpm bench`); it is left
 * out when nothing is asked before the next, as when a long history is learned. 8 bytes a sample, and 2 KB
 * for the network.
 *
 * @throws {InvalidOptionError} an option is outside its range
 */
export function createAutoencoderDetector(
  options: AutoencoderDetectorOptions = {},
  snapshot: Float64Array = new Float64Array(0),
): Detector {
  const all = { ...AUTOENCODER_DEFAULTS, ...options };
  checkAutoencoderOptions(all);
  const { windowSamples, periodMs, warmupSamples, threshold, inputSamples, refitEverySamples } =
    all;
  const parameters = parametersOf(layersOf(all));
  const past = createTrailingWindow(
    { capacity: windowSamples, periodMs },
    snapshot.subarray(HEAD + parameters),
  );

  let newest = snapshot[HEAD + parameters] ?? Number.NEGATIVE_INFINITY;
  let sinceFit = snapshot[0] ?? 0;
  let fit = restoreFit(snapshot.slice(0, HEAD + parameters), all);
  let latest: Float64Array | undefined; // the last places of the grid, one fewer than the network sees

  /** The places before that of a sample; undefined where one of them is empty. */
  const placesBefore = (timestamp: number): Float64Array | undefined => {
    latest ??= past
      .snapshot()
      .subarray(1)
      .slice(1 - inputSamples);
    const follows = Math.round((timestamp - newest) / periodMs) <= 1;
    const complete = latest.length === inputSamples - 1 && !latest.some(Number.isNaN);
    return follows && complete ? latest : undefined;
  };

  const isDue = (value: number): boolean => {
    if (fit === undefined) return sinceFit >= warmupSamples;
    const { scaler, wait } = fit;
    // The first change of a constant: without it, the silence would last until the next fit.
    if (scaler.scale === 0 && value !== scaler.centre) return true;
    return sinceFit >= Math.min(wait, refitEverySamples);
  };
  const refit = (): void => {
    const grid = past.snapshot().subarray(1);
    if (countWindows(grid, inputSamples) <= warmupSamples - inputSamples) return; // after a gap
    const values = past.valuesAt(newest);
    const scaler = scalerOf(values);
    const longest = Math.min(values.length, refitEverySamples);
    let trained: Autoencoder | undefined;
    fit = {
      scaler,
      wait: longest - (checksumOf(grid) % (Math.floor(longest / 4) + 1)),
      autoencoder() {
        if (scaler.scale > 0) trained ??= fitAutoencoder(grid, scaler, all);
        return trained;
      },
    };
    sinceFit = 0;
  };

  const bandAt = (timestamp: number): Band => {
    if (fit === undefined) return NO_BAND;
    const { centre, scale } = fit.scaler;
    if (scale === 0) return { expected: centre, lower: centre, upper: centre };
    const before = placesBefore(timestamp);
    if (before === undefined) return NO_BAND;
    const autoencoder = fit.autoencoder()!;
    const expected = autoencoder.restoreNewest(before);
    const margin = threshold * autoencoder.errorScale * scale;
    return { expected, lower: expected - margin, upper: expected + margin };
  };
  const noOpinion = (timestamp: number, value: number): NoOpinion | undefined => {
    if (!Number.isFinite(value)) return 'missing-sample';
    if (fit === undefined) return 'warming-up';
    if (fit.scaler.scale === 0) return 'no-spread';
    return placesBefore(timestamp) === undefined ? 'warming-up' : undefined;
  };

  const judged = (timestamp: number, value: number) => {
    const autoencoder = fit!.autoencoder()!;
    const restored = autoencoder.restoreNewest(placesBefore(timestamp)!);
    const { errorScale: trainingError } = autoencoder;
    const unit = fit!.scaler.scale;
    // One after the other: their product can be rounded to zero.
    const score = Math.abs(value - restored) / unit / trainingError;
    return { restored, unit, trainingError, score };
  };

  return {
    threshold,
    noOpinion,
    score: (timestamp, value) =>
      noOpinion(timestamp, value) === undefined ? judged(timestamp, value).score : Number.NaN,
    explain(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return undefined;
      return { kind: 'autoencoder', ...judged(timestamp, value), threshold };
    },
    learn(timestamp, value) {
      if (!Number.isFinite(value) || !(timestamp > newest)) return;
      past.push(timestamp, value);
      newest = timestamp;
      latest = undefined;
      sinceFit += 1;
      if (isDue(value)) refit();
    },
    expect: (timestamp) => ({ ...bandAt(timestamp), ...momentsOf(past.valuesAt(timestamp)) }),
    snapshot() {
      if (newest === Number.NEGATIVE_INFINITY) return new Float64Array(0);
      const window = past.snapshot();
      const out = new Float64Array(HEAD + parameters + window.length);
      const { centre, scale } = fit?.scaler ?? NO_SCALER;
      const autoencoder = fit?.autoencoder();
      out.set([sinceFit, fit?.wait ?? 0, centre, scale, autoencoder?.errorScale ?? 0]);
      if (autoencoder !== undefined) out.set(autoencoder.parameters, HEAD);
      out.set(window, HEAD + parameters);
      return out;
    },
  };
}

function restoreFit(head: Float64Array, shape: AutoencoderShape): Fit | undefined {
  const [, wait = 0, centre = Number.NaN, scale = Number.NaN, errorScale = 0] = head;
  if (Number.isNaN(scale)) return undefined;
  const scaler = { centre, scale };
  const restored =
    scale > 0 ? createAutoencoder(head.subarray(HEAD), errorScale, scaler, shape) : undefined;
  return { scaler, wait, autoencoder: () => restored };
}

function checksumOf(values: Float64Array): number {
  return crc32(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
