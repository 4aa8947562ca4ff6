import { parentPort } from 'node:worker_threads';
import { type SeriesJob, scoreSeries } from './score-series.ts';

/** Goes through the series that it is sent, one at a time. */
parentPort?.on('message', async (job: SeriesJob) => {
  const run = await scoreSeries(job);
  parentPort?.postMessage(run, [run.scores.buffer, run.signals.buffer] as ArrayBuffer[]);
});
