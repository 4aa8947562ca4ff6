import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { csvOf, plumbline } from './testing/command.ts';
import { createWorkspaces, LIMITS, scoredIn } from './testing/scores.ts';

const { scored, workspace, remove } = createWorkspaces();
afterAll(remove);

/** Two days, with half an hour of trouble early on the second. */
const spike = csvOf(576, (i) => (i >= 300 && i <= 305 ? '99' : undefined));
const Z_SCORE = ['--detector', 'z-score'];

describe('plumbline score', () => {
  test('writes scores, the band and the alert beside every row, and sums up', () => {
    const { exitCode, stdout, stderr, rows } = scored(spike, Z_SCORE);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Scored 1 file: 576 rows in [\d.]+ s, [\d,]+ points\/s\.$/m);
    expect(stdout).toContain('scores  out');

    const cells = rows().map((row) => row.split(','));
    expect(cells.every((row) => row.length === 8)).toBe(true);
    expect(cells.map(([timestamp, value]) => `${timestamp},${value}`)).toEqual(
      spike.trimEnd().split('\n').slice(1),
    );
    const [, , score, , expected, lower, upper] = cells[300]!.map(Number);
    expect(score).toBeGreaterThan(10);
    expect(expected).toBeCloseTo(50, 0);
    expect(lower).toBeLessThan(expected!);
    expect(upper).toBeGreaterThan(expected!);
  });

  test('counts the alerts that opened, by the highest severity of each', () => {
    const twice = csvOf(576, (i) => (i % 300 >= 200 && i % 300 <= 220 ? '99' : undefined));
    const { stdout, rows } = scored(twice, ['--config', 'limits.yaml', '--json']);
    const alerts = rows().map((row) => row.split(',').at(-1)!);
    expect(new Set(alerts).size).toBeGreaterThan(1);
    const runs = alerts.join(' ').split(/ {2,}/).filter(Boolean);
    const pages = runs.filter((run) => run.includes('page')).length;
    expect(JSON.parse(stdout)).toMatchObject({ pages, notices: runs.length - pages });
    expect(runs).toHaveLength(2);
  });

  test('prints one JSON document with --json', () => {
    const { stdout } = scored(`${spike}again,1\n`, [...Z_SCORE, '--json']);
    expect(JSON.parse(stdout)).toEqual({
      files: 1,
      failed: 0,
      rows: 577,
      scored: expect.any(Number),
      elapsedMs: expect.any(Number),
      pointsPerSecond: expect.any(Number),
      pages: expect.any(Number),
      notices: expect.any(Number),
      out: 'out',
      problems: [
        { where: 'in.csv', message: expect.stringContaining('line 578: '), level: 'note' },
      ],
    });
  });

  test('writes numbers so that they read back the same, and infinity never', () => {
    const limits = LIMITS.replace(', below: -1000', '');
    const cwd = workspace({ 'in.csv': spike, 'above.yaml': limits });
    const [row] = scoredIn(cwd, ['in.csv', '--config', 'above.yaml']).rows();
    expect(row).toMatch(/,0,0,,,90,$/);
    const text = scored(spike, Z_SCORE).rows().join('\n');
    expect(text).not.toMatch(/NaN|Infinity/);
    const numbers = text.split(/[,\n]/).filter((cell) => /^-?\d+\.\d{9,}/.test(cell));
    expect(numbers.length).toBeGreaterThan(100);
    expect(numbers.filter((cell) => String(Number(cell)) !== cell)).toEqual([]);
  });

  test('takes nothing from rows to come: the beginning of a file gives the beginning of its scores', () => {
    // The period is hard to tell at first, and there are rows of every kind that is not used.
    const lines = csvOf(400, (i) => (i % 23 === 5 ? '' : i >= 200 && i < 206 ? '99' : undefined))
      .trimEnd()
      .split('\n')
      .filter((_, i) => i < 2 || i > 14)
      .map((line, i) => line.replace('00.000Z', `${10 + ((i * i * 7) % 41)}Z`))
      .flatMap((line, i) => (i % 37 === 36 ? [line, line, 'never,1', '2020-01-01,1'] : [line]));
    const whole = scored(lines.join('\n'), Z_SCORE).rows();
    expect(whole).toHaveLength(lines.length - 1);
    for (const length of [1, 2, 3, 4, 6, 10, 18, 34, 66, 101, 102, 120, 250, 399]) {
      const beginning = lines.slice(0, length + 1).join('\n');
      expect(scored(beginning, Z_SCORE).rows()).toEqual(whole.slice(0, length));
    }
  });

  test('writes over what it wrote before, and leaves nothing else behind', () => {
    const cwd = workspace({ 'in.csv': spike, 'out/in.csv': 'old', 'out/notes.txt': 'mine' });
    expect(scoredIn(cwd, ['in.csv', ...Z_SCORE]).rows()).toHaveLength(576);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['in.csv', 'notes.txt']);
    expect(readFileSync(join(cwd, 'out/notes.txt'), 'utf8')).toBe('mine');
  });
});

describe('plumbline score --detector', () => {
  test('names the nearest when there is no such detector', () => {
    const { exitCode, stderr } = scored(spike, ['--detector', 'zscore']);
    expect(stderr).toMatch(/^error {2}--detector: expected one of .*isolation-forest/);
    expect(stderr).toContain('got "zscore"; did you mean z-score?');
    expect(exitCode).toBe(2);
  });

  test('asks for a configuration for a detector without defaults', () => {
    const { exitCode, stderr } = scored(spike, ['--detector', 'static-threshold']);
    expect(stderr).toContain('--detector: expected at least one of above and below');
    expect(stderr).toContain('write them under defaults.detector of a file');
    expect(exitCode).toBe(2);
  });

  test('goes before the detector of a configuration', () => {
    const cwd = workspace({ 'in.csv': spike });
    const both = scoredIn(cwd, ['in.csv', '--config', 'limits.yaml', ...Z_SCORE]).rows();
    const scores = (rows: string[]): unknown[] => rows.map((row) => row.split(',')[2]);
    expect(scores(both)).toEqual(scores(scored(spike, Z_SCORE).rows()));
  });
});

describe('plumbline score --config', () => {
  const MONITORS = `
version: 1
defaults: {detector: {type: static-threshold, above: 90}}
monitors:
  - {name: web, csv: data/web-*.csv, detector: {type: static-threshold, above: 60}}
  - {name: all, csv: data/*.csv, detector: {type: static-threshold, above: 70}}
`;

  test('judges a file as the first monitor that watches it says, others by the defaults', () => {
    const text = csvOf(3);
    const files = ['data/web-1.csv', 'data/db.csv', 'data/deep/web-2.csv'];
    const cwd = workspace({
      'conf/plumbline.yaml': MONITORS.replaceAll('data/', '../data/'),
      ...Object.fromEntries(files.map((file) => [file, text])),
    });
    const { rows, exitCode } = scoredIn(cwd, ['data', '--config', 'conf/plumbline.yaml']);
    const upper = (name: string): string => rows(name)[0]!.split(',')[6]!;
    expect(files.map((file) => upper(file.slice('data/'.length)))).toEqual(['60', '70', '90']);
    expect(exitCode).toBe(0);
  });

  test('notes samples in another period than the one that is written there', () => {
    const said = LIMITS.replace('defaults:', 'defaults:\n  period: 1h');
    const cwd = workspace({ 'in.csv': spike, 'hourly.yaml': said });
    expect(scoredIn(cwd, ['in.csv', '--config', 'hourly.yaml']).stdout).toContain(
      'note  in.csv: samples are 5m apart, the configuration expects 1h: say period: 5m',
    );
  });

  test('takes the period from the data where none is written, and a window that fits it', () => {
    const daily = Array.from({ length: 300 }, (_, i) => {
      return `${new Date(Date.UTC(2025, 0, 1 + i)).toISOString()},${50 + (i % 7)}`;
    });
    const { exitCode, stdout, rows } = scored(`timestamp,value\n${daily.join('\n')}\n`, Z_SCORE);
    expect(stdout).toContain(
      'note  in.csv: samples are 1d apart, so that a window of 2w holds 14: took one of ',
    );
    expect(rows().at(-1)).toMatch(/^[^,]+,[^,]+,\d/);
    expect(exitCode).toBe(0);
  });

  test('needs no other window for the default detector, which says when it will be ready', () => {
    const daily = (days: number): string =>
      Array.from({ length: days }, (_, i) => {
        return `${new Date(Date.UTC(2025, 0, 1 + i)).toISOString()},${50 + (i % 7)}\n`;
      }).join('');
    const long = scored(`timestamp,value\n${daily(60)}`, []);
    expect(long.stdout).not.toContain('note');
    expect(long.rows().at(-1)).toMatch(/^[^,]+,[^,]+,\d/);

    const short = scored(`timestamp,value\n${daily(20)}`, []);
    expect(short.stdout).toContain(
      'note  in.csv: no row has a score yet: learning, 20 samples so far, ready at 2025-01-25T00:00:00Z',
    );
    expect(short.exitCode).toBe(0);
  });

  test('is refused with every problem that it has', () => {
    const cwd = workspace({ 'in.csv': spike, 'bad.yaml': LIMITS.replace('above', 'abve') });
    const { exitCode, stderr } = scoredIn(cwd, ['in.csv', '--config', 'bad.yaml']);
    expect(stderr).toContain('bad.yaml:4:38: defaults.detector.abve: unknown key');
    expect(exitCode).toBe(2);
    expect(scoredIn(cwd, ['in.csv', '--config', 'none.yaml'])).toMatchObject({ exitCode: 2 });
  });
});

describe('plumbline score refuses', () => {
  const CONFIG = ['--config', 'limits.yaml'];
  const score = (cwd: string, ...args: string[]) =>
    plumbline(['score', ...args, ...CONFIG], { cwd });

  test.each([
    ['the folder of the file', ['data/a.csv', '--out', 'data'], 'would overwrite the input'],
    ['the folder itself', ['data', '--out', 'data'], 'lies in data'],
    ['a folder in it', ['data', '--out', 'data/new/scores'], 'lies in data'],
    ['the folder by another name', ['data', '--out', 'link'], 'lies in data'],
    ['a folder above, where one would be met', ['data', '--out', '.'], 'would overwrite the input'],
    ['a file', ['data', '--out', 'limits.yaml'], 'is not a folder'],
    [
      'a folder that a file is in the way of',
      ['data', '--out', 'limits.yaml/x'],
      'is not a folder',
    ],
  ])('to write into %s', (_, args, message) => {
    const cwd = workspace({ 'data/a.csv': spike, 'data/data/a.csv': spike });
    symlinkSync('data', join(cwd, 'link'));
    const { exitCode, stderr } = score(cwd, ...args);
    expect(stderr).toContain(message);
    expect(stderr).toContain('name another folder with --out');
    expect(exitCode).toBe(2);
    expect(readFileSync(join(cwd, 'data/a.csv'), 'utf8')).toBe(spike);
    expect(readdirSync(join(cwd, 'data'))).toEqual(['a.csv', 'data']);
  });

  test.each([
    [['data'], 2, "required option '-o, --out <folder>' not specified"],
    [['--out', 'out'], 2, "missing required argument 'input'"],
    [['data', '--out', 'out', '--workers', '0'], 2, 'Expected a whole number from 1 to 9999.'],
    [['nowhere', '--out', 'out'], 3, 'cannot read the input: ENOENT'],
  ])('%j with %i', (args, code, message) => {
    const { exitCode, stderr, stdout } = score(workspace({ 'data/a.csv': spike }), ...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(code);
  });

  test('a folder without a series', () => {
    const cwd = workspace({ 'data/readme.md': 'none' });
    const { exitCode, stdout } = score(cwd, 'data', '--out', 'out');
    expect(stdout).toContain('failed  data: expected a .csv file in it, or in a folder below');
    expect(exitCode).toBe(3);
  });
});
