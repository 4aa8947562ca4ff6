import type { Contender } from './contenders.ts';
import { type LabelledSeries, loadSet, SETS, type SetName } from './corpus.ts';
import { measureCost } from './cost.ts';
import { eventFigures } from './event-figures.ts';
import { nabFigures } from './nab-figures.ts';
import type { DetectorResult, Provenance } from './results.ts';
import { jobOf } from './score-series.ts';
import { rowsOf, scoreOnWorkers } from './workers.ts';

export interface MeasureOptions {
  readonly sets: readonly SetName[];
  readonly workers: number;
  readonly provenance: Provenance;
  /** How far it is: what is being measured, and the share of its rows gone through. */
  onProgress(what: string, share: number): void;
}

/** What costs are measured on: 14 days of a real CPU at 5 minutes. */
const COST_SERIES = 'realAWSCloudwatch/ec2_cpu_utilization_5f5533';

/** Reads a set once, however many detectors go through it. */
const loaded = new Map<SetName, readonly LabelledSeries[]>();
export function seriesOf(set: SetName): readonly LabelledSeries[] {
  const series = loaded.get(set) ?? loadSet(set);
  loaded.set(set, series);
  return series;
}

export async function costOf(contender: Contender, provenance: Provenance) {
  const [series] = loadSet('nab', [COST_SERIES]);
  return { ...provenance, ...(await measureCost(contender, series!)) };
}

/** How long the sets would take a detector of this speed, s. */
export function secondsFor(
  contender: Contender,
  pointsPerSecond: number,
  { sets, workers }: Pick<MeasureOptions, 'sets' | 'workers'>,
): number {
  const rows = sets.flatMap(seriesOf).reduce((sum, one) => sum + rowsOf(jobOf(contender, one)), 0);
  return rows / pointsPerSecond / workers;
}

/** Goes through every series of the sets, and scores what comes of it. */
export async function measureSets(
  contender: Contender,
  options: MeasureOptions,
): Promise<DetectorResult> {
  const { sets, workers, provenance, onProgress } = options;
  const measured: { -readonly [Key in keyof DetectorResult]: DetectorResult[Key] } = {};
  for (const set of SETS.filter((name) => sets.includes(name))) {
    const series = seriesOf(set);
    const jobs = series.map((one) => jobOf(contender, one));
    const rows = jobs.reduce((sum, job) => sum + rowsOf(job), 0);
    let done = 0;
    onProgress(`${contender.name}, ${set}`, 0);
    const runs = await scoreOnWorkers(jobs, workers, (job) => {
      done += rowsOf(job);
      onProgress(`${contender.name}, ${set}`, done / rows);
    });
    if (set === 'nab') measured.nab = { ...provenance, ...nabFigures(series, runs) };
    else measured[set] = { ...provenance, ...eventFigures(series, runs) };
  }
  return measured;
}
