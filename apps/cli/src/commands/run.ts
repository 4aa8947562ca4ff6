import { resolve } from 'node:path';
import { clearAlertFiles, clearStateFiles } from '@plumbline/core/files';
import { type ConfigFile, readConfigFile } from '../config-file.ts';
import { CommandError, EXIT } from '../exit.ts';
import { runSummary, runSummaryJson } from '../view/run-summary.ts';
import { watchFiles } from '../watch-files.ts';

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
  refuseCloudWatch(file, options);
  const directory = resolve(file.folder, file.config.local.directory);
  const paths = {
    root: file.folder,
    state: resolve(directory, 'state'),
    alerts: resolve(directory, 'alerts'),
    control: resolve(directory, 'control'),
  };
  if (options.fresh) {
    clearStateFiles(paths.state);
    clearAlertFiles(paths.alerts);
  }

  const result = await watchFiles(file.config, paths);
  console.log(options.json ? runSummaryJson(result) : runSummary(result, options.verbose ?? false));
  if (result.problems.some(({ level }) => level === 'failed')) return EXIT.failed;
  return options.failOnAnomaly && result.alerts.length > 0 ? EXIT.anomaly : EXIT.ok;
}

function refuseCloudWatch({ config }: ConfigFile, options: RunOptions): void {
  const monitor = config.monitors.find(({ source }) => source.kind !== 'csv');
  if (monitor === undefined) return;
  throw new CommandError(
    EXIT.usage,
    `monitor "${monitor.name}" reads CloudWatch, and this command reads files. The function does that:\n` +
      `try it with pnpm invoke --config ${options.config}, deploy it with pnpm synth (docs/deploy.md).`,
  );
}
