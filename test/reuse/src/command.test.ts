import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const CSV = join(ROOT, 'examples/local-run/data/ec2_cpu_utilization_24ae8d.csv');

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('the command, packed and installed outside the repository', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'plumbline-command-'));
  const installed = join(workspace, 'node_modules/@plumbline/cli');
  const plumbline = (...args: readonly string[]) =>
    run(join(workspace, 'node_modules/.bin/plumbline'), args, workspace);
  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  beforeAll(() => {
    const pnpm = join(ROOT, 'node_modules/.bin/pnpm');
    run(pnpm, ['pack', '--pack-destination', workspace], join(ROOT, 'apps/cli'));
    const [tarball = 'none'] = readdirSync(workspace).filter((name) => name.endsWith('.tgz'));
    writeFileSync(join(workspace, 'package.json'), JSON.stringify({ name: 'elsewhere' }));
    const quick = ['--prefer-offline', '--no-audit', '--no-fund'];
    run('npm', ['install', ...quick, `./${tarball}`], workspace);
    cpSync(CSV, join(workspace, 'metrics/cpu.csv'));
  });

  test('brings nothing with it, and says whose code is in it', () => {
    const packages = readdirSync(join(workspace, 'node_modules')).filter((name) => name[0] !== '.');
    expect(packages).toEqual(['@plumbline']);
    const { dependencies = {} } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(dependencies).toEqual({});
    expect(readFileSync(join(installed, 'dist/LICENCES.txt'), 'utf8')).toMatch(
      /^commander [\d.]+: MIT$/m,
    );
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /\.ts$|\.test\.|meta\.json|testing/.test(name))).toEqual([]);
  });

  test('goes from files to a report', () => {
    plumbline('init', '--from-files', 'metrics', '--yes');
    expect(JSON.parse(plumbline('backtest', '--days', '3', '--json'))).toMatchObject({ series: 1 });
    plumbline('report', '--days', '3', '--out', 'report.html');
    expect(readFileSync(join(workspace, 'report.html'), 'utf8')).toContain('cpu');
  });
});
