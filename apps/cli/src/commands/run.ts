import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  createCheckpointedStateStore,
  keyOf,
  type Note,
  type RunReport,
  replay,
  type WatchedSeries,
} from '@plumbline/core';
import {
  type CsvMetricSource,
  createCsvMetricSource,
  createFileAlertSink,
  createFileStateStore,
  readAlertFiles,
} from '@plumbline/core/files';
import { type ConfigFile, readConfigFile } from '../config-file.ts';
import { CommandError, EXIT } from '../exit.ts';
import { discoverSeries, nameOf, type Problem, replaySpan } from '../local-series.ts';
import type { RunResult } from '../run-result.ts';
import { alertsOf } from '../view/alert-history.ts';
import { createProgress } from '../view/progress.ts';
import { runSummary, runSummaryJson } from '../view/run-summary.ts';

/** State is written once for so many slots of a replay: a day of five-minute samples. */
const CHECKPOINT_COMMITS = 288;

export interface RunOptions {
  readonly config: string;
  readonly fresh?: boolean;
  readonly failOnAnomaly?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Watches the files of a configuration: replays what is new in them, and tells what was found. */
export async function runCommand(options: RunOptions): Promise<number> {
  const file = readConfigFile(options.config);
  refuseCloudWatch(file);
  const directory = join(file.folder, file.config.local.directory);
  const paths = { state: join(directory, 'state'), alerts: join(directory, 'alerts') };
  // Only what Plumbline itself has put there: the folder may be anything.
  if (options.fresh) {
    for (const path of Object.values(paths)) rmSync(path, { recursive: true, force: true });
  }

  const result = await watchFiles(file, paths);
  console.log(options.json ? runSummaryJson(result) : runSummary(result, options.verbose ?? false));
  if (result.problems.some(({ fatal }) => fatal)) return EXIT.failed;
  return options.failOnAnomaly && result.alerts.length > 0 ? EXIT.anomaly : EXIT.ok;
}

async function watchFiles(
  { config, folder }: ConfigFile,
  paths: { readonly state: string; readonly alerts: string },
): Promise<RunResult> {
  const started = performance.now();
  const source = createCsvMetricSource({ root: folder });
  const store = createCheckpointedStateStore(createFileStateStore({ directory: paths.state }), {
    everyCommits: CHECKPOINT_COMMITS,
  });
  const ports = { source, store, sinks: [createFileAlertSink({ directory: paths.alerts })] };
  const { watched, problems } = await discoverSeries(config.monitors, source);
  const progress = createProgress(watched.length);

  let scored = 0;
  let slots = 0;
  for (const each of watched) {
    progress.next(each.series.metric);
    for await (const report of replaySeries(each, config.local.replayMs, ports, problems)) {
      slots += 1;
      scored += report.counts.scored;
      problems.push(...report.notes.map((note) => problemOf(note, each)));
    }
    await store.flush();
  }
  progress.end();

  const history = readAlertFiles(paths.alerts);
  problems.push(
    ...history.unreadable.map((message) => ({ where: paths.alerts, message, fatal: true })),
  );
  return {
    series: watched.length,
    scored,
    slots,
    elapsedMs: performance.now() - started,
    replayMs: config.local.replayMs,
    alerts: alertsOf(history.messages),
    problems,
    alertsDirectory: relative(process.cwd(), paths.alerts) || '.',
  };
}

/** Files do not share a clock, so each series is a shard of its own and is replayed on its own. */
async function* replaySeries(
  watched: WatchedSeries,
  replayMs: number,
  ports: Parameters<typeof replay>[1] & { readonly source: CsvMetricSource },
  problems: Problem[],
): AsyncGenerator<RunReport> {
  const span = replaySpan(ports.source, watched.series, replayMs);
  problems.push(...span.problems);
  if (span.samples === 0) return;
  yield* replay({ shard: keyOf(watched), watched: [watched], ...span }, ports);
}

/** What leaves something unseen or untold; the rest has been dealt with. */
const FAILURES: readonly Note['kind'][] = ['read-failed', 'series-failed', 'delivery-failed'];

function problemOf({ kind, message }: Note, { series }: WatchedSeries): Problem {
  return { where: nameOf(series), message, fatal: FAILURES.includes(kind) };
}

function refuseCloudWatch({ config }: ConfigFile): void {
  const monitor = config.monitors.find(({ source }) => source.kind === 'cloudwatch');
  if (monitor === undefined) return;
  throw new CommandError(
    EXIT.usage,
    `monitor "${monitor.name}" reads CloudWatch, which this version cannot do yet: it reads files.\n` +
      'Give the monitor a csv file, or see a run on real data: ' +
      'plumbline run --config examples/local-run/plumbline.yaml',
  );
}
