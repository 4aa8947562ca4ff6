import { Bench } from 'tinybench';

/** How long something took over many runs; milliseconds. */
export interface Timing {
  readonly runs: number;
  readonly min: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
}

export interface Repeats {
  /** Runs that are thrown away, and time to go on with them for at least, ms. */
  readonly warmupRuns: number;
  readonly warmupMs: number;
  /** Runs measured; at least, when `measureMs` leaves time for more. */
  readonly runs: number;
  readonly measureMs: number;
}

/** For what takes milliseconds, and for what takes tenths of a second. */
export const FAST: Repeats = { warmupRuns: 50, warmupMs: 500, runs: 100, measureMs: 1000 };
export const SLOW: Repeats = { warmupRuns: 2, warmupMs: 0, runs: 15, measureMs: 0 };

/**
 * Times a task after warming it up. `check` sees what each run returned, outside the time
 * measured, so that nothing can be optimised away and a wrong result is not timed in silence.
 */
export async function measure<Result>(
  task: () => Result,
  check: (result: Result) => void,
  { warmupRuns, warmupMs, runs, measureMs }: Repeats,
): Promise<Timing> {
  const bench = new Bench({
    warmupIterations: warmupRuns,
    warmupTime: warmupMs,
    iterations: runs,
    time: measureMs,
    retainSamples: true,
    throws: true,
  });
  let result: Result;
  bench.add(
    'task',
    () => {
      result = task();
    },
    { afterEach: () => check(result) },
  );
  const [done] = await bench.run();
  if (done?.result.state !== 'completed') throw new Error(`the bench ended ${done?.result.state}`);
  return timingOf(done.result.latency.samples ?? []);
}

export function timingOf(milliseconds: readonly number[]): Timing {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const quantile = (p: number): number => sorted[Math.round(p * (sorted.length - 1))] ?? Number.NaN;
  return {
    runs: sorted.length,
    min: quantile(0),
    p25: quantile(0.25),
    median: quantile(0.5),
    p75: quantile(0.75),
  };
}
