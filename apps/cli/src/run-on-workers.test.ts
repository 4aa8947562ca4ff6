import { describe, expect, test } from 'vitest';
import { runOnWorkers } from './run-on-workers.ts';

const ENTRY = new URL('./testing/mortal-worker.mjs', import.meta.url);

async function doubled(jobs: readonly (number | string)[], workers: number) {
  const started: (number | string)[] = [];
  const results = await runOnWorkers<
    number | string,
    { double?: number; threadId?: number; died?: string }
  >(jobs, {
    entry: ENTRY,
    workers,
    onStart: (job) => started.push(job),
    onDeath: (job, reason) => ({ died: `${job}: ${reason}` }),
  });
  return { results, started };
}

describe('jobs on workers', () => {
  test('start in their order, and have their results in it', async () => {
    const { results, started } = await doubled([5, 4, 3, 2, 1], 2);
    expect(results.map(({ double }) => double)).toEqual([10, 8, 6, 4, 2]);
    expect(started).toEqual([5, 4, 3, 2, 1]);
    expect(new Set(results.map(({ threadId }) => threadId)).size).toBeLessThanOrEqual(2);
  });

  test('are fewer than the workers without harm', async () => {
    expect((await doubled([1], 8)).results).toHaveLength(1);
    expect((await doubled([], 8)).results).toEqual([]);
  });

  test.each([
    ['exit', 'the worker ended with exit code 7'],
    ['throw', 'thrown on purpose'],
    ['reject', 'rejected on purpose'],
  ])('fail alone when their worker dies: %s', async (job, reason) => {
    for (const workers of [1, 2]) {
      const { results } = await doubled([1, job, 2, job, 3], workers);
      expect(results.map(({ double, died }) => double ?? died)).toEqual([
        2,
        `${job}: ${reason}`,
        4,
        `${job}: ${reason}`,
        6,
      ]);
    }
  });
});
