import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { csvOf } from './testing/command.ts';
import { createWorkspaces, scoredIn } from './testing/scores.ts';

const { workspace, remove } = createWorkspaces();
afterAll(remove);

const spike = (at: number): string => csvOf(400, (i) => (i >= at && i < at + 6 ? '99' : undefined));
const Z_SCORE = ['--detector', 'z-score'];

/** Seven files of different lengths in nested folders, and what is none of our business. */
const FILES: Readonly<Record<string, string>> = {
  'data/a.csv': spike(300),
  'data/B.CSV': spike(200),
  'data/2026/01/web one.csv': spike(250),
  'data/2026/01/db.csv': csvOf(150),
  'data/2026/empty.csv': 'timestamp,value\n',
  'data/x.csv/in-a-folder-called-csv.csv': csvOf(120),
  'data/z.csv': csvOf(600, (i) => (i % 9 === 0 ? '' : undefined)),
};
const SERIES = Object.keys(FILES).map((path) => path.slice('data/'.length));
const OTHERS = {
  'data/readme.md': 'timestamp,value\n1,2\n',
  'data/labels.json': '{}',
  'data/old.csv.gz': 'x',
  'data/.hidden.csv': 'x',
  'data/.git/index.csv': 'x',
};

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

function bytesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    filesIn(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

describe('plumbline score of a folder', () => {
  test('writes the same paths, and passes over what is no series', () => {
    const cwd = workspace({ ...FILES, ...OTHERS });
    const { exitCode, stdout, stderr } = scoredIn(cwd, ['data', ...Z_SCORE]);
    expect(filesIn(join(cwd, 'out'))).toEqual([...SERIES].sort());
    expect(stdout).toMatch(/^Scored 7 files: 2,070 rows in /m);
    expect(stdout).toContain('note  data/2026/empty.csv: holds no rows');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  test('writes the same bytes as file by file, with one worker and with many', () => {
    const cwd = workspace(FILES);
    const bytes = (...args: string[]): Record<string, string> => {
      scoredIn(cwd, ['data', ...Z_SCORE, ...args]);
      return bytesIn(join(cwd, 'out'));
    };
    const usual = bytes();
    expect(bytes('--workers', '1')).toEqual(usual);
    expect(bytes('--workers', '8')).toEqual(usual);
    for (const path of SERIES) {
      const alone = workspace(FILES);
      scoredIn(alone, [join('data', path), ...Z_SCORE]);
      expect(Object.values(bytesIn(join(alone, 'out')))).toEqual([usual[path]]);
    }
  });

  test('goes on when files fail, and names each of them at the end', () => {
    const cwd = workspace({
      ...FILES,
      'data/bad/columns.csv': 'time,value\n1,2\n',
      'data/bad/nothing.csv': '',
      'data/bad/taken.csv': csvOf(10),
      'out/bad/taken.csv/a folder in the way': '',
    });
    const { exitCode, stdout } = scoredIn(cwd, ['data', ...Z_SCORE]);
    expect(stdout).toMatch(/^Scored 7 files of 10: 2,070 rows in /m);
    expect(stdout).toContain('failed  data/bad/columns.csv: line 1: expected the columns');
    expect(stdout).toContain('failed  data/bad/nothing.csv: line 1: expected the columns');
    expect(stdout).toContain('failed  data/bad/taken.csv: its scores could not be written: ');
    expect(exitCode).toBe(3);
    expect(filesIn(join(cwd, 'out'))).toEqual(
      [...SERIES, 'bad/taken.csv/a folder in the way'].sort(),
    );
  });

  test('counts the remarks that a screen does not hold, and lists them with --verbose', () => {
    const many = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`data/${i}.csv`, `${csvOf(150)}never,1\n`]),
    );
    const cwd = workspace(many);
    const noted = (...args: string[]): number =>
      scoredIn(cwd, ['data', ...Z_SCORE, ...args]).stdout.match(/^note {2}data/gm)!.length;
    expect(noted()).toBe(5);
    expect(scoredIn(cwd, ['data', ...Z_SCORE]).stdout).toContain('4 remarks on 4 files');
    expect(noted('--verbose')).toBe(9);
  });

  test('shows a file name with control characters as text', () => {
    const cwd = workspace({ 'data/evil\u001B[2J.csv': 'x' });
    const { stdout } = scoredIn(cwd, ['data', ...Z_SCORE]);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toContain('evil\\u001b[2J');
  });
});

describe('symbolic links', () => {
  test('count as files within the folder, lead in no circle, and not out of it', () => {
    const cwd = workspace({ 'data/real.csv': spike(300), 'data/sub/b.csv': csvOf(150) });
    symlinkSync('../real.csv', join(cwd, 'data/sub/same.csv'));
    symlinkSync('..', join(cwd, 'data/sub/loop'));
    symlinkSync('round.csv', join(cwd, 'data/round.csv'));
    symlinkSync('../../limits.yaml', join(cwd, 'data/sub/secret.csv'));
    const { exitCode, stdout } = scoredIn(cwd, ['data', ...Z_SCORE]);
    expect(filesIn(join(cwd, 'out'))).toEqual(['real.csv', 'sub/b.csv', 'sub/same.csv']);
    expect(stdout).toContain('note  data/sub/loop: a link to a folder, not followed');
    expect(stdout).toContain('note  data/sub/secret.csv: a link out of the folder, not read');
    expect(stdout).toContain('failed  data/round.csv: a link that leads nowhere');
    expect(exitCode).toBe(3);
  });

  test('given by name are followed', () => {
    const cwd = workspace({ 'data/a.csv': csvOf(150) });
    symlinkSync('data', join(cwd, 'current'));
    expect(scoredIn(cwd, ['current', ...Z_SCORE]).rows('a.csv')).toHaveLength(150);
  });

  test('in the folder of the output are not written through', () => {
    const cwd = workspace({ 'data/a.csv': csvOf(150), 'data/sub/deep/b.csv': csvOf(150) });
    const mine = workspace({ 'a.csv': 'mine' });
    mkdirSync(join(cwd, 'out'));
    symlinkSync(join(mine, 'a.csv'), join(cwd, 'out/a.csv'));
    symlinkSync(mine, join(cwd, 'out/sub'));
    const { exitCode, stdout, rows } = scoredIn(cwd, ['data', ...Z_SCORE]);
    expect(rows('a.csv')).toHaveLength(150); // in the place of the link
    expect(readFileSync(join(mine, 'a.csv'), 'utf8')).toBe('mine');
    expect(stdout).toContain(
      'failed  data/sub/deep/b.csv: its scores could not be written: a link',
    );
    expect(existsSync(join(mine, 'deep'))).toBe(false);
    expect(exitCode).toBe(3);
  });
});
