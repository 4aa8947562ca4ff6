import type { Config } from '@plumbline/config';
import {
  createCheckpointedStateStore,
  createSilenceStore,
  isoTime,
  keyOf,
  messageOf,
  type NoOpinion,
  type Note,
  type RunReport,
  replay,
  ShardChangedError,
  type WatchedSeries,
} from '@plumbline/core';
import {
  createCsvMetricSource,
  createFileAlertSink,
  createFileStateStore,
} from '@plumbline/core/files';
import { discoverSeries, inspectSeries, nameOf } from './local-series.ts';
import type { Problem } from './problem.ts';
import { createProgress } from './view/progress.ts';

/** State is written once for so many slots of a replay: a day of five-minute samples. */
const CHECKPOINT_COMMITS = 288;

/** How far ahead of the clock a row may be; CloudWatch takes samples of up to two hours ahead. */
const FUTURE_MS = 2 * 3_600_000;

/** What one look at the files of a configuration found. */
export interface FilesLook {
  readonly watched: readonly WatchedSeries[];
  /** Series watched, and those among them that could be read. */
  readonly series: number;
  readonly readable: number;
  /** Slots replayed, and samples judged for the first time. */
  readonly slots: number;
  readonly scored: number;
  readonly elapsedMs: number;
  readonly replayMs: number;
  readonly problems: readonly Problem[];
}

export interface WatchPaths {
  /** What paths in the configuration are relative to. */
  readonly root: string;
  readonly state: string;
  readonly alerts: string;
  /** What people say beside the configuration: silences. */
  readonly control: string;
}

/** Replays what is new in the files of a configuration; one that fails does not stop the others. */
export async function watchFiles(config: Config, paths: WatchPaths): Promise<FilesLook> {
  const started = performance.now();
  const { replayMs } = config.local;
  const source = createCsvMetricSource({ root: paths.root, latestMs: Date.now() + FUTURE_MS });
  const store = createCheckpointedStateStore(createFileStateStore({ directory: paths.state }), {
    everyCommits: CHECKPOINT_COMMITS,
  });
  const ports = { source, store, sinks: [createFileAlertSink({ directory: paths.alerts })] };
  const monitors = config.monitors.filter(({ source: { kind } }) => kind === 'csv');
  const { watched, problems } = await discoverSeries(monitors, source);
  const silences = await createSilenceStore(
    createFileStateStore({ directory: paths.control }),
  ).load();
  const guidance = { ...config.guidance, silences };
  const progress = createProgress(watched.length);

  let [readable, slots, scored] = [0, 0, 0];
  for (const each of watched) {
    progress.next(each.series.metric);
    const { span, problems: found } = inspectSeries(source, each, replayMs);
    problems.push(...found);
    if (span === undefined) continue;
    readable += 1;
    const tally = createTally(each);
    try {
      // Files do not share a clock, so each series is a shard of its own and is replayed on its own.
      const request = { shard: keyOf(each), watched: [each], guidance, ...span };
      for await (const report of replay(request, ports)) tally.add(report);
      await store.flush();
    } catch (error) {
      const level = error instanceof ShardChangedError ? 'note' : 'failed';
      problems.push({ where: nameOf(each.series), message: messageOf(error), level });
    }
    slots += tally.slots;
    scored += tally.scored;
    problems.push(...tally.problems());
  }
  progress.end();

  return {
    watched,
    series: watched.length,
    readable,
    slots,
    scored,
    elapsedMs: performance.now() - started,
    replayMs,
    problems,
  };
}

/** What leaves something unseen or untold; other notes have been dealt with. */
const FAILURES: readonly Note['kind'][] = ['read-failed', 'series-failed', 'delivery-failed'];

const NO_OPINION_TEXTS: Readonly<Record<NoOpinion, string>> = {
  'missing-sample': 'the sample is missing',
  'warming-up': 'too little history',
  'no-spread': 'nothing varies in the history',
};

/** Adds up the reports of one series. */
function createTally({ series }: WatchedSeries) {
  const where = nameOf(series);
  const problems: Problem[] = [];
  const silent = new Map<NoOpinion, number>();
  let readyAt: number | undefined;
  const tally = {
    slots: 0,
    scored: 0,
    add({ counts, notes, decisions }: RunReport): void {
      tally.slots += 1;
      tally.scored += counts.scored;
      for (const { kind, message } of notes) {
        problems.push({ where, message, level: FAILURES.includes(kind) ? 'failed' : 'note' });
      }
      for (const { verdict } of decisions) {
        const { noOpinion } = verdict;
        if (noOpinion !== undefined) silent.set(noOpinion, (silent.get(noOpinion) ?? 0) + 1);
        readyAt = verdict.readyAt;
      }
    },
    problems: (): Problem[] => [
      ...problems,
      ...Array.from(silent, ([reason, samples]): Problem => {
        const why =
          reason === 'warming-up' && readyAt !== undefined
            ? `learning, ready at ${isoTime(readyAt)}`
            : NO_OPINION_TEXTS[reason];
        const message = `no opinion on ${samples} of ${tally.scored} samples: ${why} (${reason})`;
        return { where, message, level: 'note' };
      }),
    ],
  };
  return tally;
}
