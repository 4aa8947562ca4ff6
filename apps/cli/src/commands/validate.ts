import { type Config, durationText } from '@plumbline/config';
import { locatorText } from '@plumbline/core';
import colors from 'picocolors';
import { checkMonitors } from '../check/check-monitors.ts';
import { type ConfigFile, readConfigFile } from '../config-file.ts';
import { EXIT } from '../exit.ts';
import { checkJson, checkTable } from '../view/check-table.ts';
import { createProgress } from '../view/progress.ts';
import { columns, fit, plural, printable } from '../view/text.ts';

export interface ValidateOptions {
  readonly config: string;
  readonly account?: boolean;
  readonly json?: boolean;
}

/** Checks a configuration and shows what it comes to; against what it names, when asked. */
export async function validate(options: ValidateOptions): Promise<number> {
  const file = readConfigFile(options.config);
  if (options.account) return checkAccount(file, options);
  const { config } = file;
  console.log(options.json ? JSON.stringify(config, null, 2) : describe(options.config, config));
  return EXIT.ok;
}

async function checkAccount(file: ConfigFile, options: ValidateOptions): Promise<number> {
  const nowMs = Date.now();
  const progress = createProgress(file.config.monitors.length);
  const checks = await checkMonitors(file, { nowMs, onMonitor: progress.next }).finally(
    progress.end,
  );
  const failed = checks.some(({ problems }) => problems.some(({ level }) => level === 'failed'));
  if (options.json) {
    console.log(JSON.stringify({ ok: !failed, monitors: checkJson(checks) }, null, 2));
  } else console.log(checkTable(checks, nowMs));
  return failed ? EXIT.failed : EXIT.ok;
}

function describe(file: string, { monitors }: Config): string {
  const rows = monitors.map((monitor) => [
    fit(printable(monitor.name), 28),
    fit(printable(locatorText(monitor.source)), 40, 'end'),
    monitor.detector.type,
    `every ${durationText(monitor.periodMs)}`,
  ]);
  return [
    `${colors.green('ok')}  ${printable(file)}: ${plural(monitors.length, 'monitor')}`,
    '',
    ...columns(rows, ['left', 'left', 'left', 'left']),
  ].join('\n');
}
