import {
  isoTime,
  messageOf,
  type ReadRequest,
  type Samples,
  samplesBetween,
  type WatchedSeries,
} from '@plumbline/core';
import type { ConfigFile } from '../config-file.ts';
import { discoverSeries, nameOf } from '../local-series.ts';
import { csvProblemText, type Problem, periodProblemText } from '../problem.ts';
import type { ConfiguredSource } from '../source/metric-source.ts';
import { readWhole, type WholeResult } from '../source/read-whole.ts';
import { createProgress } from '../view/progress.ts';
import type { ReadSeries } from './estates.ts';

/** What is to be looked back on. */
export interface Gathered {
  readonly series: readonly ReadSeries[];
  /** How many the monitors have, those included that could not be read. */
  readonly found: number;
  readonly problems: readonly Problem[];
}

export interface GatherOptions {
  /** What is to be judged, ms. */
  readonly lengthMs: number;
  /** The last moment of it, ms since the epoch; the end of each file, or now, unless told. */
  readonly untilMs?: number | undefined;
  /** The time, ms since the epoch. */
  readonly nowMs: number;
}

/** Series that are read at a time: their samples are on their way as objects, some hundred bytes each. */
const SERIES_AT_ONCE = 25;

/** All samples of all series that a look back needs: the span itself, and before it what there is to learn from. */
export async function gather(
  { config }: ConfigFile,
  source: ConfiguredSource,
  options: GatherOptions,
): Promise<Gathered> {
  const { watched, problems } = await discoverSeries(config.monitors, source);
  const progress = createProgress(watched.length);
  const series: ReadSeries[] = [];
  for (let at = 0; at < watched.length; at += SERIES_AT_ONCE) {
    const some = watched.slice(at, at + SERIES_AT_ONCE);
    const read = [
      ...fromFiles(some, source, options),
      ...(await fromCloudWatch(some, source, options)),
    ];
    for (const { watched: each, samples, readUntil, problems: own } of read) {
      progress.next(`reading ${each.series.metric}`);
      problems.push(...own);
      if (samples !== undefined) series.push({ watched: each, samples, readUntil });
    }
  }
  progress.end();
  // In the order of the monitors again.
  const order = new Map(watched.map((each, i) => [each, i]));
  series.sort((one, other) => order.get(one.watched)! - order.get(other.watched)!);
  return { series, found: watched.length, problems };
}

interface Answer {
  readonly watched: WatchedSeries;
  readonly samples: Samples | undefined;
  readonly readUntil?: number;
  readonly problems: readonly Problem[];
}

function fromFiles(
  watched: readonly WatchedSeries[],
  { files }: ConfiguredSource,
  { untilMs = Number.POSITIVE_INFINITY }: GatherOptions,
): Answer[] {
  return watched.filter(isInFile).map((each): Answer => {
    const where = nameOf(each.series);
    try {
      const { samples, problems, periodMs } = files.contents(each.series);
      const told = problems.map((problem): Problem => {
        return { where, message: csvProblemText(problem), level: 'detail' };
      });
      const other = periodProblemText(periodMs, each.monitor.periodMs, 'monitor');
      if (other !== undefined) told.push({ where, message: other, level: 'note' });
      const kept = samplesBetween(samples, Number.NEGATIVE_INFINITY, untilMs + 1);
      return kept.values.length === 0
        ? empty(each, told)
        : { watched: each, samples: kept, problems: told };
    } catch (error) {
      const problem: Problem = { where, message: messageOf(error), level: 'failed' };
      return { watched: each, samples: undefined, problems: [problem] };
    }
  });
}

function isInFile({ series }: WatchedSeries): boolean {
  return series.locator.kind === 'csv';
}

function empty(watched: WatchedSeries, problems: readonly Problem[]): Answer {
  const message = 'has no sample in this time';
  const problem: Problem = { where: nameOf(watched.series), message, level: 'note' };
  return { watched, samples: undefined, problems: [...problems, problem] };
}

async function fromCloudWatch(
  watched: readonly WatchedSeries[],
  source: ConfiguredSource,
  { lengthMs, untilMs, nowMs }: GatherOptions,
): Promise<Answer[]> {
  const remote = watched.filter((each) => !isInFile(each));
  const requests = remote.map(({ monitor, series }): ReadRequest => {
    const { periodMs, settleMs, trainingMs } = monitor;
    const settled = Math.floor((nowMs - settleMs) / periodMs) * periodMs - periodMs;
    const last = Math.min(untilMs ?? settled, settled);
    return { series, periodMs, after: last - lengthMs - trainingMs, until: last + 1 };
  });
  const results = await readWhole(requests, source);
  return remote.map((each, i) => answerOf(each, results[i]!, requests[i]!.until - 1));
}

function answerOf(watched: WatchedSeries, result: WholeResult, lastMs: number): Answer {
  const where = nameOf(watched.series);
  if ('reason' in result) {
    const { reason, readUntil } = result;
    const upTo = readUntil === undefined ? '' : ` (read up to ${isoTime(readUntil)})`;
    const problem: Problem = { where, message: `${reason}${upTo}`, level: 'failed' };
    return { watched, samples: undefined, problems: [problem] };
  }
  const { samples, refused } = result;
  if (samples.values.length === 0) return empty(watched, []);
  const problems: Problem[] = [];
  if (refused.notFinite > 0) {
    const first = isoTime(samples.timestamps[0]!);
    const message = `${refused.notFinite} samples since ${first} are no numbers`;
    problems.push({ where, message, level: 'detail' });
  }
  return { watched, samples, readUntil: lastMs, problems };
}
