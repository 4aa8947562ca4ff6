import type { Config } from '@plumbline/config';
import {
  type ConditionChange,
  createLiveStateStore,
  createMemoryMetricSource,
  keyOf,
  type MetricSource,
  type Note,
  replay,
  type Samples,
  type SeriesDecision,
  type Silence,
  samplesBetween,
  type WatchedSeries,
} from '@plumbline/core';
import { CommandError, EXIT } from '../exit.ts';
import { readWhole } from '../source/read-whole.ts';
import { when } from '../view/explain/words.ts';
import { printable } from '../view/text.ts';

/** Where a file does not say what is replayed, alerts are followed from so long before, ms: longer than quiet lasts. */
const LEAST_REPLAY_MS = 3 * 24 * 3_600_000;
/** How long after the moment is looked at what became of it, in periods. */
const PERIODS_AFTER = 12;

/** What is told of one moment of a series: the decision on its sample, and those around it. */
export interface Story {
  readonly watched: WatchedSeries;
  readonly askedMs: number;
  /** The decision on the sample nearest to the moment, within a period; undefined where there is none. */
  readonly decided: SeriesDecision | undefined;
  /** All decisions from the beginning of the replay until some time after the moment, in order of time. */
  readonly decisions: readonly SeriesDecision[];
  /** What changed of which no sample tells, such as that the series had gone silent. */
  readonly changes: readonly (ConditionChange & { readonly slot: number })[];
  /** Timestamps of the nearest samples before and after the moment. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** Timestamp of the first sample learned as history, if any was; and of the first one judged. */
  readonly learnedFrom: number | undefined;
  readonly judgedFrom: number;
  /** Whether `plumbline run` would have begun later: to it the moment is history. */
  readonly isHistory: boolean;
}

interface Question {
  readonly askedMs: number;
  readonly nowMs: number;
  readonly config: Config;
  readonly silences: readonly Silence[];
}

/**
 * Replays a series up to a moment and somewhat beyond, by the run that watches it, in virtual time and memory.
 *
 * @throws {CommandError} it cannot be read or judged, or the moment is outside of what there is
 */
export async function storyOf(
  watched: WatchedSeries,
  source: MetricSource,
  { askedMs, nowMs, config, silences }: Question,
): Promise<Story> {
  const { monitor, series } = watched;
  const { periodMs } = monitor;
  const isFile = series.locator.kind === 'csv';
  const replayMs = isFile
    ? config.local.replayMs
    : Math.max(config.local.replayMs, LEAST_REPLAY_MS);
  const end = askedMs + (PERIODS_AFTER + 1) * periodMs;
  // A file is read as a whole anyway, and then it can be said from when until when it goes.
  const span = isFile
    ? { after: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }
    : { after: askedMs - replayMs - monitor.trainingMs, until: Math.min(end, nowMs) };
  const [read] = await readWhole([{ series, periodMs, ...span }], source);
  if (read === undefined || 'reason' in read) {
    throw new CommandError(EXIT.failed, `the series cannot be read: ${read?.reason}`);
  }
  const all = read.samples;
  const lastMs = refuseOutside(all, watched, askedMs, isFile);

  const samples = samplesBetween(all, Number.NEGATIVE_INFINITY, end);
  const runFrom = isFile ? lastMs - replayMs + 1 : Number.NEGATIVE_INFINITY;
  const isHistory = askedMs < runFrom - periodMs;
  const firstMs = Math.max(
    samples.timestamps[0]!,
    isFile && !isHistory ? Math.min(runFrom, askedMs) : askedMs - replayMs,
  );
  const { decisions, changes } = await replayed(watched, samples, {
    firstMs,
    guidance: { ...config.guidance, silences },
    // Of files there is no estate that could have a budget.
    pagesPerWeek: isFile ? undefined : config.pagesPerWeek,
    explains: (_, timestamp) => Math.abs(timestamp - askedMs) < periodMs,
  });
  const near = decisions.filter(({ account }) => account !== undefined);
  const farness = ({ verdict }: SeriesDecision): number => Math.abs(verdict.timestamp - askedMs);
  const judgedFrom = decisions[0]?.verdict.timestamp ?? firstMs;
  return {
    watched,
    askedMs,
    decided: [...near].sort((a, b) => farness(a) - farness(b))[0],
    decisions,
    changes,
    before: samples.timestamps.findLast((timestamp) => timestamp <= askedMs),
    after: samples.timestamps.find((timestamp) => timestamp > askedMs),
    learnedFrom: samples.timestamps.find(
      (timestamp) => timestamp > judgedFrom - monitor.trainingMs && timestamp < judgedFrom,
    ),
    judgedFrom,
    isHistory,
  };
}

/** Timestamp of the last sample. */
function refuseOutside(
  { timestamps }: Samples,
  { monitor: { periodMs }, series }: WatchedSeries,
  askedMs: number,
  isAll: boolean,
): number {
  const [first, last] = [timestamps[0], timestamps.at(-1)];
  const none = `there is no sample of ${when(askedMs)} UTC`;
  if (first === undefined || last === undefined) {
    throw new CommandError(
      EXIT.usage,
      `${none}, nor any other of the series before it\ncheck its name, region and dimensions: plumbline validate shows them`,
    );
  }
  if (askedMs > first - periodMs && askedMs < last + periodMs) return last;
  const name = printable(JSON.stringify(series.metric));
  const known = isAll ? `${name} goes` : `what was looked at of ${name} goes`;
  throw new CommandError(EXIT.usage, `${none}\n${known} from ${when(first)} to ${when(last)}`);
}

interface Replay extends Omit<Parameters<typeof replay>[0], 'shard' | 'watched' | 'lastMs'> {}

async function replayed(watched: WatchedSeries, samples: Samples, request: Replay) {
  const ports = {
    source: createMemoryMetricSource(new Map([[watched.series.id, samples]])),
    store: createLiveStateStore(),
    sinks: [],
  };
  const span = { lastMs: samples.timestamps.at(-1)! };
  const decisions: SeriesDecision[] = [];
  const changes: Story['changes'][number][] = [];
  const asked = { ...request, ...span, shard: keyOf(watched), watched: [watched] };
  for await (const { slot, notes, ...report } of replay(asked, ports)) {
    decisions.push(...report.decisions);
    changes.push(...report.changes.map((change) => ({ ...change, slot })));
    const failure = notes.find(isFailure);
    if (failure !== undefined) {
      throw new CommandError(EXIT.failed, `the series cannot be judged: ${failure.message}`);
    }
  }
  return { decisions, changes };
}

function isFailure({ kind }: Note): boolean {
  return kind === 'series-failed' || kind === 'read-failed';
}
