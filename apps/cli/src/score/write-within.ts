import {
  closeSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import { existingPart, isWithin } from './paths.ts';

/**
 * Writes a file below a folder, whole or not at all: under another name first, then renamed.
 *
 * @throws {Error} a symbolic link on the way leads out of the folder, or the system refuses
 */
export function writeWithin(folder: string, relative: string, pieces: readonly Buffer[]): void {
  const path = resolve(folder, relative);
  mkdirSync(folder, { recursive: true });
  refuseEscape(folder, dirname(path));
  mkdirSync(dirname(path), { recursive: true });
  // A name of its own, and a short one: the file's may be as long as the system allows.
  const temporary = join(dirname(path), `.plumbline-${process.pid}-${threadId}.tmp`);
  try {
    rmSync(temporary, { force: true }); // of a process that was killed
    const file = openSync(temporary, 'wx');
    try {
      for (const piece of pieces) writeFileSync(file, piece);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function refuseEscape(folder: string, directory: string): void {
  const actual = existingPart(directory);
  if (isWithin(realpathSync(folder), actual)) return;
  throw new Error(`a link leads out of the output folder, to ${actual}: remove it`);
}
