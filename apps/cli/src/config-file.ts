import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, ConfigError, loadConfig, parseSeriesSettings } from '@plumbline/config';
import { CommandError, EXIT } from './exit.ts';

export interface ConfigFile {
  /** As it was named. */
  readonly path: string;
  readonly config: Config;
  /** The folder that paths in the configuration are relative to. */
  readonly folder: string;
}

/** @throws {CommandError} the file cannot be read, or is refused */
export function readConfigFile(file: string): ConfigFile {
  return { path: file, config: orRefused(() => loadConfig(file)), folder: folderOf(file) };
}

export interface SeriesSettingsFile extends ReturnType<typeof parseSeriesSettings> {
  readonly folder: string;
}

/** @throws {CommandError} the file cannot be read, or is refused */
export function readSeriesSettings(file: string): SeriesSettingsFile {
  const settings = orRefused(() => parseSeriesSettings(readFileSync(file, 'utf8'), file));
  return { ...settings, folder: folderOf(file) };
}

function folderOf(file: string): string {
  return dirname(resolve(file));
}

/** @throws {CommandError} the file cannot be read, or is refused */
export function orRefused<Read>(read: () => Read, what = 'the configuration'): Read {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(EXIT.usage, error.message);
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const next =
      what === 'the configuration'
        ? '\nname the file with --config <file>; examples/local-run has one that runs as it is'
        : '';
    throw new CommandError(EXIT.usage, `cannot read ${what}: ${error.message}${next}`);
  }
}
