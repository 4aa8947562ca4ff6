import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { csvOf, folderWith, plumbline } from './testing/command.ts';

const CONFIG = `version: 1
local: { replay: 1d }
monitors:
  - name: CPU
    csv: cpu.csv
    window: 1d
    detector: { type: z-score, threshold: 6, warmupSamples: 100 }
`;

/** An estate of one file, with a spike in its last day. */
function estate(): string {
  const spiked = csvOf(600, (i) => (i >= 550 && i < 556 ? '99' : undefined));
  return folderWith({ 'plumbline.yaml': CONFIG, 'cpu.csv': spiked });
}

/** When it begins. */
const SPIKE = Date.UTC(2026, 0, 1) + 550 * 300_000;

const ADD = ['silence', 'add', 'monitor=CPU', '--for', '2h', '--why', 'new kernel'];

describe('plumbline silence', () => {
  test('adds, lists and removes', () => {
    const cwd = estate();
    const added = plumbline(ADD, { cwd });
    expect(added).toMatchObject({ exitCode: 0, stderr: '' });
    const [, id = ''] = /plumbline silence remove ([0-9a-f]{8}) ends it/.exec(added.stdout) ?? [];
    expect(added.stdout).toMatch(
      /^silenced {2}monitor=CPU until \d{4}-.*Z, in force from the next/,
    );

    const listed = plumbline(['silence', 'list'], { cwd }).stdout;
    expect(listed).toMatch(
      new RegExp(`^ID +WHAT +UNTIL +WHY\n${id} +monitor=CPU +.* left +new kernel`),
    );
    for (const line of listed.split('\n')) expect(line.length).toBeLessThanOrEqual(80);

    const removed = plumbline(['silence', 'remove', id, '--json'], { cwd });
    expect(removed.exitCode).toBe(0);
    expect(JSON.parse(removed.stdout)).toEqual({ removed: id });
    expect(plumbline(['silence', 'list'], { cwd }).stdout).toMatch(
      /^nothing is silenced \(.*\)\n$/,
    );
  });

  test('prints what machines read with --json', () => {
    const cwd = estate();
    const added = JSON.parse(plumbline([...ADD, '--json'], { cwd }).stdout);
    expect(added).toMatchObject({ match: { monitor: 'CPU' }, why: 'new kernel' });
    expect(added.until - added.from).toBe(2 * 3_600_000);
    expect(JSON.parse(plumbline(['silence', 'list', '--json'], { cwd }).stdout)).toEqual([added]);
  });

  test.each([
    [['nonsense'], 'expected key=pattern, got "nonsense"'],
    [['monitor=GPU'], 'no monitor is called GPU\nthere are CPU'],
    [['monitor=CPU', 'monitor=C*'], 'each key can be written once'],
    [
      ['monitor=CPU', '--for', 'ever'],
      '--for: expected a duration such as 30m, 2h or 3d, got ever',
    ],
  ])('refuses %j with 2, and stores nothing', (parts, message) => {
    const cwd = estate();
    const args = ['silence', 'add', ...parts, '--why', 'test'];
    const { exitCode, stderr } = plumbline(
      parts.includes('--for') ? args : [...args, '--for', '1h'],
      {
        cwd,
      },
    );
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
    expect(plumbline(['silence', 'list'], { cwd }).stdout).toContain('nothing is silenced');
  });

  test('says that there is no such silence to remove', () => {
    const { exitCode, stderr } = plumbline(['silence', 'remove', 'abc'], { cwd: estate() });
    expect(stderr).toContain('no silence abc');
    expect(exitCode).toBe(2);
  });

  test('shows a foreign text without letting it steer the terminal', () => {
    const cwd = estate();
    plumbline(['silence', 'add', 'monitor=CPU', '--for', '1h', '--why', '\u001b[2Jgone'], { cwd });
    const { stdout } = plumbline(['silence', 'list'], { cwd });
    expect(stdout).toContain('\\u001b[2Jgone');
    expect(stdout).not.toContain('\u001b');
  });

  test('keeps a run of files quiet about what it covers', () => {
    const [loud, quiet] = [estate(), estate()];
    expect(plumbline(['run'], { cwd: loud })).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(loud, '.plumbline/alerts'))).toHaveLength(2);

    plumbline(ADD, { cwd: quiet });
    const control = join(quiet, '.plumbline/control');
    const [folder = ''] = readdirSync(control);
    const stored = join(control, folder, '0.state');
    // The samples are of the past: the silence is moved there.
    const content = JSON.parse(readFileSync(stored, 'utf8'));
    const [silence] = content.silences;
    const moved = { ...silence, from: SPIKE - 600_000, until: SPIKE + 3_600_000 };
    writeFileSync(stored, JSON.stringify({ ...content, silences: [moved] }));

    const { stdout } = plumbline(['run', '--verbose'], { cwd: quiet });
    expect(stdout).toContain(`nobody is told: silenced by ${silence.id}`);
    expect(existsSync(join(quiet, '.plumbline/alerts'))).toBe(false);
  });
});

describe('maintenance in the configuration', () => {
  test('keeps a run of files quiet, and the run says so', () => {
    const cwd = estate();
    const [from, until] = [SPIKE - 600_000, SPIKE + 3_600_000].map((ms) =>
      new Date(ms).toISOString(),
    );
    const maintenance = `maintenance: [{ name: patching, from: ${from}, until: ${until} }]\n`;
    const quiet = folderWith({
      'plumbline.yaml': CONFIG.replace('version: 1\n', `version: 1\n${maintenance}`),
      'cpu.csv': readFileSync(join(cwd, 'cpu.csv'), 'utf8'),
    });
    const { exitCode, stdout } = plumbline(['run', '--verbose'], { cwd: quiet });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('nobody is told: maintenance by patching');
    expect(stdout).not.toContain('PAGES');
  });
});
