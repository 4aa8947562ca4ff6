import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandError, EXIT } from '../exit.ts';
import type { Problem } from '../problem.ts';
import { runOnWorkers } from '../run-on-workers.ts';
import { createProgress } from '../view/progress.ts';
import { findInputFiles, type InputFiles } from './input-files.ts';
import { existingPart, identityOf, statsOf } from './paths.ts';
import { type FileReport, failedReport, type ScoreJob } from './score-file.ts';
import { type SettingsOptions, settingsOfFiles } from './settings-of-files.ts';

export interface ScoreFilesOptions extends SettingsOptions {
  /** A file, or a folder of files. */
  readonly input: string;
  readonly out: string;
  /** How many files at a time; unless given, one a core. */
  readonly workers?: number | undefined;
}

/** What scoring a file or a folder came to. */
export interface ScoreResult {
  /** Files found, and those among them that failed. */
  readonly files: number;
  readonly failed: number;
  /** Rows written, and those among them that have a score. */
  readonly rows: number;
  readonly scored: number;
  readonly elapsedMs: number;
  readonly pointsPerSecond: number;
  /** Alerts that opened, each by the highest severity that it came to. */
  readonly pages: number;
  readonly notices: number;
  readonly out: string;
  readonly problems: readonly Problem[];
}

/** Scores files on all cores; one that fails does not stop the others. */
export async function scoreFiles(options: ScoreFilesOptions): Promise<ScoreResult> {
  const started = performance.now();
  const { input, out, workers = availableParallelism() } = options;
  const settingsOf = await settingsOfFiles(options);
  const found = findInputFiles(input);
  refuseOverwriting(found, options);

  // The largest first: a long file that begins last would keep one core busy and the others waiting.
  const jobs = [...found.files]
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ path, relative }): ScoreJob => ({ path, out, relative, settings: settingsOf(path) }));
  const progress = createProgress(jobs.length);
  const reports = await runOnWorkers<ScoreJob, FileReport>(jobs, {
    entry: new URL('./score-worker.mjs', import.meta.url), // beside the bundle that this is part of
    workers,
    onStart: ({ relative }) => progress.next(relative),
    onDeath: ({ path }, reason) => failedReport(path, `${reason}; try it alone`),
  });
  progress.end();
  return summed(found, reports, out, performance.now() - started);
}

function summed(
  { files, problems }: InputFiles,
  reports: readonly FileReport[],
  out: string,
  elapsedMs: number,
): ScoreResult {
  const total = (key: 'rows' | 'scored' | 'pages' | 'notices'): number =>
    reports.reduce((sum, report) => sum + report[key], 0);
  const ofFiles = reports
    .flatMap((report) => report.problems)
    .sort((a, b) => (a.where < b.where ? -1 : Number(a.where > b.where)));
  return {
    files: files.length,
    failed: reports.filter((report) => report.problems.some(({ level }) => level === 'failed'))
      .length,
    rows: total('rows'),
    scored: total('scored'),
    elapsedMs,
    pointsPerSecond: Math.round((total('rows') / elapsedMs) * 1000),
    pages: total('pages'),
    notices: total('notices'),
    out,
    problems: [...problems, ...ofFiles],
  };
}

/** Nothing is begun that would end with an input overwritten, or with outputs read as inputs. */
function refuseOverwriting(
  { files, isFolder }: InputFiles,
  { input, out }: ScoreFilesOptions,
): void {
  const refuse = (what: string): never => {
    throw new CommandError(EXIT.usage, `${what}\nname another folder with --out, beside the input`);
  };
  if (!statsOf(existingPart(out))?.isDirectory()) refuse(`--out ${out} is not a folder`);
  if (isFolder && isBelow(out, input)) {
    refuse(`--out ${out} lies in ${input}, where the next run would take the scores for input`);
  }
  const inputs = new Set(files.map(({ path }) => identityOf(path)));
  for (const { relative } of files) {
    const target = identityOf(join(out, relative));
    if (target !== undefined && inputs.has(target)) {
      refuse(`--out ${out} would overwrite the input ${join(out, relative)}`);
    }
  }
}

function isBelow(path: string, folder: string): boolean {
  const wanted = identityOf(folder);
  let at = existingPart(path);
  while (identityOf(at) !== wanted) {
    if (dirname(at) === at) return false;
    at = dirname(at);
  }
  return true;
}
