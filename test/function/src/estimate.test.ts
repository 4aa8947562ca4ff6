import { parseConfig } from '@plumbline/config';
import { type DetectorSpec, loadDetector } from '@plumbline/core';
import { stateNumbersOf } from '@plumbline/estimate';
import { expect, test } from 'vitest';

const WARMUP_SAMPLES = 100;

/** The monitor of this detector and period. */
function monitorOf(detector: string, period: string) {
  const { monitors } = parseConfig(`
version: 1
monitors:
  - name: CPU
    metric: { namespace: N, name: m }
    period: ${period}
    window: 10h
    detector: ${detector}
`);
  return monitors[0]!;
}

/** Numbers in the snapshot of a detector that has seen so many samples. */
async function snapshotLength(spec: DetectorSpec, periodMs: number, samples: number) {
  const detector = (await loadDetector(spec))();
  for (let i = 1; i <= samples; i++) detector.learn(i * periodMs, (i * 7) % 11);
  return detector.snapshot().length;
}

test.each([
  ['{type: adaptive}', '1m'],
  ['{type: adaptive}', '5m'],
  ['{type: adaptive}', '15m'],
  ['{type: adaptive}', '1h'],
  ['{type: z-score}', '5m'],
  ['{type: interquartile-range}', '5m'],
  ['{type: isolation-forest}', '5m'],
  ['{type: isolation-forest-views}', '5m'],
  ['{type: closed-form-forest}', '5m'],
  ['{type: autoencoder}', '5m'],
  ['{type: autoencoder, inputSamples: 40, bottleneckUnits: 10}', '5m'],
  ['{type: static-threshold, above: 80}', '5m'],
])('the state of %s at %s is what a snapshot takes, and hardly more', async (detector, period) => {
  const { detector: spec, periodMs } = monitorOf(detector, period);
  const real = await snapshotLength(spec, periodMs, 2 * WARMUP_SAMPLES);
  const estimated = stateNumbersOf({ detector: spec, periodMs });
  // A window that is not full yet has a snapshot that is shorter.
  const missing = 'windowSamples' in spec ? (spec.windowSamples ?? 0) - 2 * WARMUP_SAMPLES : 0;
  expect(estimated).toBeGreaterThanOrEqual(real);
  expect(estimated).toBeLessThanOrEqual(1.1 * (real + Math.max(missing, 0)) + 100);
});
