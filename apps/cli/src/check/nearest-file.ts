import { readdirSync } from 'node:fs';
import { basename, dirname, posix, resolve } from 'node:path';
import { nearestOf } from '../source/nearest.ts';

/** The file of the same folder that was probably meant; undefined where none is, or where it is that very file. */
export function nearestFile(root: string, path: string): string | undefined {
  const folder = dirname(path);
  try {
    const names = readdirSync(resolve(root, folder));
    const near = nearestOf(basename(path), names);
    if (near === undefined || near === basename(path)) return undefined;
    return posix.join(folder, near);
  } catch {
    return undefined;
  }
}
