import { type Detector, type DetectorSpec, judge, loadDetector } from '@plumbline/core';
import type { Measured } from './forest.ts';
import { FAST, measure, SLOW } from './timing.ts';

const PERIOD_MS = 300_000;
/** 14 days of 5-minute samples. */
export const FIT_SAMPLES = 4032;
/** Judged and learned in one measurement; fewer than the autoencoder waits for its next fit. */
const STEADY_SAMPLES = 100;

/** A history learned and an autoencoder fitted to it, which the first question asks for. */
export async function measureAutoencoderFit(values: Float64Array): Promise<readonly Measured[]> {
  const history = repeated(values, FIT_SAMPLES);
  const [windowSamples, warmupSamples] = [FIT_SAMPLES, FIT_SAMPLES]; // due with the last one
  const create = await loadDetector({ type: 'autoencoder', windowSamples, warmupSamples });
  const timing = await measure(
    () => {
      const detector = create();
      learn(detector, history);
      return detector.score(FIT_SAMPLES * PERIOD_MS, history[0]!);
    },
    (score) => {
      if (!(score >= 0)) throw new Error(`a score of ${score}`);
    },
    SLOW,
  );
  return [{ name: `${FIT_SAMPLES} samples`, timing }];
}

/** Between two fits: samples judged and learned by detectors that know a week, ms for each. */
export async function measureSamples(values: Float64Array): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const type of [
    'adaptive',
    'z-score',
    'closed-form-forest',
    'isolation-forest-views',
    'autoencoder',
  ] as const) {
    // The autoencoder's fit is due with the last sample of the history, so that none follows for a while.
    measured.push(await measureSteady({ type, warmupSamples: values.length }, values));
  }
  return measured;
}

async function measureSteady(spec: DetectorSpec, values: Float64Array): Promise<Measured> {
  const create = await loadDetector(spec);
  const fitted = create();
  learn(fitted, values);
  const snapshot = fitted.snapshot();
  const timing = await measure(
    () => {
      const detector = create(snapshot);
      let sum = 0;
      for (let i = 0; i < STEADY_SAMPLES; i++) {
        const at = (values.length + i) * PERIOD_MS;
        sum += judge(detector, at, values[i]!).score;
        detector.learn(at, values[i]!);
      }
      return sum;
    },
    (sum) => {
      if (!Number.isFinite(sum)) throw new Error(`scores add up to ${sum}`);
    },
    FAST,
  );
  const { runs, min, p25, median, p75 } = timing;
  const [least, first, middle, third] = [min, p25, median, p75].map((ms) => ms / STEADY_SAMPLES);
  return {
    name: spec.type,
    timing: { runs, min: least!, p25: first!, median: middle!, p75: third! },
  };
}

function learn(detector: Detector, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) detector.learn(i * PERIOD_MS, values[i]!);
}

function repeated(values: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => values[i % values.length]!);
}
