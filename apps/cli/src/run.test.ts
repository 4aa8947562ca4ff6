import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { csvOf, folderWith, plumbline } from './testing/command.ts';

const CONFIG = `
version: 1
defaults:
  detector: {type: z-score, threshold: 6}
local:
  replay: 1d
monitors:
  - name: CPU
    csv: data/*.csv
    owner: team-platform
    runbook: https://example.com/cpu
`;

const folders: string[] = [];
const workspace = (files: Readonly<Record<string, string>>): string => {
  const folder = folderWith({ 'plumbline.yaml': CONFIG, ...files });
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Two days, with half an hour of trouble early on the second. */
const spike = (from = 300, to = 305) =>
  csvOf(576, (i) => (i >= from && i <= to ? '99' : undefined));
const alertsIn = (folder: string): string[] => readdirSync(join(folder, '.plumbline/alerts'));

describe('plumbline run', () => {
  test('finds the spike, shows it in a table and keeps it as files', () => {
    const cwd = workspace({ 'data/web.csv': spike(), 'data/quiet.csv': csvOf(576) });
    const { exitCode, stdout, stderr } = plumbline(['run'], { cwd });

    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Replayed the last 1d of 2 series: 576 samples in 576 slots');
    expect(stdout).toContain('1 page in 1 series:');
    expect(stdout).toMatch(/^web +2026-01-02 01:00 +40m +▲ 99 +[\d.]+ +[\d.]+ σ$/m);
    expect(stdout).toContain('alerts  .plumbline/alerts');

    const messages = alertsIn(cwd).map((name) =>
      JSON.parse(readFileSync(join(cwd, '.plumbline/alerts', name), 'utf8')),
    );
    expect(messages).toMatchObject([
      {
        alert: 'CPU',
        state: 'firing',
        metric: 'web',
        current_value: 99,
        timestamp: '2026-01-02T01:00:00Z',
        owner: 'team-platform',
        runbook: 'https://example.com/cpu',
      },
      { alert: 'CPU', state: 'resolved', timestamp: '2026-01-02T01:40:00Z', worst_value: 99 },
    ]);
  });

  test('reads nothing twice: a second run shows the same table and says so', () => {
    const cwd = workspace({ 'data/web.csv': spike() });
    const table = (output: string): string => output.slice(output.indexOf('PAGES'));
    const first = plumbline(['run'], { cwd });
    const second = plumbline(['run'], { cwd });

    expect(second.exitCode).toBe(0);
    expect(second.stdout).toContain('Nothing new was read');
    expect(table(second.stdout)).toBe(table(first.stdout));
  });

  test('runs anew with --fresh, to the same alerts, and touches nothing that is not its own', () => {
    const cwd = workspace({ 'data/web.csv': spike(), '.plumbline/notes.txt': 'mine' });
    plumbline(['run'], { cwd });
    const before = alertsIn(cwd);
    const { stdout } = plumbline(['run', '--fresh'], { cwd });

    expect(stdout).toContain('Replayed the last 1d of 1 series: 288 samples');
    expect(alertsIn(cwd)).toEqual(before);
    expect(readFileSync(join(cwd, '.plumbline/notes.txt'), 'utf8')).toBe('mine');
  });

  test('goes on where it stood when a file has grown', () => {
    const grown = spike(500, 505);
    const cwd = workspace({ 'data/web.csv': grown.split('\n').slice(0, 503).join('\n') });
    expect(plumbline(['run'], { cwd }).stdout).toContain('1 page in 1 series, 1 still open:');

    writeFileSync(join(cwd, 'data/web.csv'), grown);
    const { stdout } = plumbline(['run'], { cwd });
    expect(stdout).toContain('74 samples in 74 slots');
    expect(stdout).toContain('1 page in 1 series:');
    expect(alertsIn(cwd)).toHaveLength(2);
  });

  test('takes anomalies for a failure only with --fail-on-anomaly', () => {
    const cwd = workspace({ 'data/web.csv': spike() });
    expect(plumbline(['run'], { cwd }).exitCode).toBe(0);
    expect(plumbline(['run', '--fail-on-anomaly'], { cwd }).exitCode).toBe(1);
    const quiet = workspace({ 'data/quiet.csv': csvOf(576) });
    expect(plumbline(['run', '--fail-on-anomaly'], { cwd: quiet }).exitCode).toBe(0);
  });

  test('prints one JSON document with --json', () => {
    const cwd = workspace({ 'data/web.csv': spike() });
    const result = JSON.parse(plumbline(['run', '--json'], { cwd }).stdout);
    expect(result).toMatchObject({
      series: 1,
      scored: 288,
      alertsDirectory: '.plumbline/alerts',
      problems: [],
      alerts: [
        {
          metric: 'web',
          state: 'resolved',
          timestamp: '2026-01-02T01:00:00Z',
          current_value: 99,
          side: 'above',
          worst_value: 99,
          resolved_at: '2026-01-02T01:40:00Z',
        },
      ],
    });
  });

  test('shows pages before notices, how rare each is, and one that got worse as one alert', () => {
    // Nine quiet days, and in the tenth an hour that begins badly and gets out of all proportion.
    const daily = (i: number): number => 50 + 20 * Math.sin((2 * Math.PI * i) / 288) + (i % 5);
    const rows = csvOf(10 * 288, (i) => {
      const added = i >= 2800 && i < 2812 ? (i < 2803 ? 40 : 4000) : 0;
      return String(daily(i) + added);
    });
    const text = CONFIG.replace('{type: z-score, threshold: 6}', '{type: adaptive}');
    const cwd = workspace({ 'plumbline.yaml': text, 'data/web.csv': rows });
    const { stdout } = plumbline(['run'], { cwd });
    expect(stdout).toContain('1 page in 1 series:');
    expect(stdout).toMatch(/^PAGES +SINCE \(UTC\) +LASTED +VALUE +USUAL +FAR$/m);
    expect(stdout).toMatch(/^web +2026-01-10 17:20 +[\dhm ]+ +▲ 40\d\d +[\d.]+ +> 1000 y$/m);
    const reasons = alertsIn(cwd).map((name) => {
      return JSON.parse(readFileSync(join(cwd, '.plumbline/alerts', name), 'utf8')).reason;
    });
    expect(reasons[0]).toBe('first-flagged');
    expect(new Set(reasons.slice(1, -1))).toEqual(new Set(['clearly-worse']));
    expect(reasons.at(-1)).toBe('recovered');
    const { alerts } = JSON.parse(plumbline(['run', '--json'], { cwd }).stdout);
    expect(alerts).toMatchObject([{ severity: 'page', state: 'resolved' }]);
    expect(alerts[0].rarity_days).toBeGreaterThan(28);
  });

  test('stays within 80 columns, whatever the metrics are called', () => {
    const cwd = workspace({ [`data/${'long-name-'.repeat(12)}.csv`]: spike() });
    const { stdout } = plumbline(['run'], { cwd });
    const table = stdout.slice(stdout.indexOf('PAGES')).split('\n');
    expect(Math.max(...table.slice(0, 2).map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('what belongs to somebody else', () => {
  test('stays through --fresh, also in folders named like ours', () => {
    const files = { 'alerts/prometheus-rules.yml': 'mine', 'state/terraform.tfstate': 'mine too' };
    const here = CONFIG.replace('replay: 1d', "replay: 1d\n  directory: '.'");
    const cwd = workspace({ 'data/web.csv': spike(), 'plumbline.yaml': here, ...files });
    plumbline(['run'], { cwd });
    const { stdout } = plumbline(['run', '--fresh'], { cwd });
    expect(stdout).toContain('288 samples');
    for (const [name, text] of Object.entries(files)) {
      expect(readFileSync(join(cwd, name), 'utf8')).toBe(text);
    }
  });

  test('is not in the table: alerts of series that are no longer watched', () => {
    const cwd = workspace({ 'data/web.csv': spike(), 'data/quiet.csv': csvOf(576) });
    plumbline(['run'], { cwd });
    writeFileSync(join(cwd, 'plumbline.yaml'), CONFIG.replace('*.csv', 'quiet.csv'));
    expect(plumbline(['run', '--fail-on-anomaly'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('No anomalies found.'),
    });
  });
});

describe('trouble with the folders', () => {
  test('an alert that could not be written is written by the next run', () => {
    const cwd = workspace({ 'data/web.csv': spike(), '.plumbline/alerts': 'a file in the way' });
    const first = plumbline(['run'], { cwd });
    expect(first.exitCode).toBe(3);
    expect(first.stdout).toMatch(/failed {2}data\/web\.csv: files: .*; next run/);

    rmSync(join(cwd, '.plumbline/alerts'));
    const second = plumbline(['run'], { cwd });
    expect(second.exitCode).toBe(0);
    expect(second.stdout).toContain('1 page in 1 series:');
    expect(alertsIn(cwd)).toHaveLength(2);
  });

  test('a series whose state cannot be kept fails alone', () => {
    const cwd = workspace({ 'data/a.csv': csvOf(576), 'data/web.csv': spike() });
    plumbline(['run'], { cwd });
    const state = join(cwd, '.plumbline/state');
    const folder = readdirSync(state).find((name) => name.includes('a-csv'))!;
    rmSync(join(state, folder), { recursive: true });
    writeFileSync(join(state, folder), 'a file in the way');
    const { exitCode, stdout } = plumbline(['run'], { cwd });
    expect(stdout).toMatch(/failed {2}data\/a\.csv: ENOTDIR/);
    expect(stdout).toContain('1 page in 1 series:');
    expect(exitCode).toBe(3);
  });

  test('absolute paths are taken as they are', () => {
    const [data, kept] = [workspace({ 'web.csv': spike() }), workspace({})];
    const text = CONFIG.replace('data/*.csv', join(data, '*.csv'));
    const cwd = workspace({
      'plumbline.yaml': text.replace('replay: 1d', `replay: 1d\n  directory: ${kept}`),
    });
    expect(plumbline(['run'], { cwd }).stdout).toContain('1 page in 1 series:');
    expect(readdirSync(join(kept, 'alerts'))).toHaveLength(2);
  });
});

describe('plumbline run over bad input', () => {
  const OTHERS_GO_ON = '1 page in 1 series:';
  const runWith = (name: string, text: string) => {
    const cwd = workspace({ 'data/good.csv': spike(), [`data/${name}`]: text });
    return plumbline(['run', '--verbose'], { cwd });
  };

  test.each([
    [
      'a wrong column',
      'time,value\n1,2\n',
      'line 1: expected the columns timestamp and value, found "time", "value"',
    ],
    ['an empty file', '', 'line 1: expected the columns timestamp and value, found nothing'],
    [
      'something binary',
      '\u0000\u0001PK\u0003\n',
      'line 1: expected the columns timestamp and value',
    ],
  ])('says what is wrong with %s, and the others go on', (_, text, message) => {
    const { exitCode, stdout, stderr } = runWith('bad.csv', text);
    expect(stdout).toContain(`failed  data/bad.csv: ${message}`);
    expect(stdout).toContain(OTHERS_GO_ON);
    expect(stderr).toBe('');
    expect(exitCode).toBe(3);
  });

  test.each([
    ['no samples', 'timestamp,value\n', 'holds no samples'],
    [
      'NaN',
      csvOf(576, (i) => (i === 400 ? 'NaN' : undefined)),
      'line 402: value "NaN" is not a finite number',
    ],
    [
      'Infinity',
      csvOf(576, (i) => (i === 400 ? 'Infinity' : undefined)),
      'line 402: value "Infinity" is not a finite number',
    ],
    [
      'a repeated timestamp',
      csvOf(576).replace(/(.*\n)$/, '$1$1'),
      'line 578: the timestamp of line 577 again',
    ],
    [
      'rows out of order',
      csvOf(576).replace(/(.*\n)(.*\n)$/, '$2$1'),
      'line 577: earlier than the row before; sorted',
    ],
    [
      'a gap',
      csvOf(576).replace(/(?:.*\n){12}(?=(?:.*\n){20}$)/, ''),
      'line 546: 12 missing samples before it',
    ],
  ])('notes %s, alerts on none of it, and ends well', (_, text, message) => {
    const { exitCode, stdout } = runWith('odd.csv', text);
    expect(stdout).toContain(`note  data/odd.csv: ${message}`);
    expect(stdout).toContain(OTHERS_GO_ON);
    expect(exitCode).toBe(0);
  });

  test.each([
    ['a constant series', csvOf(576, () => '7')],
    ['one point', csvOf(1)],
    ['a byte-order mark and CRLF', `\uFEFF${csvOf(576).replaceAll('\n', '\r\n')}`],
    ['missing values', csvOf(576, (i) => (i % 7 === 0 ? '' : undefined))],
  ])('takes %s without an alert', (_, text) => {
    const { exitCode, stdout } = runWith('odd.csv', text);
    expect(stdout).toContain(OTHERS_GO_ON);
    expect(stdout).not.toContain('failed');
    expect(exitCode).toBe(0);
  });

  test.each([
    [
      'milliseconds',
      csvOf(576).replace(/^2026.*?Z/gm, '1767225600000'),
      'these look like milliseconds',
    ],
    ['no number anywhere', csvOf(576, () => 'n/a'), 'value "n/a" is not a finite number'],
  ])('fails a file with %s, and says why', (_, text, message) => {
    const { exitCode, stdout } = runWith('bad.csv', text);
    expect(stdout).toMatch(/failed {2}data\/bad\.csv: no row could be used: line 2: /);
    expect(stdout).toContain(message);
    expect(stdout).toContain('and 575 more such');
    expect(stdout).toContain(OTHERS_GO_ON);
    expect(exitCode).toBe(3);
  });

  test.each([
    ['a constant series', csvOf(576, (i) => (i === 500 ? '5000' : '7')), 'no-spread'],
    ['too short a series', csvOf(60, (i) => (i === 50 ? '9999' : undefined)), 'warming-up'],
  ])('names why it has no opinion on %s', (_, text, reason) => {
    const { exitCode, stdout } = runWith('odd.csv', text);
    expect(stdout).toMatch(new RegExp(`note {2}data/odd\\.csv: no opinion on .*\\(${reason}\\)`));
    expect(stdout).toContain(OTHERS_GO_ON);
    expect(exitCode).toBe(0);
  });

  test('says when a series that is too short will be ready', () => {
    const text = CONFIG.replace('{type: z-score, threshold: 6}', '{type: adaptive}');
    const cwd = workspace({ 'plumbline.yaml': text, 'data/web.csv': csvOf(60) });
    expect(plumbline(['run'], { cwd }).stdout).toContain(
      'note  data/web.csv: no opinion on 60 of 60 samples: learning, ready at 2026-01-02T00:00:00Z (warming-up)',
    );
  });

  test('leaves out a row from the future, which would hide all that was before it', () => {
    const { stdout } = runWith('odd.csv', `${spike()}2999-01-01 00:00,50\n`);
    expect(stdout).toContain('line 578: "2999-01-01 00:00" lies in the future');
    expect(stdout).toContain('2 pages in 2 series:');
  });

  test('tells of samples in another period than the monitor expects', () => {
    const hourly = csvOf(576)
      .split('\n')
      .filter((_, i) => i === 0 || i % 12 === 1)
      .join('\n');
    const { stdout } = runWith('odd.csv', hourly);
    expect(stdout).toContain('samples are 1h apart, the monitor expects 5m: say period: 1h');
  });

  test('says when nothing matches, and when there is no such folder', () => {
    const cwd = workspace({ 'data/good.csv': spike() });
    const monitors = '  - {name: A, csv: data/none-*.csv}\n  - {name: B, csv: nowhere/*.csv}\n';
    writeFileSync(join(cwd, 'plumbline.yaml'), `version: 1\nmonitors:\n${monitors}`);
    const { exitCode, stdout } = plumbline(['run'], { cwd });
    expect(stdout).toContain('failed  monitor "A": nothing matches data/none-*.csv');
    expect(stdout).toMatch(/failed {2}monitor "B": ENOENT.*nowhere/);
    expect(exitCode).toBe(3);
  });

  test('learns anew when the state is damaged, and says so', () => {
    const cwd = workspace({ 'data/web.csv': spike() });
    plumbline(['run'], { cwd });
    const state = join(cwd, '.plumbline/state');
    const [shard] = readdirSync(state);
    const versions = readdirSync(join(state, shard!)).map((name) => Number.parseInt(name, 10));
    const path = join(state, shard!, `${Math.max(...versions)}.state`);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    const { exitCode, stdout } = plumbline(['run'], { cwd });
    expect(stdout).toContain('checksum does not match');
    expect(stdout).toContain('1 page in 1 series:');
    expect(exitCode).toBe(0);
  });

  test('shows a file name with control characters as text', () => {
    const cwd = workspace({ 'data/evil\u001B[2J.csv': spike() });
    const { stdout } = plumbline(['run'], { cwd });
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toContain('evil\\u001b[2J');
  });
});
