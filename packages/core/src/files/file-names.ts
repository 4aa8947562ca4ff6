import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';

/** A file name for any text: readable where it can be, and different for different texts. */
export function fileNameFor(text: string): string {
  const readable = text
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(-60);
  return `${readable}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** What `fileNameFor` gives. */
export const FILE_NAME = /-[0-9a-f]{12}$/;

/** The names in a folder; none when there is no such folder. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Whether an error is the one that the system calls so. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
