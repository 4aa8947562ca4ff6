import { createIsolationForestDetector, WINDOW_DEFAULTS } from '@plumbline/core';
import { perturbed, readSeries } from './series.ts';

const SERIES = 1000;
const START = Date.UTC(2026, 0, 1);

/** What one slot of a fleet costs: each series fitted anew, and its newest sample judged. */
export interface FleetReport {
  readonly series: number;
  readonly samples: number;
  /** Spent in the detectors: learning every sample but the last, then scoring that one. */
  readonly seconds: number;
  /** Peak resident memory of the process, MiB. */
  readonly peakMebibytes: number;
  readonly flagged: number;
}

const { periodMs, windowSamples } = WINDOW_DEFAULTS;
const originals = readSeries();
let milliseconds = 0;
let flagged = 0;

for (let i = 0; i < SERIES; i++) {
  const values = perturbed(originals[i % originals.length]!, i);
  const last = values.length - 1;
  if (values.length !== windowSamples) throw new Error(`${values.length} samples in series ${i}`);

  const start = performance.now();
  const detector = createIsolationForestDetector();
  for (let sample = 0; sample < last; sample++) {
    detector.learn(START + sample * periodMs, values[sample]!);
  }
  const score = detector.score(START + last * periodMs, values[last]!);
  milliseconds += performance.now() - start;

  if (!(score > -1 && score < 1)) throw new Error(`a score of ${score} in series ${i}`);
  if (score > detector.threshold) flagged += 1;
}
// A quota of 5 % flags about one newest sample in twenty; 20 to 90 is far beyond chance either way.
if (flagged < 20 || flagged > 90) throw new Error(`${flagged} of ${SERIES} series flagged`);

const report: FleetReport = {
  series: SERIES,
  samples: windowSamples,
  seconds: milliseconds / 1000,
  peakMebibytes: process.resourceUsage().maxRSS / 1024,
  flagged,
};
console.log(JSON.stringify(report));
