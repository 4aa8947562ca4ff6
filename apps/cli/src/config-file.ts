import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, ConfigError, parseConfig, parseSeriesSettings } from '@plumbline/config';
import { messageOf } from '@plumbline/core';
import { CommandError, EXIT } from './exit.ts';

export interface ConfigFile {
  readonly config: Config;
  /** The folder that paths in the configuration are relative to. */
  readonly folder: string;
}

/** @throws {CommandError} the file cannot be read, or is refused */
export function readConfigFile(file: string): ConfigFile {
  return { config: parseFile(file, parseConfig), folder: folderOf(file) };
}

export interface SeriesSettingsFile extends ReturnType<typeof parseSeriesSettings> {
  readonly folder: string;
}

/** @throws {CommandError} the file cannot be read, or is refused */
export function readSeriesSettings(file: string): SeriesSettingsFile {
  return { ...parseFile(file, parseSeriesSettings), folder: folderOf(file) };
}

function folderOf(file: string): string {
  return dirname(resolve(file));
}

function parseFile<Parsed>(file: string, parse: (text: string, file: string) => Parsed): Parsed {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const next =
      'name the file with --config <file>; examples/local-run has one that runs as it is';
    throw new CommandError(
      EXIT.usage,
      `cannot read the configuration: ${messageOf(error)}\n${next}`,
    );
  }
  try {
    return parse(text, file);
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(EXIT.usage, error.message);
    throw error;
  }
}
