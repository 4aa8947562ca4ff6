import { type Config, durationText } from '@plumbline/config';
import { locatorText } from '@plumbline/core';
import colors from 'picocolors';
import { readConfigFile } from '../config-file.ts';
import { EXIT } from '../exit.ts';
import { columns, fit, plural, printable } from '../view/text.ts';

export interface ValidateOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Checks a configuration and shows what it comes to. */
export function validate(options: ValidateOptions): number {
  const { config } = readConfigFile(options.config);
  console.log(options.json ? JSON.stringify(config, null, 2) : describe(options.config, config));
  return EXIT.ok;
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
