import {
  type BigIntStats,
  type Dirent,
  readdirSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '@plumbline/core';
import { CommandError, EXIT } from '../exit.ts';
import type { Problem } from '../problem.ts';
import { isWithin, statsOf } from './paths.ts';

export interface InputFile {
  /** The file as one would name it from the current folder. */
  readonly path: string;
  /** Where it lies below the folder given; its name, when it was given itself. */
  readonly relative: string;
  readonly bytes: number;
}

export interface InputFiles {
  readonly files: readonly InputFile[];
  readonly problems: readonly Problem[];
  /** Whether a folder was given, not a file. */
  readonly isFolder: boolean;
}

/**
 * The file itself, or all `.csv` files of a folder and the folders in it, in order of their names.
 * Names that begin with a dot are passed over, as the shell does, and so are other files.
 *
 * A symbolic link counts as a file where it leads to one in the same folder. Links to folders are
 * not followed, so that none leads in a circle, and links that lead out are not read: both are noted.
 *
 * @throws {CommandError} there is no such file or folder
 */
export function findInputFiles(input: string): InputFiles {
  let stats: Stats;
  try {
    stats = statSync(input);
  } catch (error) {
    const message = `cannot read the input: ${messageOf(error)}\nname a .csv file, or a folder with some in it`;
    throw new CommandError(EXIT.failed, message);
  }
  if (stats.isFile()) {
    const file = { path: input, relative: basename(input), bytes: stats.size };
    return { files: [file], problems: [], isFolder: false };
  }
  if (!stats.isDirectory()) {
    throw new CommandError(EXIT.failed, `${input} is neither a file nor a folder`);
  }
  const files: InputFile[] = [];
  const problems: Problem[] = [];
  walk(input, '', { root: realpathSync(input), files, problems });
  if (files.length === 0) {
    const message = 'expected a .csv file in it, or in a folder below, and found none';
    problems.push({ where: input, message, level: 'failed' });
  }
  return { files, problems, isFolder: true };
}

interface Found {
  readonly root: string;
  readonly files: InputFile[];
  readonly problems: Problem[];
}

function walk(input: string, below: string, found: Found): void {
  const folder = join(input, below);
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    found.problems.push({ where: folder, message: messageOf(error), level: 'failed' });
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const relative = join(below, entry.name);
    const path = join(input, relative);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) walk(input, relative, found);
    else if (entry.isSymbolicLink()) followLink(path, relative, found);
    else if (entry.isFile() && isCsv(path)) add(path, relative, found);
  }
}

function add(path: string, relative: string, { files }: Found): void {
  files.push({ path, relative, bytes: statSync(path).size });
}

function followLink(path: string, relative: string, found: Found): void {
  const stats = statsOf(path);
  const problem = linkProblem(path, stats, found.root);
  if (problem !== undefined) found.problems.push({ where: path, ...problem });
  else if (stats?.isFile() && isCsv(path)) add(path, relative, found);
}

/** Why a link is not followed, where somebody may have counted on it. */
function linkProblem(
  path: string,
  stats: BigIntStats | undefined,
  root: string,
): Pick<Problem, 'level' | 'message'> | undefined {
  if (stats?.isDirectory()) {
    const message = 'a link to a folder, not followed: score that folder by its own name';
    return { level: 'note', message };
  }
  if (!isCsv(path)) return undefined;
  if (stats === undefined) {
    return { level: 'failed', message: 'a link that leads nowhere: remove it' };
  }
  if (isWithin(root, realpathSync(path))) return undefined;
  return { level: 'note', message: 'a link out of the folder, not read: put a copy in its place' };
}

function isCsv(path: string): boolean {
  return /\.csv$/i.test(path);
}
