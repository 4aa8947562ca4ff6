import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema, loadConfig } from '@plumbline/config';
import { afterAll, describe, expect, test } from 'vitest';
import { csvOf, folderWith, plumbline } from './testing/command.ts';
import { noTerminal, plumblineOnTerminal } from './testing/terminal.ts';

const folders: string[] = [];
const folderOf = (files: Readonly<Record<string, string>>): string => {
  const folder = folderWith(files);
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const init = (cwd: string, ...args: readonly string[]) =>
  plumbline(['init', '--from-files', 'data', ...args], { cwd });
const monitorsOf = (cwd: string, file = 'plumbline.yaml') => loadConfig(join(cwd, file)).monitors;

/** Rows that are an hour apart. */
const hourly = (rows: number): string =>
  ['timestamp,value', ...Array.from({ length: rows }, (_, i) => `${i * 3600},${i % 7}`)].join('\n');

describe('plumbline init on a folder', () => {
  test('proposes a monitor for each file, with the period that it has', () => {
    const cwd = folderOf({
      'data/web_latency.csv': csvOf(50),
      'data/deep/orders.csv': hourly(50),
    });
    const { exitCode, stdout, stderr } = init(cwd);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(
      'wrote  plumbline.yaml: 2 monitors; plumbline.schema.json for editors',
    );
    expect(monitorsOf(cwd)).toMatchObject([
      {
        name: 'Web latency',
        source: { path: 'data/web_latency.csv' },
        periodMs: 300_000,
        direction: 'above',
      },
      { name: 'Orders', source: { path: 'data/deep/orders.csv' }, periodMs: 3_600_000 },
    ]);
    expect(plumbline(['validate'], { cwd }).exitCode).toBe(0);
    expect(plumbline(['run'], { cwd }).exitCode).toBe(0);
  });

  test('writes the schema beside it, which is that of this version', () => {
    const cwd = folderOf({ 'data/a.csv': csvOf(5) });
    init(cwd, '--out', 'conf/mine.yaml');
    const [first] = readFileSync(join(cwd, 'conf/mine.yaml'), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=plumbline.schema.json');
    const schema = readFileSync(join(cwd, 'conf/plumbline.schema.json'), 'utf8');
    expect(JSON.parse(schema)).toEqual(configJsonSchema());
    expect(monitorsOf(cwd, 'conf/mine.yaml')).toMatchObject([
      { source: { path: '../data/a.csv' } },
    ]);
  });

  test('passes over what is no series, and says why', () => {
    const cwd = folderOf({
      'data/good.csv': csvOf(5),
      'data/one-row.csv': csvOf(1),
      'data/other.csv': 'name,age\nAda,36\n',
      'data/readme.txt': 'hello',
    });
    const { exitCode, stdout } = init(cwd);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('left out  data/one-row.csv: no series: 1 usable rows');
    expect(stdout).toContain('left out  data/other.csv: ');
    expect(monitorsOf(cwd)).toHaveLength(1);
  });

  test('watches the files of a family together when they are many, and never a file that is none of it', () => {
    const cwd = folderOf({
      'data/cpu_a1.csv': csvOf(5),
      'data/cpu_b2.csv': csvOf(5),
      'data/cpu_c3.csv': csvOf(5),
      'data/disk_a1.csv': csvOf(5),
      'data/disk_b2.csv': hourly(5),
      'data/net_a1.csv': csvOf(5),
      'data/net_b2.csv': csvOf(1),
    });
    init(cwd, '--max', '5');
    expect(monitorsOf(cwd).map(({ source }) => source)).toEqual([
      { kind: 'csv', path: 'data/cpu_*.csv' },
      { kind: 'csv', path: 'data/disk_a1.csv' },
      { kind: 'csv', path: 'data/disk_b2.csv' },
      { kind: 'csv', path: 'data/net_a1.csv' },
    ]);
  });

  test('writes names of files as they are, whatever is in them, or leaves the file out', () => {
    const names = [
      '- a.csv',
      '#b.csv',
      'c: d.csv',
      'it\'s "e".csv',
      '{f}.csv',
      '&g.csv',
      'ü 漢.csv',
    ];
    const cwd = folderOf({
      ...Object.fromEntries(names.map((name) => [`data/${name}`, csvOf(5)])),
      'data/star*.csv': csvOf(5),
      'data/line\nmonitors: [].csv': csvOf(5),
    });
    const { stdout } = init(cwd);
    const paths = monitorsOf(cwd).map(({ source }) => (source.kind === 'csv' ? source.path : ''));
    expect([...paths].sort()).toEqual(names.map((name) => `data/${name}`).sort());
    expect(stdout).toContain('data/star*.csv: its name has a * in it');
    expect(stdout).toContain('data/line\\u000amonitors: [].csv: its name has control characters');
  });

  test('overwrites neither a configuration nor a schema without --force', () => {
    const cwd = folderOf({ 'data/a.csv': csvOf(5), 'plumbline.yaml': 'mine' });
    const refused = init(cwd);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('exists already\noverwrite with --force');
    expect(existsSync(join(cwd, 'plumbline.schema.json'))).toBe(false);
    expect(init(cwd, '--force').exitCode).toBe(0);

    writeFileSync(join(cwd, 'plumbline.schema.json'), '{}');
    rmSync(join(cwd, 'plumbline.yaml'));
    expect(init(cwd).exitCode).toBe(2);
    expect(existsSync(join(cwd, 'plumbline.yaml'))).toBe(false);
    const schemaOnly = plumbline(['init', '--schema-only', '--force'], { cwd });
    expect(schemaOnly.exitCode).toBe(0);
    expect(init(cwd).exitCode).toBe(0);
  });

  test('says what is wrong where nothing can be watched', () => {
    const cwd = folderOf({ 'data/other.csv': 'name,age\nAda,36\n' });
    const { exitCode, stderr } = init(cwd);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('nothing to watch was found\n  data/other.csv: ');
    expect(init(folderOf({})).stderr).toContain('cannot read the input');
    expect(init(cwd, '--region', 'eu-west-1').exitCode).toBe(2);
  });

  test('fits 80 columns', () => {
    const long = 'a_rather_long_name_of_a_metric_that_somebody_has_exported_to_a_file';
    const cwd = folderOf({ [`data/${long}.csv`]: csvOf(5), [`data/${long}2.csv`]: 'x' });
    for (const line of init(cwd).stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

const missing = noTerminal();
const onTerminal = missing === undefined || process.env.CI === 'true' ? describe : describe.skip;
onTerminal(
  missing ? `plumbline init on a terminal: ${missing}` : 'plumbline init on a terminal',
  () => {
    const [ENTER, SPACE, DOWN, CANCEL] = ['\r', ' ', '\u001B[B', '\u0003'];

    test('asks where the metrics are and which to watch, and writes what was chosen', async () => {
      const cwd = folderOf({ 'data/cpu.csv': csvOf(5), 'data/latency.csv': csvOf(5) });
      const { exitCode, shown } = await plumblineOnTerminal(
        ['init'],
        [
          ['Where are the metrics?', DOWN + ENTER],
          ['In which folder?', `/data${ENTER}`],
          ['What is to be watched?', SPACE + ENTER], // the first is taken away
        ],
        { cwd },
      );
      expect(shown).toContain('wrote  plumbline.yaml: 1 monitor;');
      expect(exitCode).toBe(0);
      expect(monitorsOf(cwd)).toMatchObject([{ name: 'CPU' }]);
    });

    test('asks before it overwrites, and writes nothing when told not to', async () => {
      const cwd = folderOf({ 'data/cpu.csv': csvOf(5), 'plumbline.yaml': 'mine' });
      const { exitCode, shown } = await plumblineOnTerminal(
        ['init', '--from-files', 'data'],
        [
          ['What is to be watched?', ENTER],
          ['overwrite?', 'n'],
        ],
        { cwd },
      );
      expect(shown).toContain('nothing was written');
      expect(exitCode).toBe(2);
      expect(readFileSync(join(cwd, 'plumbline.yaml'), 'utf8')).toBe('mine');
    });

    test('writes nothing when it is broken off', async () => {
      const cwd = folderOf({ 'data/cpu.csv': csvOf(5) });
      const { exitCode, shown } = await plumblineOnTerminal(
        ['init'],
        [['Where are the metrics?', CANCEL]],
        { cwd },
      );
      expect(shown).toContain('broken off: nothing was written');
      expect(exitCode).toBe(2);
      expect(existsSync(join(cwd, 'plumbline.yaml'))).toBe(false);
    });

    test('asks nothing with --yes', async () => {
      const cwd = folderOf({ 'data/cpu.csv': csvOf(5) });
      const { exitCode } = await plumblineOnTerminal(['init', '--from-files', 'data', '-y'], [], {
        cwd,
      });
      expect(exitCode).toBe(0);
      expect(monitorsOf(cwd)).toHaveLength(1);
    });
  },
);
