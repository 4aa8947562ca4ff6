import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultSeriesSettings, type SeriesSettings, withDetector } from '@plumbline/config';
import { DETECTOR_TYPES, messageOf } from '@plumbline/core';
import { createCsvMetricSource } from '@plumbline/core/files';
import { readSeriesSettings, type SeriesSettingsFile } from '../config-file.ts';
import { CommandError, EXIT } from '../exit.ts';

export interface SettingsOptions {
  /** A configuration; unless given, its defaults hold. */
  readonly config?: string | undefined;
  /** A type of detector, to be taken for every file. */
  readonly detector?: string | undefined;
}

/**
 * How each file is judged: as the first monitor says that watches it by its `csv`, or else as the
 * defaults of the configuration say.
 *
 * @throws {CommandError} the configuration is refused, or there is no such detector
 */
export async function settingsOfFiles({
  config,
  detector,
}: SettingsOptions): Promise<(path: string) => SeriesSettings> {
  const file = config === undefined ? undefined : readSeriesSettings(config);
  const chosen = (settings: SeriesSettings): SeriesSettings =>
    detector === undefined ? settings : withChosen(settings, detector);
  const ofOthers = chosen(file?.ofOthers ?? defaultSeriesSettings());
  const watched = file === undefined ? NOTHING : await watchedFiles(file);
  return (path) => {
    const settings = watched.size === 0 ? undefined : watched.get(realpathSync(path));
    return settings === undefined ? ofOthers : chosen(settings);
  };
}

const NOTHING: ReadonlyMap<string, SeriesSettings> = new Map();

/** Every file that a monitor watches, by its path without links. */
async function watchedFiles({
  ofMonitors,
  folder,
}: SeriesSettingsFile): Promise<ReadonlyMap<string, SeriesSettings>> {
  const source = createCsvMetricSource({ root: folder });
  const watched = new Map<string, SeriesSettings>();
  for (const { csv, ...settings } of ofMonitors) {
    try {
      for (const { locator } of await source.discover({ kind: 'csv', path: csv })) {
        const path = locator.kind === 'csv' ? realpathSync(resolve(folder, locator.path)) : '';
        if (!watched.has(path)) watched.set(path, settings);
      }
    } catch {
      // It watches files that are not here: none of those that are scored is its.
    }
  }
  return watched;
}

function withChosen(settings: SeriesSettings, detector: string): SeriesSettings {
  try {
    return withDetector(settings, detector);
  } catch (error) {
    const known = (DETECTOR_TYPES as readonly string[]).includes(detector);
    const next = `${detector} has options without a default: write them under defaults.detector of a file, and name it with --config`;
    const message = `--detector: ${messageOf(error)}${known ? `\n${next}` : ''}`;
    throw new CommandError(EXIT.usage, message);
  }
}
