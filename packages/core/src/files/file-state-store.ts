import { linkSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateStore } from '../ports/state-store.ts';
import { fileNameFor } from './file-names.ts';

/** `<version>.state`, or a file on its way to become one. */
const STATE_FILE = /^(\d+)\.state(\.[0-9a-f-]+\.tmp)?$/;

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
      // A file can vanish between the listing and the reading, when a newer one has come.
      for (;;) {
        const newest = Math.max(...versionsIn(folder));
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
      if (expected === undefined) mkdirSync(folder, { recursive: true });
      const next = expected === undefined ? 0 : Number(expected) + 1;
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
      // The version expected may have been replaced, and swept away, long before.
      if (Math.max(...versionsIn(folder)) > next) {
        remove(target);
        return { committed: false };
      }
      sweep(folder, next);
      return { committed: true, version: String(next) };
    },
  };
}

/** The versions present, and -1, so that there is always a greatest. */
function versionsIn(folder: string): number[] {
  return [-1, ...filesIn(folder).flatMap(({ version, temporary }) => (temporary ? [] : version))];
}

/** Removes what a version has replaced, and what crashes before it have left. */
function sweep(folder: string, current: number): void {
  for (const { name, version } of filesIn(folder)) {
    if (version < current) remove(join(folder, name));
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

function filesIn(folder: string): { name: string; version: number; temporary: boolean }[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const match = STATE_FILE.exec(name);
      if (match === null) return [];
      return [{ name, version: Number(match[1]), temporary: match[2] !== undefined }];
    });
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
