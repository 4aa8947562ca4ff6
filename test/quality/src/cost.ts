import { cpus } from 'node:os';
import { createSeriesScorer, type Detector, loadDetector } from '@plumbline/core';
import type { Contender } from './contenders.ts';
import type { LabelledSeries } from './corpus.ts';

export interface CostFigures {
  /**
   * Samples judged, decided on and learned in a second of processor time, which does not depend on what
   * else the machine has to do; half of the runs were faster.
   */
  readonly pointsPerSecond: number;
  /** Of the state that is kept between two runs, after the whole series. */
  readonly snapshotBytes: number;
  /** Of memory that one detector takes while it is in use; null where nobody can tell. */
  readonly heapBytes: number | null;
  readonly machine: string;
}

/** Runs, and the time after which no further one begins. */
const RUNS = 9;
const MOST_MS = 5_000;

/** Detectors kept at a time, to see what one takes: more of them drown the noise. */
const DETECTORS = 32;

/**
 * What a detector costs on a series. The first half fills its memory and is not timed.
 *
 * @param series - of 14 days at 5 minutes, if the figures are to be compared
 */
export async function measureCost(
  contender: Contender,
  series: LabelledSeries,
): Promise<CostFigures> {
  const rates: number[] = [];
  const begin = performance.now();
  while (rates.length < RUNS && (rates.length === 0 || performance.now() - begin < MOST_MS)) {
    rates.push(await pointsPerSecond(contender, series));
  }
  rates.sort((a, b) => a - b);
  const detector = await learned(contender, series);
  return {
    pointsPerSecond: roughly(rates[rates.length >>> 1]!),
    snapshotBytes: detector.snapshot().byteLength,
    heapBytes: await heapBytes(contender, series),
    machine: `${processorName()}, Node ${process.versions.node}`,
  };
}

async function pointsPerSecond(
  { specFor, policy }: Contender,
  series: LabelledSeries,
): Promise<number> {
  const { timestamps, values } = series;
  const scorer = await createSeriesScorer(specFor(series), policy);
  const half = values.length >>> 1;
  for (let row = 0; row < half; row++) scorer.push(timestamps[row]!, values[row]!);
  const begin = process.cpuUsage();
  for (let row = half; row < values.length; row++) scorer.push(timestamps[row]!, values[row]!);
  const { user, system } = process.cpuUsage(begin);
  return (1e6 * (values.length - half)) / Math.max(user + system, 1);
}

/** Needs `node --expose-gc`. */
async function heapBytes(contender: Contender, series: LabelledSeries): Promise<number | null> {
  const { gc } = globalThis;
  if (gc === undefined) return null;
  const kept: Detector[] = [];
  const used = (): number => {
    gc();
    gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const begin = performance.now();
  while (kept.length < DETECTORS && (kept.length === 0 || performance.now() - begin < MOST_MS)) {
    kept.push(await learned(contender, series));
  }
  return roughly(Math.max(used() - before, 0) / kept.length);
}

/** A detector that has learned the series, and has been asked, as it stands between two samples. */
async function learned({ specFor }: Contender, series: LabelledSeries): Promise<Detector> {
  const { timestamps, values } = series;
  const detector = (await loadDetector(specFor(series)))();
  const last = values.length - 1;
  for (let row = 0; row < last; row++) detector.learn(timestamps[row]!, values[row]!);
  detector.score(timestamps[last]!, values[last]!);
  detector.learn(timestamps[last]!, values[last]!);
  return detector;
}

/** Without what every name of a processor has in it. */
function processorName(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  return model.replaceAll(/\((R|TM)\)| CPU| @.*$|(\d+-Core )?Processor/g, '').trim();
}

/** Two digits: the next ones are other in each run. */
function roughly(value: number): number {
  return Number(value.toPrecision(2));
}
