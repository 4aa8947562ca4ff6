import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { messageOf } from '@plumbline/core';

export interface WorkerRunOptions<Job, Result> {
  /** The module that a worker runs: it answers each message with one. */
  readonly entry: URL;
  /** How many jobs run at a time; >= 1. */
  readonly workers: number;
  /** Told when a job begins. */
  onStart(job: Job): void;
  /** The result of a job whose worker ended before it answered. */
  onDeath(job: Job, reason: string): Result;
}

/**
 * Runs jobs on worker threads, in the order given, each on the next worker that is free; the results
 * are in the order of the jobs. A worker that ends is replaced, and takes only its own job with it.
 */
export async function runOnWorkers<Job, Result>(
  jobs: readonly Job[],
  { entry, workers, onStart, onDeath }: WorkerRunOptions<Job, Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    let worker: Worker | undefined;
    while (next < jobs.length) {
      const index = next++;
      const job = jobs[index]!;
      onStart(job);
      worker ??= new Worker(entry);
      try {
        results[index] = await answerOf<Result>(worker, job);
      } catch (error) {
        results[index] = onDeath(job, messageOf(error));
        await worker.terminate();
        worker = undefined;
      }
    }
    await worker?.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, lane));
  return results;
}

async function answerOf<Result>(worker: Worker, job: unknown): Promise<Result> {
  const listening = new AbortController();
  const { signal } = listening;
  const answer = once(worker, 'message', { signal }); // fails when the worker throws
  const end = once(worker, 'exit', { signal }).then(([code]) => {
    throw new Error(`the worker ended with exit code ${code}`);
  });
  worker.postMessage(job);
  try {
    const [result] = await Promise.race([answer, end]);
    return result;
  } finally {
    listening.abort();
  }
}
