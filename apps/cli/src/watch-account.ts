import type { Config } from '@plumbline/config';
import {
  createSilenceStore,
  keyOf,
  type Note,
  type RunReport,
  run,
  type SeriesDecision,
  unexpired,
  type WatchedSeries,
  watchMonitors,
  withinMaxSeries,
} from '@plumbline/core';
import { createFileAlertSink, createFileStateStore } from '@plumbline/core/files';
import type { Problem } from './problem.ts';
import { adviceOn } from './source/aws-trouble.ts';
import type { ConfiguredSource } from './source/metric-source.ts';
import { createProgress } from './view/progress.ts';
import type { WatchPaths } from './watch-files.ts';

const MINUTE_MS = 60_000;

/** All series of CloudWatch are one shard, as of the function. */
const SHARD = 'cloudwatch';

/** What became of one series. */
export interface SeriesLook {
  readonly watched: WatchedSeries;
  /** On its newest sample, where that was judged in this look. */
  readonly decision: SeriesDecision | undefined;
  /** Why it could not be read or judged. */
  readonly failure: string | undefined;
}

/** What one look at CloudWatch found. */
export interface AccountLook {
  /** The moment that the look stands for, ms since the epoch. */
  readonly slot: number;
  readonly region: string;
  readonly counts: RunReport['counts'];
  readonly series: readonly SeriesLook[];
  readonly problems: readonly Problem[];
}

/** What leaves something unseen or untold; other notes have been dealt with, or are seen in the table. */
const FAILURES: ReadonlySet<Note['kind']> = new Set([
  'discovery-failed',
  'nothing-found',
  'too-many-series',
  'read-failed',
  'series-failed',
  'delivery-failed',
]);

/** What the table says of each series. */
const IN_THE_TABLE: ReadonlySet<Note['kind']> = new Set(['learning']);

/**
 * One look, now, at the monitors of CloudWatch, by the very run that the function does: on first sight of a series
 * its history is learned and its newest sample judged, later what has come since. State and alerts are files.
 */
export async function watchAccount(
  config: Config,
  source: ConfiguredSource,
  paths: WatchPaths,
  nowMs: number,
): Promise<AccountLook> {
  const slot = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const monitors = config.monitors.filter(({ source: { kind } }) => kind !== 'csv');
  const { watched, notes: discovery } = await watchMonitors(monitors, source);
  const silences = await createSilenceStore(
    createFileStateStore({ directory: paths.control }),
  ).load();
  const progress = createProgress(watched.length);
  const report = await run(
    {
      slot,
      shard: SHARD,
      watched,
      monitors,
      undiscovered: new Map(
        discovery.flatMap(({ kind, monitor, message }) => {
          return kind === 'discovery-failed' && monitor !== undefined ? [[monitor, message]] : [];
        }),
      ),
      guidance: { ...config.guidance, silences: unexpired(silences, slot) },
      pagesPerWeek: config.pagesPerWeek,
    },
    {
      source: {
        ...source,
        read(requests, options) {
          for (const { series } of requests) progress.next(series.metric);
          return source.read(requests, options);
        },
      },
      store: createFileStateStore({ directory: paths.state }),
      sinks: [createFileAlertSink({ directory: paths.alerts })],
    },
  ).finally(progress.end);
  const notes = [...discovery, ...report.notes];
  return {
    slot,
    region: config.deploy.region,
    counts: report.counts,
    series: looksAt(withinMaxSeries(watched).watched, report),
    problems: problemsOf(notes, watched),
  };
}

function looksAt(watched: readonly WatchedSeries[], report: RunReport): SeriesLook[] {
  const decisions = new Map(report.decisions.map((each) => [keyOf(each.series), each]));
  const failures = new Map(
    report.notes.flatMap(({ kind, series, message }) => {
      const failed = kind === 'read-failed' || kind === 'series-failed';
      return failed && series !== undefined ? [[series, message]] : [];
    }),
  );
  return watched.map((each) => {
    const key = keyOf(each);
    return { watched: each, decision: decisions.get(key), failure: failures.get(key) };
  });
}

/** One line for what several series say alike. */
function problemsOf(notes: readonly Note[], watched: readonly WatchedSeries[]): Problem[] {
  const nameOf = new Map(watched.map((each) => [keyOf(each), seriesText(each)]));
  const alike = new Map<string, Note[]>();
  for (const note of notes) {
    if (IN_THE_TABLE.has(note.kind)) continue;
    const key = JSON.stringify([note.kind, note.message]);
    alike.set(key, [...(alike.get(key) ?? []), note]);
  }
  return [...alike.values()].map((same): Problem => {
    const { kind, series, monitor, message } = same[0]!;
    const one = monitor === undefined ? nameOf.get(series ?? '') : `monitor "${monitor}"`;
    const where = same.length === 1 ? (one ?? 'the run') : `${same.length} series`;
    const isNowhere = kind === 'no-samples' || kind === 'nothing-found';
    const advice = isNowhere ? 'plumbline validate --account looks for it' : adviceOn(message);
    return {
      where,
      message: advice === undefined ? message : `${message}; ${advice.replaceAll('\n', ' ')}`,
      level: FAILURES.has(kind) ? 'failed' : 'note',
    };
  });
}

/** A series, for people: its monitor, and what tells it from its siblings. */
export function seriesText({ monitor, series }: WatchedSeries): string {
  return series.resource === null ? monitor.name : `${monitor.name} (${series.resource})`;
}
