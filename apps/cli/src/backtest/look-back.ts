import { resolve } from 'node:path';
import { loadLabels } from '@plumbline/config';
import {
  ALTERNATIVES,
  type Alternative,
  type AlternativesRequest,
  type Backtest,
  type BacktestAlert,
  type BacktestSeries,
  backtest,
  keyOf,
  type Label,
  messageOf,
  type SeriesTrace,
} from '@plumbline/core';
import { type ConfigFile, orRefused, readConfigFile } from '../config-file.ts';
import { CommandError, EXIT } from '../exit.ts';
import type { Problem } from '../problem.ts';
import { runOnWorkers } from '../run-on-workers.ts';
import { type ConfiguredSource, openMetricSource } from '../source/metric-source.ts';
import { createProgress } from '../view/progress.ts';
import { againstLabels, type Labelled } from './against-labels.ts';
import { estatesOf } from './estates.ts';
import { gather } from './gather.ts';
import { problemsOfNotes } from './note-problems.ts';

export interface LookBackOptions {
  readonly config: string;
  readonly days: number;
  /** The last moment to judge, ms since the epoch; the end of each file, or now, unless told. */
  readonly untilMs?: number | undefined;
  /** A file of labels, which the detectors then do not know. */
  readonly labels?: string | undefined;
  /** Whether to ask what others would have sent; they are, unless told. */
  readonly alternatives?: boolean | undefined;
}

/** What a configuration would have done to the people who carry the pager. */
export interface LookBack
  extends Pick<Backtest, 'messages' | 'slots' | 'judged' | 'noOpinion' | 'reads'> {
  readonly file: ConfigFile;
  readonly source: ConfiguredSource;
  /** The moments of the first and the last sample judged, ms since the epoch. */
  readonly from: number;
  readonly until: number;
  /** The length of what was judged, in weeks; of files of several clocks, of the longest. */
  readonly weeks: number;
  readonly found: number;
  readonly series: readonly JudgedSeries[];
  /** In the order in which they opened. */
  readonly alerts: readonly BacktestAlert[];
  readonly alternatives: readonly AlternativeCount[];
  readonly labelled: Labelled | undefined;
  /** What is known of the time by labels and exclusions, for a picture. */
  readonly labels: readonly Label[];
  readonly elapsedMs: number;
  readonly problems: readonly Problem[];
}

/** What was seen of a series, and the time that was judged of it and those that share its clock. */
export interface JudgedSeries extends SeriesTrace {
  readonly from: number;
  readonly until: number;
}

export interface AlternativeCount {
  readonly name: Alternative;
  readonly messages: number;
  /** Series of which it cannot say anything. */
  readonly unknown: number;
}

const DAY_MS = 24 * 3_600_000;
const ENTRY = new URL('./alternatives-worker.mjs', import.meta.url);

/**
 * Replays the history of all monitors of a configuration, slot by slot in virtual time, through the run that the
 * function makes; and asks what others would have sent.
 *
 * @throws {CommandError} the configuration or the labels are refused, or there is nothing to look back on
 */
export async function lookBack(options: LookBackOptions): Promise<LookBack> {
  const begun = performance.now();
  const file = readConfigFile(options.config);
  const { config } = file;
  const scored = options.labels === undefined ? undefined : readLabels(options.labels);
  const source = await openMetricSource(file);
  const lengthMs = options.days * DAY_MS;
  const gathered = await gather(file, source, {
    lengthMs,
    untilMs: options.untilMs,
    nowMs: Date.now(),
  });
  const problems = [...gathered.problems];
  const estates = estatesOf(gathered.series, lengthMs);
  if (estates.length === 0) throw nothingRead(problems);

  const others =
    options.alternatives === false ? [] : startAlternatives(estates).catch(untold(problems));
  const { guidance } = config;
  // What a detector has been told of an incident beforehand, it does not have to find.
  const known = scored === undefined ? guidance.labels : guidance.labels.filter(isExclusion);
  const total = estates.reduce((sum, { series }) => sum + series.length, 0);
  const progress = createProgress(slotsOf(estates));
  const results: Backtest[] = [];
  for (const { series, firstMs, lastMs } of estates) {
    const result = await backtest({
      series,
      firstMs,
      lastMs,
      guidance: { ...guidance, labels: known },
      pagesPerWeek: config.pagesPerWeek,
      onSlot: () => progress.next(`slots of ${total} series`),
    });
    results.push(result);
    problems.push(...problemsOfNotes(result.notes, series));
  }
  progress.end();

  const traces = results.flatMap((result, i): JudgedSeries[] => {
    const { firstMs, lastMs } = estates[i]!;
    return result.series.map((trace) => ({ ...trace, from: firstMs, until: lastMs }));
  });
  const firsts = traces.flatMap(({ timestamps }) => timestamps[0] ?? []);
  const from = Math.min(
    ...firsts,
    ...(firsts.length === 0 ? estates.map(({ firstMs }) => firstMs) : []),
  );
  const until = Math.max(...estates.map(({ lastMs }) => lastMs));
  const longest = Math.max(
    ...estates.map(({ firstMs, lastMs, series }) => lastMs - firstMs + shortestPeriod(series)),
  );
  const alerts = results.flatMap((result) => result.alerts).sort((a, b) => a.since - b.since);
  const sum = (of: (result: (typeof results)[number]) => number): number =>
    results.reduce((all, result) => all + of(result), 0);
  const order = new Map(gathered.series.map(({ watched }, i) => [keyOf(watched), i]));
  return {
    file,
    source,
    from,
    until,
    weeks: longest / (7 * DAY_MS),
    found: gathered.found,
    series: traces.sort((a, b) => order.get(keyOf(a.watched))! - order.get(keyOf(b.watched))!),
    alerts,
    messages: {
      people: sum(({ messages }) => messages.people),
      machines: sum(({ messages }) => messages.machines),
    },
    slots: sum(({ slots }) => slots),
    judged: sum(({ judged }) => judged),
    noOpinion: sum(({ noOpinion }) => noOpinion),
    reads: {
      requests: sum(({ reads }) => reads.requests),
      metrics: sum(({ reads }) => reads.metrics),
    },
    alternatives: await others,
    labelled: scored && againstLabels(alerts, scored, traces),
    labels: [...known, ...(scored ?? [])],
    elapsedMs: performance.now() - begun,
    problems,
  };
}

function readLabels(path: string): readonly Label[] {
  const labels = orRefused(() => loadLabels(resolve(path)), 'the labels');
  if (labels.some(({ label }) => label === 'incident')) return labels;
  const next = 'docs/backtest.md shows how one is written';
  throw new CommandError(EXIT.usage, `${path}: expected a label of an incident, got none\n${next}`);
}

function isExclusion({ label }: Label): boolean {
  return label === 'excluded';
}

function nothingRead(problems: readonly Problem[]): CommandError {
  const why = [...problems]
    .filter(({ level }) => level !== 'detail')
    .sort((a, b) => Number(b.level === 'failed') - Number(a.level === 'failed'))
    .map(({ where, message }) => `  ${where}: ${message}`)
    .slice(0, 5);
  const next = 'plumbline validate --account says which monitors have data';
  return new CommandError(
    EXIT.failed,
    ['there is nothing to look back on', ...why, next].join('\n'),
  );
}

/** About how many slots there will be, for a line that says how far it is. */
function slotsOf(
  estates: readonly { series: readonly BacktestSeries[]; firstMs: number; lastMs: number }[],
): number {
  return estates.reduce((sum, { series, firstMs, lastMs }) => {
    return sum + Math.floor((lastMs - firstMs) / shortestPeriod(series)) + 1;
  }, 0);
}

function shortestPeriod(series: readonly BacktestSeries[]): number {
  return Math.min(...series.map(({ watched }) => watched.monitor.periodMs));
}

/** Other rules are for comparison: without them the look back is still one. */
function untold(problems: Problem[]): (error: unknown) => readonly AlternativeCount[] {
  return (error) => {
    problems.push({ where: 'other rules', message: messageOf(error), level: 'failed' });
    return [];
  };
}

/** On other threads, while this one replays: it ends first, and leaves them its core. */
async function startAlternatives(
  estates: readonly { series: readonly BacktestSeries[]; firstMs: number; lastMs: number }[],
): Promise<readonly AlternativeCount[]> {
  const jobs = estates.flatMap(({ series, firstMs, lastMs }) =>
    series.map(({ watched: { monitor, series: of }, samples }): AlternativesRequest => {
      const { periodMs, direction } = monitor;
      return { samples, periodMs, direction, metric: of.metric, firstMs, lastMs };
    }),
  );
  const counts = await runOnWorkers(jobs, {
    entry: ENTRY,
    workers: 2,
    onStart: () => {},
    onDeath: (_, reason): Record<Alternative, number> => {
      throw new Error(`what others would have sent could not be counted: ${reason}`);
    },
  });
  return ALTERNATIVES.map((name) => {
    const known = counts.map((count) => count[name]).filter((count) => !Number.isNaN(count));
    return {
      name,
      messages: known.reduce((sum, count) => sum + count, 0),
      unknown: counts.length - known.length,
    };
  });
}
