import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSilenceStore } from '@plumbline/core';
import { createFileStateStore } from '@plumbline/core/files';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { csvOf, folderWith, type Outcome, plumbline } from './testing/command.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const EXAMPLE = ['--config', 'examples/local-run/plumbline.yaml'];

/** The example, asked from the root of the repository. */
function example(args: readonly string[], env: NodeJS.ProcessEnv = {}): Outcome {
  return plumbline(['explain', ...args, ...EXAMPLE], { cwd: ROOT, env });
}

const ASG = 'ec2_cpu_utilization_ac20cd';

/** As one line: where it is broken does not matter. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** Lines as a terminal shows them: without the sequences of colour. */
function shown(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  return text.replaceAll(/\u001b\[\d+m/g, '').split('\n');
}

describe('plumbline explain, on the example', () => {
  test('tells of the page that the README shows, as rare, and why', () => {
    const { exitCode, stdout, stderr } = example([ASG, '2014-04-15 00:49']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toMatch(/^PAGED at 2014-04-15 00:49 UTC, because/);
    expect(stdout).toContain('once in 269 d on this metric');
    expect(stdout).toMatch(/^bar +yes +269 d is a page, which needs 28 d$/m);
    expect(stdout).toMatch(/^so +a page opens, and is told \(first-flagged\)$/m);
    expect(readFileSync(join(ROOT, 'docs/explain.md'), 'utf8')).toContain(stdout);
    expect(stdout).toMatch(/^value against all +88\.2 /m);
    expect(stdout).toMatch(/^the value before +30\.91 +57\.3 /m);
    expect(stdout).toMatch(/^> +2014-04-15 00:49 +88\.2 +269 d +page opens: first-flagged$/m);
  });

  test('of the sample before it says that nothing was told, and what a page would have needed', () => {
    const { exitCode, stdout } = example([ASG, '2014-04-15 00:44']);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')[0]).toBe(
      'Did not alert at 2014-04-15 00:44 UTC, because it was not unusual enough.',
    );
    expect(stdout).toContain('a page needs 28 d');
    expect(stdout).toMatch(/counts as a notice from [\d.]+ down, a page from\s+[\d.]+ down/);
    expect(stdout).toContain('2014-04-15 00:49   88.2    269 d  page opens: first-flagged');
  });

  test('names the sensitivity at which a notice would have been a page', () => {
    const { stdout } = example([ASG, '2014-04-14 23:44']);
    expect(stdout).toMatch(/^NOTICE at /);
    const [, sensitivity] =
      /- sensitivity: at ([\d.]+) it would have been a page/.exec(stdout) ?? [];
    // Once in 8.49 days, and a page is once in 28.
    expect(Number(sensitivity)).toBeCloseTo(28 / 8.49, 1);
  });

  test('takes the nearest sample, and says that it is another; in a gap, that there is none', () => {
    const near = example([ASG, '2014-04-15T00:50:00Z']).stdout;
    expect(near).toMatch(/^sample +of 2014-04-15 00:49, 1m before 2014-04-15 00:50: the nearest$/m);
    const gap = example([ASG, '2014-04-14 23:55']);
    expect(gap.exitCode).toBe(0);
    expect(gap.stdout).toMatch(
      /^Did not alert .* because there is no sample within 5m of\s+it\.$/m,
    );
    expect(gap.stdout).toContain('samples of 2014-04-14 23:44 and 2014-04-15 00:04');
  });

  test('an alert that is open already is told of, with its beginning', () => {
    const { stdout } = example([ASG, '2014-04-15 01:09']);
    expect(stdout).toMatch(/^Did not alert/);
    expect(stdout).toContain('a page since 2014-04-15 00:49');
    expect(stdout).toContain('(still-flagged)');
  });

  test('a limit that somebody has set is told as one', () => {
    const { stdout } = example(['Auto scaling group', '2014-01-31 08:55']);
    expect(stdout).toMatch(/^PAGED/);
    expect(stdout).toMatch(/^limit below +1$/m);
    expect(stdout).toMatch(/^- the value: below 1 it is a page$/m);
    expect(stdout).not.toContain('FORECAST');
  });

  test('what run learns as history is said to be that', () => {
    const { stdout } = example([ASG, '2014-04-05 12:00']);
    expect(stdout).toContain('plumbline run learns this time as history');
  });

  test('gives all of it as JSON', () => {
    const { stdout } = example([ASG, '2014-04-15 00:49', '--json']);
    const its = JSON.parse(stdout);
    expect(its).toMatchObject({
      monitor: 'EC2 CPU',
      told: 'page',
      reason: 'first-flagged',
      asked: '2014-04-15T00:49:00Z',
      sample: { timestamp: '2014-04-15T00:49:00Z', rarity: its.account.explanation.rarity },
      account: { bars: { notice: 3, page: 28 }, explanation: { kind: 'adaptive' } },
    });
    expect(its.account.explanation.views).toHaveLength(7);
    expect(its.account.quiet.until).toBe('2014-04-15T12:04:00Z');
  });

  test('fits 80 columns, with colour and without', () => {
    for (const time of ['2014-04-15 00:49', '2014-04-14 23:55', '2014-04-03 12:00']) {
      const plain = example([ASG, time]).stdout;
      const coloured = example([ASG, time], { NO_COLOR: undefined, FORCE_COLOR: '1' }).stdout;
      expect(coloured).toContain('\u001b[');
      expect(plain).not.toContain('\u001b');
      expect(shown(coloured)).toEqual(plain.split('\n'));
      expect(Math.max(...plain.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(
        80,
      );
    }
  });
});

describe('plumbline explain refuses, with what to do next', () => {
  test.each([
    ['a monitor that there is not', ['EC2 CP', 'now'], 'did you mean "EC2 CPU"?'],
    ['a series that there is not', [`${ASG}x`, 'now'], `did you mean "${ASG}"?`],
    ['a monitor of several series', ['EC2 CPU', 'now'], 'say which with --series'],
    ['a pattern that fits none', ['EC2 CPU', 'now', '--series', '*zz'], `\n  ${ASG}\n`],
    ['a time that is none', [ASG, 'yesterday'], 'expected such as "2026-11-25 03:05"'],
    ['a day that does not exist', [ASG, '2014-02-30'], 'cannot read the time "2014-02-30"'],
    ['a number that is no time', [ASG, '5'], 'cannot read the time "5"'],
    ['no length of time', [ASG, '0h ago'], 'cannot read the time "0h ago"'],
    [
      'a time before the data',
      [ASG, '2013-04-15'],
      'goes from 2014-04-02 14:29 to 2014-04-16 14:49',
    ],
    [
      'a time after the data',
      [ASG, '2h 30m ago'],
      'goes from 2014-04-02 14:29 to 2014-04-16 14:49',
    ],
  ])('%s', (_, args, said) => {
    const { exitCode, stdout, stderr } = example(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  test('a file that cannot be read, with 3', () => {
    const cwd = folderWith({
      'plumbline.yaml': 'version: 1\nmonitors:\n  - name: CPU\n    csv: gone.csv\n',
    });
    const { exitCode, stderr } = plumbline(['explain', 'CPU', 'now'], { cwd });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('the series cannot be read');
  });
});

/** Two days of an estate of its own, with a spike in the second. */
const SPIKE = 550;
const AT_SPIKE = new Date(Date.UTC(2026, 0, 1) + SPIKE * 300_000).toISOString();

function estate(options: string, files: Readonly<Record<string, string>> = {}): string {
  const spiked = csvOf(600, (i) => (i >= SPIKE && i < SPIKE + 6 ? '99' : undefined));
  const monitor = `  - name: CPU\n    csv: "cpu*.csv"\n    window: 1d\n`;
  return folderWith({
    'plumbline.yaml': `version: 1\nlocal: { replay: 1d }\nmonitors:\n${monitor}${options}`,
    'cpu.csv': spiked,
    ...files,
  });
}

describe('plumbline explain, of what a monitor asks for', () => {
  test.each([
    ['    direction: below\n', 'other-direction', 'were both sides watched'],
    ['    minEffect: { absolute: 200 }\n', 'small-effect', 'minEffect: without it'],
    [
      '    confirm: { flagged: 5, of: 5 }\n',
      'unconfirmed',
      'were 1 sample enough instead of 5 of 5',
    ],
    [
      'maintenance:\n  - { name: patching, match: { monitor: CPU }, from: 2026-01-02T00:00:00Z, until: 2026-01-04T00:00:00Z }\n',
      'maintenance',
      'the maintenance window patching: without it',
    ],
    [
      'exclude:\n  - { from: 2026-01-02T00:00:00Z, until: 2026-01-04T00:00:00Z, match: { monitor: CPU } }\n',
      'excluded',
      'neither judged nor learned',
    ],
  ])('%s', (options, reason, said) => {
    const { exitCode, stdout, stderr } = plumbline(['explain', 'CPU', AT_SPIKE], {
      cwd: estate(options),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Did not alert/);
    expect(stdout).toContain(`(${reason})`);
    expect(plain(stdout)).toContain(said);
  });

  test('names the silence that kept it quiet', async () => {
    const cwd = estate('');
    const args = ['silence', 'add', 'monitor=CPU', '--for', '2h', '--why', 'new kernel', '--json'];
    const { id } = JSON.parse(plumbline(args, { cwd }).stdout);
    // As if it had been asked for then.
    const directory = join(cwd, '.plumbline/control');
    const from = Date.parse(AT_SPIKE) - 60_000;
    await createSilenceStore(createFileStateStore({ directory })).change((silences) =>
      silences.map((silence) => ({ ...silence, from, until: from + 7_200_000 })),
    );
    const { stdout } = plumbline(['explain', 'CPU', AT_SPIKE], { cwd });
    expect(plain(stdout)).toMatch(
      new RegExp(`^Did not alert .* a silence kept it quiet \\(${id}\\)\\.`),
    );
    expect(plain(stdout)).toContain(`the silence ${id}: without it, it would have been a page`);
  });

  test.each([
    'z-score',
    'interquartile-range',
    'isolation-forest',
    'isolation-forest-views',
    'closed-form-forest',
    'autoencoder',
  ])('shows the numbers of %s', (type) => {
    const cwd = estate(`    detector: { type: ${type} }\n`);
    const { exitCode, stdout, stderr } = plumbline(['explain', 'CPU', AT_SPIKE], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^(PAGED|Did not alert)/);
    expect(stdout).toContain('WHAT DECIDED');
    expect(stdout).toMatch(/flagged above -?[\d.]+$/m);
    expect(Math.max(...stdout.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(
      80,
    );
  });

  test('a name that would steer the terminal is shown and cannot', () => {
    const hostile = 'cpu\u001b[31m\u202e 数据 <script>.csv';
    const cwd = estate('', { [hostile]: csvOf(600) });
    const several = plumbline(['explain', 'CPU', AT_SPIKE], { cwd });
    expect(several.exitCode).toBe(2);
    expect(several.stderr).toContain('cpu\\u001b[31m\\u202e 数据 <script>');
    const one = plumbline(['explain', 'CPU', AT_SPIKE, '--series', '*script*'], { cwd });
    expect(one.exitCode).toBe(0);
    for (const text of [several.stderr, one.stdout]) {
      for (const character of ['\u001b', '\u202e']) expect(text).not.toContain(character);
    }
    expect(
      Math.max(...one.stdout.split('\n').map((line) => stringWidth(line))),
    ).toBeLessThanOrEqual(80);
  });
});
