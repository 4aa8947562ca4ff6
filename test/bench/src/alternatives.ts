import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  createIsolationForestDetector,
  messagesOfAlternatives,
  WINDOW_DEFAULTS,
} from '@plumbline/core';
import { parseCsv } from '@plumbline/core/files';

/**
 * What a fit for each half day, which `plumbline backtest` makes do with, costs in truth: messages of the article's
 * rule over the example series beside those of a fit with every sample.
 */
const DATA = resolve(import.meta.dirname, '../../../examples/local-run/data');
const { periodMs, windowSamples } = WINDOW_DEFAULTS;
const CLEAN_SAMPLES = 3;

let [seldom, always] = [0, 0];
for (const name of readdirSync(DATA).filter((file) => file.endsWith('.csv'))) {
  const { samples } = parseCsv(readFileSync(resolve(DATA, name), 'utf8'));
  const { timestamps, values } = samples;
  if (timestamps.length <= windowSamples) continue; // without a week of history before
  const span = { firstMs: timestamps[windowSamples]!, lastMs: timestamps.at(-1)! };
  const request = { samples, periodMs, direction: 'both', metric: name, ...span } as const;
  const few = messagesOfAlternatives(request)['isolation-forest'];

  const detector = createIsolationForestDetector();
  let [opened, clean] = [0, CLEAN_SAMPLES];
  values.forEach((value, i) => {
    const timestamp = timestamps[i]!;
    if (i >= windowSamples) {
      const flagged = detector.score(timestamp, value) > detector.threshold;
      if (flagged && clean >= CLEAN_SAMPLES) opened += 1;
      clean = flagged ? 0 : clean + 1;
    }
    detector.learn(timestamp, value);
  });
  console.log(`  ${name}: ${few}, with every sample ${opened}`);
  seldom += few;
  always += opened;
}
console.log(`all: ${seldom}, with every sample ${always}`);
