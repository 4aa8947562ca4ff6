import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plumbline } from './testing/command.ts';

const DATA = resolve(import.meta.dirname, '../../../examples/local-run/data');
const FILES = [
  'ec2_cpu_utilization_24ae8d.csv',
  'rds_cpu_utilization_cc0c53.csv',
  'elb_request_count_8c0756.csv',
];

describe('from a folder of files to a report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-way-'));
  const command = (...args: readonly string[]) => plumbline(args, { cwd: folder });
  let backtested: { readonly alerts: readonly { id: string; metric: string; severity: string }[] };

  beforeAll(() => {
    for (const name of FILES) cpSync(join(DATA, name), join(folder, 'metrics', name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('init writes a monitor for each file', () => {
    const { exitCode, stderr } = command('init', '--from-files', 'metrics', '--yes');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const written = readFileSync(join(folder, 'plumbline.yaml'), 'utf8');
    for (const name of FILES) expect(written).toContain(`csv: metrics/${name}`);
  });

  test('validate finds what init has written in order, and data in each file', () => {
    expect(command('validate')).toMatchObject({ exitCode: 0, stderr: '' });
    const { exitCode, stdout } = command('validate', '--account');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('3 of 3 monitors have data.');
  });

  test('backtest says what would have been sent', () => {
    const { exitCode, stdout } = command('backtest', '--days', '3', '--json');
    expect(exitCode).toBe(0);
    backtested = JSON.parse(stdout);
    const paged = backtested.alerts.filter(({ severity }) => severity === 'page');
    // Both have a labelled anomaly in their last three days.
    expect(new Set(paged.map(({ metric }) => metric))).toEqual(
      new Set(['ec2_cpu_utilization_24ae8d', 'elb_request_count_8c0756']),
    );
  });

  test('run sends just that', () => {
    const { exitCode, stdout } = command('run', '--json');
    expect(exitCode).toBe(0);
    const ids = JSON.parse(stdout).alerts.map(
      (alert: Record<string, string>) => alert.transition_id,
    );
    expect(ids.sort()).toEqual(backtested.alerts.map(({ id }) => id).sort());
  });

  test('report draws it, each alert under an address of its own', () => {
    const { exitCode, stdout } = command('report', '--days', '3', '--out', 'report.html');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('written  report.html');
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    for (const { id } of backtested.alerts) expect(html).toContain(`id="alert-${id}"`);
  });
});
