import { readFileSync } from 'node:fs';
import { basename, dirname, posix, relative, resolve, sep } from 'node:path';
import { durationText } from '@plumbline/config';
import { type Direction, matchesPattern, messageOf, type Samples } from '@plumbline/core';
import { parseCsv } from '@plumbline/core/files';
import { findInputFiles } from '../score/input-files.ts';
import { createSamplingPeriod } from '../score/sampling-period.ts';
import { watchedByName } from './by-name.ts';
import { createNames, type Names, readable } from './names.ts';
import {
  byUsefulness,
  type MonitorEntry,
  type Proposal,
  type Proposals,
  type Remark,
} from './proposal.ts';

/** What a configuration takes when nobody says, ms. */
const USUAL_PERIOD_MS = 300_000;
const DAY_MS = 86_400_000;
const USUAL_WINDOW_MS = 14 * DAY_MS;
/** A window of fewer samples than this is too little to learn from. */
const LEAST_WINDOW_SAMPLES = 100;

/** Samples that are farther apart than this, ms, are no series to be alerted on. */
const LONGEST_PERIOD_MS = 7 * DAY_MS;

/** As long as the path of a file may be in a configuration. */
const LONGEST_PATH = 1024;

export interface ProposeFilesOptions {
  /** A folder with CSV files in it and below; or one of them. */
  readonly input: string;
  /** The folder that the configuration will lie in. */
  readonly configFolder: string;
  /** Of more files than this, those of one family are watched together. */
  readonly most: number;
  readonly onFile?: (path: string) => void;
}

export interface FileProposals extends Proposals {
  /** Files looked at. */
  readonly files: number;
  /** Of those that are series, ms; 0 without any. */
  readonly longestPeriodMs: number;
}

/** A file that is a series. */
interface SeriesFile {
  /** Relative to the configuration, as it is written there. */
  readonly path: string;
  readonly samples: number;
  readonly periodMs: number;
}

/**
 * A monitor for each file that is a series, with the period that it has. Where there are too many, those of one
 * folder whose names begin alike, and that have one period, are a monitor together.
 *
 * @throws {CommandError} there is no such file or folder
 */
export function proposeFiles(options: ProposeFilesOptions): FileProposals {
  const { input, configFolder, most, onFile } = options;
  const found = findInputFiles(input);
  const leftOut = found.problems.map(({ where, message }) => `${where}: ${message}`);
  const series: SeriesFile[] = [];
  for (const { path } of found.files) {
    onFile?.(path);
    const inspected = inspect(path, configFolder);
    if (typeof inspected === 'string') leftOut.push(`${path}: ${inspected}`);
    else series.push(inspected);
  }
  const others = found.files.map(({ path }) => pathFrom(configFolder, path));
  const sources = series.length > most ? inFamilies(series, others) : series.map(alone);
  const names = createNames();
  const proposals = sources.map((source) => proposalOf(source, names)).sort(byUsefulness);
  const longestPeriodMs = Math.max(0, ...series.map(({ periodMs }) => periodMs));
  return { proposals, leftOut, files: found.files.length, longestPeriodMs };
}

/** A file says no statistic, but what its name tells of one says which way is bad. */
const DIRECTIONS: Readonly<Record<string, Direction>> = {
  p99: 'above',
  Maximum: 'above',
  Minimum: 'below',
};

/** The file as a series, or why it is none. */
function inspect(path: string, configFolder: string): SeriesFile | string {
  const written = pathFrom(configFolder, path);
  if (/\p{Cc}/u.test(written)) return 'its name has control characters in it: rename it';
  if (basename(written).includes('*'))
    return 'its name has a * in it, which stands for any: rename it';
  if (written.length > LONGEST_PATH) return `its path is longer than ${LONGEST_PATH} characters`;
  try {
    const { samples, problems } = parseCsv(readFileSync(path, 'utf8'));
    const periodMs = periodOf(samples);
    if (Number.isNaN(periodMs)) {
      const [problem] = problems;
      const why = problem === undefined ? '' : `; line ${problem.line}: ${problem.message}`;
      return `no series: ${samples.values.length} usable rows${why}`;
    }
    if (periodMs > LONGEST_PERIOD_MS)
      return `no series: its rows are ${durationText(periodMs)} apart`;
    return { path: written, samples: samples.values.length, periodMs };
  } catch (error) {
    return messageOf(error);
  }
}

/** The usual time between two samples, in whole seconds as a configuration says it, ms. */
function periodOf({ timestamps }: Samples): number {
  const period = createSamplingPeriod();
  let found = Number.NaN;
  for (const timestamp of timestamps) found = period.add(timestamp) ?? found;
  return Number.isNaN(found) ? found : Math.max(1000, Math.round(found / 1000) * 1000);
}

function pathFrom(folder: string, path: string): string {
  return relative(folder, resolve(path)).split(sep).join('/');
}

/** What one monitor watches: a file, or several by a pattern. */
interface Source {
  readonly csv: string;
  readonly periodMs: number;
  readonly files: readonly SeriesFile[];
}

function alone(file: SeriesFile): Source {
  return { csv: file.path, periodMs: file.periodMs, files: [file] };
}

/** Families where the pattern finds just their files, for it also finds what is no series; else each file alone. */
function inFamilies(series: readonly SeriesFile[], all: readonly string[]): Source[] {
  const families = new Map<string, SeriesFile[]>();
  for (const file of series) {
    const key = `${dirname(file.path)}/${stemOf(file.path)}`;
    families.set(key, [...(families.get(key) ?? []), file]);
  }
  return [...families.values()].flatMap((files): Source[] => {
    const [first] = files;
    if (first === undefined || files.length === 1) return files.map(alone);
    const folder = dirname(first.path);
    const pattern = `${stemOf(first.path)}*.csv`;
    const matched = all.filter((path) => {
      return dirname(path) === folder && matchesPattern(pattern, basename(path));
    });
    const isOne =
      matched.length === files.length && files.every(({ periodMs }) => periodMs === first.periodMs);
    if (!isOne) return files.map(alone);
    return [{ csv: posix.join(folder, pattern), periodMs: first.periodMs, files }];
  });
}

/** What a file name begins with, before the part that tells it from its siblings: `cpu_` of `cpu_ac20cd.csv`. */
function stemOf(path: string): string {
  const name = basename(path).replace(/\.csv$/i, '');
  return name.replace(/[^_\-. ]*$/, '') || name.replace(/\d+$/, '');
}

function proposalOf({ csv, periodMs, files }: Source, names: Names): Proposal {
  const stem = basename(csv)
    .replace(/\.csv$/i, '')
    .replace(/[_\-. ]*\*$/, '');
  const folder = dirname(csv);
  const title = readable(stem === '' ? folder : stem);
  const { statistic, usefulness, ...told } = watchedByName(stem);
  const direction = told.direction ?? DIRECTIONS[statistic];
  const windowMs = LEAST_WINDOW_SAMPLES * periodMs;
  const period = durationText(periodMs);
  const entry: MonitorEntry = {
    name: names.unique(title, `${title} (${folder})`),
    csv,
    ...(direction && { direction }),
    ...(periodMs !== USUAL_PERIOD_MS && { period }),
    ...(windowMs > USUAL_WINDOW_MS && { window: `${Math.ceil(windowMs / DAY_MS)}d` }),
  };
  const samples = files.reduce((sum, file) => sum + file.samples, 0);
  const many = files.length > 1 ? `${files.length} files, each a series of its own; ` : '';
  const remarks: Remark[] = [
    [['csv'], `${many}${samples} samples, ${period} apart`],
    ...(direction === undefined ? [] : [[['direction'], 'as its name tells'] satisfies Remark]),
    ...(windowMs > USUAL_WINDOW_MS
      ? [[['window'], 'enough samples to learn from'] satisfies Remark]
      : []),
  ];
  return {
    entry,
    remarks,
    group: folder === '.' ? 'Files beside this one' : `Files in ${folder}`,
    series: files.length,
    billed: 0,
    what: csv,
    usefulness,
  };
}
