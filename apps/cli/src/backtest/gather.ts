import {
  isoTime,
  messageOf,
  type ReadRequest,
  type ReadResult,
  type Samples,
  tidySamples,
  type WatchedSeries,
  watchMonitors,
  withinMaxSeries,
} from '@plumbline/core';
import type { ConfigFile } from '../config-file.ts';
import { nameOf } from '../local-series.ts';
import { csvProblemText, type Problem, periodProblemText } from '../problem.ts';
import type { ConfiguredSource } from '../source/metric-source.ts';
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

/** A series that comes in more parts than this does not end. */
const MOST_PARTS = 50;

/** All samples of all series that a look back needs: the span itself, and before it what there is to learn from. */
export async function gather(
  { config }: ConfigFile,
  source: ConfiguredSource,
  options: GatherOptions,
): Promise<Gathered> {
  const { watched: found, notes } = await watchMonitors(config.monitors, source);
  const { watched, notes: left } = withinMaxSeries(found);
  const problems = [...notes, ...left].map(({ monitor, message }): Problem => {
    return { where: `monitor "${monitor}"`, message, level: 'failed' };
  });
  const progress = createProgress(watched.length);
  const series: ReadSeries[] = [];
  for (let at = 0; at < watched.length; at += SERIES_AT_ONCE) {
    const some = watched.slice(at, at + SERIES_AT_ONCE);
    const read = await Promise.all([
      ...fromFiles(some, source, options),
      ...(await fromCloudWatch(some, source, options)),
    ]);
    for (const { watched: each, samples, readUntil, problems: own } of read) {
      progress.next(`reading ${each.series.metric}`);
      problems.push(...own);
      if (samples !== undefined) series.push({ watched: each, samples, readUntil });
    }
  }
  progress.end();
  // In the order of the monitors again.
  series.sort((a, b) => watched.indexOf(a.watched) - watched.indexOf(b.watched));
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
      const end = samples.timestamps.findIndex((timestamp) => timestamp > untilMs);
      const kept = end < 0 ? samples : firstOf(samples, end);
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

function firstOf({ timestamps, values }: Samples, count: number): Samples {
  return { timestamps: timestamps.subarray(0, count), values: values.subarray(0, count) };
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
  const parts = new Map<WatchedSeries, ReadResult[]>();
  const lasts = new Map<WatchedSeries, number>();
  let asked = new Map<WatchedSeries, ReadRequest>(
    remote.map((each) => {
      const { monitor, series } = each;
      const { periodMs, settleMs, trainingMs } = monitor;
      const settled = Math.floor((nowMs - settleMs) / periodMs) * periodMs - periodMs;
      const last = Math.min(untilMs ?? settled, settled);
      const after = last - lengthMs - trainingMs;
      lasts.set(each, last);
      return [each, { series, periodMs, after, until: last + 1 }];
    }),
  );
  for (let part = 0; asked.size > 0 && part < MOST_PARTS; part++) {
    const requests = [...asked];
    const results = await source.read(requests.map(([, request]) => request));
    asked = new Map();
    requests.forEach(([each, request], i) => {
      const result = results[i]!;
      parts.set(each, [...(parts.get(each) ?? []), result]);
      if (result.status === 'not-reached') asked.set(each, request);
      if (result.status !== 'partial') return;
      const newest = Math.max(request.after, ...Array.from(result.timestamps));
      asked.set(each, { ...request, after: newest });
    });
  }
  return remote.map((each) => {
    const answer = putTogether(each, parts.get(each) ?? []);
    const left = asked.get(each);
    return left === undefined
      ? { ...answer, readUntil: lasts.get(each)! }
      : { ...answer, samples: undefined, problems: [...answer.problems, unfinished(each, left)] };
  });
}

/** What a source did not give however often it was asked: a half history would be judged as if it were all. */
function unfinished({ series }: WatchedSeries, { after }: ReadRequest): Problem {
  const message = `could be read only up to ${isoTime(after)}; try again, or with fewer --days`;
  return { where: nameOf(series), message, level: 'failed' };
}

function putTogether(watched: WatchedSeries, parts: readonly ReadResult[]): Answer {
  const where = nameOf(watched.series);
  const timestamps: number[] = [];
  const values: number[] = [];
  for (const part of parts) {
    if (part.status === 'failed') {
      const problem: Problem = { where, message: part.reason, level: 'failed' };
      return { watched, samples: undefined, problems: [problem] };
    }
    if (part.status === 'not-reached') continue;
    for (let i = 0; i < part.values.length; i++) {
      timestamps.push(part.timestamps[i]!);
      values.push(part.values[i]!);
    }
  }
  const { samples, refused } = tidySamples(timestamps, values);
  if (samples.values.length === 0) return empty(watched, []);
  const problems: Problem[] = [];
  if (refused.notFinite > 0) {
    const first = isoTime(samples.timestamps[0]!);
    const message = `${refused.notFinite} samples since ${first} are no numbers`;
    problems.push({ where, message, level: 'detail' });
  }
  return { watched, samples, problems };
}
