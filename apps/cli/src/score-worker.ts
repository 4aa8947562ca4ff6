import { parentPort } from 'node:worker_threads';
import { type ScoreJob, scoreFile } from './score/score-file.ts';

/** Scores the files that it is sent, one at a time; an entry of its own in the bundle. */
parentPort?.on('message', async (job: ScoreJob) => {
  parentPort?.postMessage(await scoreFile(job));
});
