import { readFileSync } from 'node:fs';
import { createZScore, isoTime } from '@plumbline/core';
import { parseCsv } from '@plumbline/core/files';

const { samples } = parseCsv(readFileSync(process.argv[2] ?? 'cpu.csv', 'utf8'));
const detector = createZScore({ threshold: 6 });
samples.timestamps.forEach((timestamp, i) => {
  const score = detector.score(timestamp, samples.values[i]);
  if (score > detector.threshold) console.log(isoTime(timestamp), score.toFixed(1), 'sigma');
  detector.learn(timestamp, samples.values[i]);
});
