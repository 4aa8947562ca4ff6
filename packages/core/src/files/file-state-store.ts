import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { StateStore } from '../ports/state-store.ts';
import { FILE_NAME, fileNameFor, isCode, namesIn } from './file-names.ts';

/** `<version>.state`, or a file on its way to become one. */
const STATE_FILE = /^(0|[1-9]\d{0,14})\.state(\.[0-9a-f-]+\.tmp)?$/;

/**
 * Versions kept before the newest. A commit that comes late could find its number swept away and take
 * it for free: with some kept, that takes as many commits of others while it is writing.
 */
const KEPT = 2;

/**
 * State in a folder, one folder a shard, for local runs. Each version is a file of its own,
 * `<n>.state`; a commit creates the next by a hard link, which fails if it exists. So of several
 * processes exactly one wins, without a lock that a crash could leave behind, and a reader never
 * sees half a file. Needs a file system with hard links.
 *
 * The calls are synchronous: the files are small, and a replay makes thousands of commits.
 */
export function createFileStateStore({ directory }: { readonly directory: string }): StateStore {
  const folderOf = (shard: string): string => join(directory, fileNameFor(shard));

  return {
    async load(shard) {
      const folder = folderOf(shard);
      // A file can vanish between the listing and the reading, when newer ones have come.
      for (;;) {
        const newest = newestOf(filesIn(folder));
        if (newest < 0) return undefined;
        try {
          return { bytes: readFileSync(join(folder, `${newest}.state`)), version: String(newest) };
        } catch (error) {
          if (!isCode(error, 'ENOENT')) throw error;
        }
      }
    },
    async commit(shard, bytes, expected) {
      const folder = folderOf(shard);
      const current = newestOf(filesIn(folder));
      if (String(current) !== (expected ?? '-1')) return { committed: false };
      if (current < 0) mkdirSync(folder, { recursive: true });

      const next = current + 1;
      const target = join(folder, `${next}.state`);
      const temporary = `${target}.${crypto.randomUUID()}.tmp`;
      writeFileSync(temporary, bytes);
      try {
        linkSync(temporary, target);
      } catch (error) {
        // ENOENT: a winner has swept the temporary file away.
        if (isCode(error, 'EEXIST') || isCode(error, 'ENOENT')) return { committed: false };
        throw error;
      } finally {
        remove(temporary);
      }
      const files = filesIn(folder);
      if (newestOf(files) > next + KEPT) {
        // Overtaken too often to know whether the number was free or had been swept.
        remove(target);
        return { committed: false };
      }
      sweep(folder, files, next);
      return { committed: true, version: String(next) };
    },
  };
}

interface StateFile {
  readonly name: string;
  readonly version: number;
  readonly temporary: boolean;
}

/** The newest version present; -1 when there is none. */
function newestOf(files: readonly StateFile[]): number {
  return Math.max(-1, ...files.filter(({ temporary }) => !temporary).map(({ version }) => version));
}

/** Removes versions that are no longer kept, and what commits up to this one have left half-way. */
function sweep(folder: string, files: readonly StateFile[], current: number): void {
  for (const { name, version, temporary } of files) {
    if (version < current - KEPT || (temporary && version <= current)) remove(join(folder, name));
  }
}

/** Removes a file that another process may have removed already. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function filesIn(folder: string): StateFile[] {
  return namesIn(folder).flatMap((name) => {
    const match = STATE_FILE.exec(name);
    if (match === null) return [];
    return [{ name, version: Number(match[1]), temporary: match[2] !== undefined }];
  });
}

/** Removes the state that a store has kept in a folder, and nothing else in it. */
export function clearStateFiles(directory: string): void {
  for (const folder of namesIn(directory).filter((name) => FILE_NAME.test(name))) {
    const path = join(directory, folder);
    if (!statSync(path).isDirectory()) continue;
    for (const { name } of filesIn(path)) remove(join(path, name));
    if (namesIn(path).length === 0) rmdirSync(path);
  }
}
