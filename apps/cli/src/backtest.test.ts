import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { afterAll, describe, expect, test } from 'vitest';
import { csvOf, folderWith, plumbline } from './testing/command.ts';

const CONFIG = `
version: 1
defaults:
  detector: {type: z-score, threshold: 6}
monitors:
  - name: CPU
    csv: data/*.csv
`;
const EXAMPLE = resolve(import.meta.dirname, '../../../examples/local-run/plumbline.yaml');

const folders: string[] = [];
const workspace = (files: Readonly<Record<string, string>>): string => {
  const folder = folderWith({ 'plumbline.yaml': CONFIG, ...files });
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Four days, with half an hour of trouble early on the third. */
const spike = (at = 600) => csvOf(1152, (i) => (i >= at && i <= at + 5 ? '99' : undefined));
const asJson = (cwd: string, ...args: readonly string[]) =>
  JSON.parse(plumbline(['backtest', '--json', ...args], { cwd }).stdout);

describe('plumbline backtest', () => {
  test('says what would have been sent, how often, and what other rules would have sent', () => {
    const cwd = workspace({ 'data/web.csv': spike(), 'data/quiet.csv': csvOf(1152) });
    const { exitCode, stdout, stderr } = plumbline(['backtest', '--days', '2'], { cwd });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Replayed 2 series, 2026-01-03 to 2026-01-04: 1,152 samples, /);
    expect(stdout).toContain('1 page and 0 notices: 3.5 pages a week, of a budget of 20');
    expect(stdout).toMatch(/^web +2026-01-03 02:00 +40m +▲ 99 +[\d.]+ +[\d.]+ σ off$/m);
    expect(stdout).toMatch(/^Plumbline +1 +3.5$/m);
    // The history never came to 99, and noise of two sines stays within three deviations.
    expect(stdout).toMatch(/^a static threshold +1 +3.5$/m);
    expect(stdout).toMatch(/^z-score, 3 σ over 7 days +1 +3.5$/m);
    expect(stdout).toMatch(/^isolation forest, 5 % \(the article's rule\) +\d\d+ +[\d,.]+$/m);
    expect(stdout).toContain('2 messages to people');
  });

  test('opens the alerts that plumbline run opens, at the same samples', () => {
    const cwd = workspace({ 'data/web.csv': spike(), 'data/db.csv': spike(700) });
    const { alerts } = asJson(cwd, '--days', '3');
    const run = JSON.parse(plumbline(['run', '--json'], { cwd }).stdout);
    const opened = (list: readonly { metric: string; since: string }[]) =>
      list.map(({ metric, since }) => `${metric} ${since}`).sort();
    expect(opened(alerts)).toEqual(opened(run.alerts));
    expect(alerts).toHaveLength(2);
    expect(alerts.map(({ id }: { id: string }) => id).sort()).toEqual(
      run.alerts.map((alert: { transition_id: string }) => alert.transition_id).sort(),
    );
  });

  test('leaves nothing behind, and is the same a second time', () => {
    const cwd = workspace({ 'data/web.csv': spike() });
    const timeless = ({ elapsedMs: _, ...result }: Record<string, unknown>) => result;
    const first = timeless(asJson(cwd, '--days', '2'));
    plumbline(['run'], { cwd });
    expect(timeless(asJson(cwd, '--days', '2'))).toEqual(first);
  });

  test('ends where it is told to, and knows nothing of what came later', () => {
    const cwd = workspace({ 'data/web.csv': spike() });
    const ended = asJson(cwd, '--days', '1', '--until', '2026-01-03 02:05');
    expect(ended).toMatchObject({
      until: '2026-01-03T02:05:00Z',
      alerts: [{ since: '2026-01-03T02:00:00Z', until: null }],
    });
    const before = asJson(cwd, '--days', '1', '--until', '2026-01-03 01:55');
    expect(before.alerts).toEqual([]);
  });

  test('exits with 1 for alerts only when asked to', () => {
    const cwd = workspace({ 'data/web.csv': spike() });
    const exitCode = (...args: string[]) =>
      plumbline(['backtest', '--days', '2', ...args], { cwd }).exitCode;
    expect(exitCode('--fail-on-anomaly')).toBe(1);
    expect(exitCode('--fail-on-anomaly', '--until', '2026-01-03 01:00')).toBe(0);
  });

  test('takes files of other times for other estates: none of them has gone silent', () => {
    const later = spike().replaceAll('2026-01-', '2026-03-');
    const cwd = workspace({ 'data/web.csv': spike(), 'data/later.csv': later });
    const { alerts, slots } = asJson(cwd, '--days', '2');
    expect(alerts.map(({ condition }: { condition: string }) => condition)).toEqual([
      'anomaly',
      'anomaly',
    ]);
    expect(slots).toBe(2 * 576);
  });
});

describe('of little', () => {
  test('a history without a length has no rate', () => {
    const cwd = workspace({ 'data/web.csv': csvOf(1) });
    expect(plumbline(['backtest'], { cwd }).stdout).toContain(
      '0 pages and 0 notices: – pages a week',
    );
  });
});

describe('against labels', () => {
  const LABELS = `
- {label: incident, match: {monitor: CPU}, from: 2026-01-03T02:10:00Z, until: 2026-01-03T02:40:00Z}
- {label: incident, from: 2026-01-04T00:00:00Z, until: 2026-01-04T02:00:00Z}
- {label: incident, from: 2025-01-04T00:00:00Z, until: 2025-01-04T02:00:00Z}
`;

  test('it says which incidents were found, how soon, and which pages were false', () => {
    const cwd = workspace({
      'data/web.csv': csvOf(1152, (i) => ((i >= 604 && i <= 606) || i === 1100 ? '99' : undefined)),
      'labels.yaml': LABELS,
    });
    const { stdout, exitCode } = plumbline(['backtest', '--days', '2', '--labels', 'labels.yaml'], {
      cwd,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '1 of 2 labelled incidents found, 1 by a page, 10m after it began at the median',
    );
    expect(stdout).toContain('1 of 2 pages in no labelled incident');
    expect(stdout).toMatch(/^2026-01-03 02:10 +30m +page +after 10m$/m);
    expect(stdout).toMatch(/^2026-01-04 00:00 +2h +missed$/m);
  });

  test('an incident of a time that was not judged of its series does not count', () => {
    const later = spike().replaceAll('2026-01-', '2026-03-');
    const between = 'from: 2026-02-03T02:00:00Z, until: 2026-02-03T03:00:00Z';
    const cwd = workspace({
      'data/web.csv': spike(),
      'data/later.csv': later,
      'labels.yaml': `- {label: incident, ${between}}\n${LABELS.split('\n')[1]}\n`,
    });
    const { labelled } = asJson(cwd, '--days', '2', '--labels', 'labels.yaml');
    expect(labelled).toMatchObject({ incidents: 1, found: 1 });
  });

  test('a detector is not told of the incidents that it has to find', () => {
    const labelled = `${CONFIG}labels: labels.yaml\n`;
    const label = (of: string) =>
      `- {label: ${of}, from: 2026-01-03T02:00:00Z, until: 2026-01-03T03:00:00Z}\n`;
    const cwd = workspace({
      'plumbline.yaml': labelled,
      'data/web.csv': spike(),
      'labels.yaml': label('normal'),
      'incidents.yaml': label('incident'),
    });
    expect(asJson(cwd, '--days', '2').alerts).toEqual([]);
    const scored = asJson(cwd, '--days', '2', '--labels', 'incidents.yaml');
    expect(scored.labelled).toMatchObject({ incidents: 1, found: 1, falsePages: 0 });
  });

  test('labels without an incident, or with a slip, are refused', () => {
    const cwd = workspace({
      'data/web.csv': spike(),
      'none.yaml': '[]\n',
      'slip.yaml': '- {label: incedent, from: 2026-01-03T02:00:00Z, until: 2026-01-03T03:00:00Z}\n',
    });
    const refused = (labels: string) => plumbline(['backtest', '--labels', labels], { cwd });
    expect(refused('none.yaml')).toMatchObject({ exitCode: 2 });
    expect(refused('none.yaml').stderr).toContain('expected a label of an incident, got none');
    expect(refused('slip.yaml').stderr).toContain('did you mean incident?');
    expect(refused('gone.yaml').stderr).toContain('cannot read the labels');
    expect(refused('gone.yaml').exitCode).toBe(2);
  });
});

describe('on a terminal of 80 columns', () => {
  test.each([
    ['0', false],
    ['1', true],
  ] as const)('nothing is wider, on the example series: FORCE_COLOR=%s', (force, coloured) => {
    const { stdout } = plumbline(['backtest', '--days', '3', '--config', EXAMPLE], {
      env: coloured ? { FORCE_COLOR: force, NO_COLOR: undefined } : {},
    });
    const plain = stripVTControlCharacters(stdout);
    expect(plain !== stdout).toBe(coloured);
    expect(plain).toContain('WOULD HAVE PAGED');
    for (const line of plain.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test('a hostile name steers nothing', () => {
    const cwd = workspace({ 'data/a\u001b[31mb.csv': spike() });
    const { stdout } = plumbline(['backtest', '--days', '2'], { cwd });
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('\\u001b');
  });
});

describe('what cannot be looked back on', () => {
  test('says what is missing, and exits with 3', () => {
    const cwd = workspace({ 'data/empty.csv': 'timestamp,value\n' });
    const { exitCode, stderr } = plumbline(['backtest'], { cwd });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('there is nothing to look back on');
    expect(stderr).toContain('data/empty.csv: has no sample in this time');
  });

  test('one file that cannot be read leaves the others, and exits with 3', () => {
    const cwd = workspace({ 'data/web.csv': spike(), 'data/bad.csv': 'nothing,here\n1,2\n' });
    const { exitCode, stdout } = plumbline(['backtest', '--days', '2'], { cwd });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('Replayed 1 series of 2');
    expect(stdout).toMatch(/^failed {2}data\/bad\.csv: /m);
  });

  test.each(['soon', '2026-13-01', '2026-01-03 25:00'])(
    'a moment that is none is refused: %s',
    (moment) => {
      const cwd = workspace({ 'data/web.csv': spike() });
      const { exitCode, stderr } = plumbline(['backtest', '--until', moment], { cwd });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('cannot read --until');
      expect(stderr).toContain(moment);
    },
  );

  test('days that are no number are refused', () => {
    expect(plumbline(['backtest', '--days', 'two'])).toMatchObject({ exitCode: 2 });
  });
});
