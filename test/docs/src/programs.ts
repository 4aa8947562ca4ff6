import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Sample } from './markdown.ts';
import { ROOT } from './repository.ts';

/** Where packages of the workspace are found, as a reader would have them installed. */
const FOLDER = resolve(import.meta.dirname, '../dist');

const LANGUAGES = /^(?:js|mjs|javascript|ts|mts|typescript)$/;

/** The programs of a page that use this project. */
export function programsOf(samples: readonly Sample[]): Sample[] {
  const written = samples.filter(({ language }) => LANGUAGES.test(language));
  return written.some(({ text }) => text.includes("'@plumbline/")) ? written : [];
}

/**
 * What a reader's compiler, in strict mode, says of the programs of a page. They are one program: a later one goes on
 * with what an earlier one has made.
 *
 * @param given - declarations of what the sentences around them take as given
 */
export function typeErrors(path: string, programs: readonly Sample[], given = ''): string[] {
  return inFolder(programs, (folder) => {
    writeFileSync(join(folder, 'given.d.ts'), given);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(READERS_SETTINGS));
    const { stdout, stderr, status } = spawnSync(
      join(ROOT, 'node_modules/.bin/tsc'),
      ['-p', '.', '--pretty', 'false'],
      { cwd: folder, encoding: 'utf8' },
    );
    if (status === 0) return [];
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    return said.map((line) => line.replace(/^page\.ts\((\d+),(\d+)\)/, `${path}:$1:$2`));
  });
}

/** What the programs of a page print, and what the comment at their end says that they do; if there is one. */
export function printedBy(
  programs: readonly Sample[],
): { readonly printed: string; readonly promised: string } | undefined {
  const lines = programs.at(-1)?.text.split('\n') ?? [];
  const last = lines.findLastIndex((line) => !line.startsWith('// '));
  if (last === lines.length - 1) return undefined;
  const promised = lines.slice(last + 1).map((line) => `${line.slice(3)}\n`);
  const printed = inFolder(programs, (folder) =>
    execFileSync(process.execPath, [join(folder, 'page.ts')], { encoding: 'utf8' }),
  );
  return { printed, promised: promised.join('') };
}

/** Each line where it is on the page, so that the words of a compiler say where. */
function inFolder<Result>(programs: readonly Sample[], use: (folder: string) => Result): Result {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, 'program-'));
  try {
    const lines: string[] = [];
    for (const { text, line } of programs) {
      text.split('\n').forEach((code, i) => {
        lines[line - 1 + i] = code;
      });
    }
    writeFileSync(join(folder, 'page.ts'), Array.from(lines, (line) => line ?? '').join('\n'));
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const READERS_SETTINGS = {
  compilerOptions: {
    module: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2023'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ['page.ts', 'given.d.ts'],
};
