import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Page, parsePage } from './markdown.ts';

export const ROOT = resolve(import.meta.dirname, '../../..');

/** The files of the repository, committed or about to be, by their path from its root. */
export const FILES: ReadonlySet<string> = new Set(
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
    .split('\0')
    .filter((path) => path !== ''),
);

/** Its pages: all that is Markdown. */
export const PAGES = [...FILES].filter((path) => path.endsWith('.md')).sort();

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const parsed = new Map<string, Page>();

export function pageOf(path: string): Page {
  const page = parsed.get(path) ?? parsePage(textOf(path));
  parsed.set(path, page);
  return page;
}
