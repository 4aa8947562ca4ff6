import { readFileSync } from 'node:fs';
import type { SeriesSettings } from '@plumbline/config';
import { messageOf } from '@plumbline/core';
import { CsvError } from '@plumbline/core/files';
import type { Problem } from '../problem.ts';
import { type CsvScores, scoreCsv } from './score-csv.ts';
import { writeWithin } from './write-within.ts';

/** One file to score; plain data, sent to a worker. */
export interface ScoreJob {
  /** The file to read; messages name it so. */
  readonly path: string;
  /** The folder to write below, and where in it. */
  readonly out: string;
  readonly relative: string;
  readonly settings: SeriesSettings;
}

/** What became of one file. */
export type FileReport = Omit<CsvScores, 'pieces' | 'problems'> & {
  readonly problems: readonly Problem[];
};

/** Scores one file. Whatever is wrong with it is reported, not thrown: others are waiting. */
export async function scoreFile({ path, out, relative, settings }: ScoreJob): Promise<FileReport> {
  let scores: CsvScores;
  try {
    scores = await scoreCsv(readFileSync(path, 'utf8'), settings);
  } catch (error) {
    return failedReport(path, `${messageOf(error)}${nextStep(error)}`);
  }
  try {
    writeWithin(out, relative, scores.pieces);
  } catch (error) {
    return failedReport(path, `its scores could not be written: ${messageOf(error)}`);
  }
  const { pieces: _, problems, ...counts } = scores;
  return { ...counts, problems: problems.map((problem) => ({ where: path, ...problem })) };
}

export function failedReport(where: string, message: string): FileReport {
  const problems: Problem[] = [{ where, message, level: 'failed' }];
  return { rows: 0, scored: 0, pages: 0, notices: 0, problems };
}

/** What to do about a file that could not be scored at all. */
function nextStep(error: unknown): string {
  if (error instanceof CsvError) {
    return '; nothing was written: let the first line be timestamp,value';
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return '; let this user read it';
  if (code === 'ERR_STRING_TOO_LONG' || code === 'ERR_FS_FILE_TOO_LARGE') {
    return '; split the file at a quiet time';
  }
  return '';
}
