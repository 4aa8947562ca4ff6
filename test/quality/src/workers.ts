import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SeriesJob, SeriesRun } from './score-series.ts';

const ENTRY = new URL('./score-worker.ts', import.meta.url);

/**
 * Goes through series on worker threads, the longest first, so that none is left to run alone at the
 * end. The runs are in the order of the jobs.
 *
 * @param onDone - told when a series has been gone through
 * @throws the first error of any worker
 */
export async function scoreOnWorkers(
  jobs: readonly SeriesJob[],
  workers: number,
  onDone: (job: SeriesJob) => void,
): Promise<readonly SeriesRun[]> {
  const runs: SeriesRun[] = [];
  const waiting = [...jobs.keys()].sort((a, b) => rowsOf(jobs[b]!) - rowsOf(jobs[a]!));
  const lane = async (): Promise<void> => {
    const worker = new Worker(ENTRY);
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const answer = once(worker, 'message'); // fails when the worker throws
        worker.postMessage(jobs[next]!);
        const [run] = (await answer) as [SeriesRun];
        runs[next] = run;
        onDone(jobs[next]!);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, lane));
  return runs;
}

/** Rows that the detector is shown. */
export function rowsOf({ values, from }: SeriesJob): number {
  return values.length - from;
}
