import { resolve } from 'node:path';
import { clearAlertFiles, clearStateFiles } from '@plumbline/core/files';
import { readConfigFile } from '../config-file.ts';
import { EXIT } from '../exit.ts';
import { runSummary, runSummaryJson } from '../view/run-summary.ts';
import { watch } from '../watch.ts';

export interface RunOptions {
  readonly config: string;
  readonly fresh?: boolean;
  readonly failOnAnomaly?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Looks at what is new in all that a configuration names, and shows what was found. */
export async function runCommand(options: RunOptions): Promise<number> {
  const file = readConfigFile(options.config);
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

  const result = await watch(file, paths);
  console.log(options.json ? runSummaryJson(result) : runSummary(result, options.verbose ?? false));
  if (result.problems.some(({ level }) => level === 'failed')) return EXIT.failed;
  return options.failOnAnomaly && result.alerts.length > 0 ? EXIT.anomaly : EXIT.ok;
}
