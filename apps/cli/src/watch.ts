import { relative } from 'node:path';
import { keyOf, messageOf, type WatchedSeries } from '@plumbline/core';
import { readAlertFiles } from '@plumbline/core/files';
import type { ConfigFile } from './config-file.ts';
import type { Problem } from './problem.ts';
import { openMetricSource, readsCloudWatch } from './source/metric-source.ts';
import { type AlertRecord, alertsOf } from './view/alert-history.ts';
import { type AccountLook, watchAccount } from './watch-account.ts';
import { type FilesLook, type WatchPaths, watchFiles } from './watch-files.ts';

/** What one look at everything in a configuration found. */
export interface WatchResult extends Omit<FilesLook, 'watched'> {
  /** Of the monitors of CloudWatch; undefined without any. */
  readonly account: AccountLook | undefined;
  /** The alerts of the series watched, of this run and of those before it. */
  readonly alerts: readonly AlertRecord[];
  /** Where the alerts lie, as one would name it from the current folder. */
  readonly alertsDirectory: string;
}

/**
 * Looks at all that a configuration names: at files, by replaying what is new in them, and at CloudWatch, as it
 * is now. Whatever is to be told is written to files; nothing leaves the machine.
 *
 * @throws {CommandError} a monitor reads CloudWatch, and there are no credentials
 */
export async function watch(file: ConfigFile, paths: WatchPaths): Promise<WatchResult> {
  const { config } = file;
  // Without credentials nothing is begun, not even with the files.
  const source = readsCloudWatch(config) ? await openMetricSource(file) : undefined;
  const { watched, ...files } = await watchFiles(config, paths);
  const account = source && (await watchAccount(config, source, paths, Date.now()));
  const looked = account?.series.map((each) => each.watched) ?? [];
  const where = relative(process.cwd(), paths.alerts) || '.';
  const { alerts, problems } = alertsIn(paths.alerts, where, [...watched, ...looked]);
  return {
    ...files,
    account,
    alerts,
    problems: [...files.problems, ...(account?.problems ?? []), ...problems],
    alertsDirectory: where,
  };
}

/** The alerts of these series that a folder holds, and what of it cannot be read. */
function alertsIn(
  directory: string,
  where: string,
  watched: readonly WatchedSeries[],
): { readonly alerts: readonly AlertRecord[]; readonly problems: readonly Problem[] } {
  const known = new Set(watched.map(keyOf));
  const { messages, unreadable } = readHistory(directory);
  return {
    alerts: alertsOf(messages).filter(({ opened }) =>
      known.has(JSON.stringify([opened.monitor, opened.series])),
    ),
    problems: unreadable.map((message): Problem => ({ where, message, level: 'failed' })),
  };
}

function readHistory(directory: string): ReturnType<typeof readAlertFiles> {
  try {
    return readAlertFiles(directory);
  } catch (error) {
    return { messages: [], unreadable: [messageOf(error)] };
  }
}
