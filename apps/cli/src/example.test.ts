import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, plumbline } from './testing/command.ts';

const README = resolve(import.meta.dirname, '../../../README.md');
const EXAMPLE = resolve(import.meta.dirname, '../../../examples/local-run');

/** Windows of the Numenta Anomaly Benchmark, labels/combined_windows.json, in the days that are replayed. */
const LABELLED = [
  ['ec2_cpu_utilization_24ae8d', '2014-02-26T13:45', '2014-02-27T06:25'],
  ['ec2_cpu_utilization_ac20cd', '2014-04-14T07:49', '2014-04-15T17:34'],
  ['elb_request_count_8c0756', '2014-04-22T11:14', '2014-04-23T03:54'],
  ['grok_asg_anomaly', '2014-01-28T18:20', '2014-01-29T07:10'],
] as const;

/** The main job over the data that ships: what `npm start` does. */
describe('the example on real data', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'plumbline-example-'));
  let first: Outcome;
  beforeAll(() => {
    cpSync(EXAMPLE, cwd, { recursive: true });
    rmSync(join(cwd, '.plumbline'), { recursive: true, force: true });
    first = plumbline(['run'], { cwd });
  }, 120_000);
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  test('finds what the README shows', () => {
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toBe('');
    expect(first.stdout).toContain('Replayed the last 3d of 17 series: 14,695 samples');
    const [found = 'none'] = /^\d+ pages.*:$/m.exec(first.stdout) ?? [];
    expect(readFileSync(README, 'utf8')).toContain(`\n${found}\n`);
    expect(first.stdout).toMatch(/^grok_asg_anomaly +2014-01-31 08:55 +open +▼ 0\.334 +< 1$/m);
    expect(first.stdout).toMatch(
      /^ec2_cpu_utilization_24ae8d +2014-02-26 22:05 +2h 10m +▲ 2\.344 +0\.1\d+ +[\d.]+ [dy]$/m,
    );
    expect(Math.max(...first.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(
      80,
    );
  });

  test.each(LABELLED)('has a page in the labelled anomaly of %s', (metric, from, to) => {
    const { alerts } = JSON.parse(plumbline(['run', '--json'], { cwd }).stdout);
    const opened = alerts
      .filter((alert: { metric: string; severity: string }) => {
        return alert.metric === metric && alert.severity === 'page';
      })
      .map(({ since }: { since: string }) => since);
    expect(opened.filter((since: string) => since >= from && since <= to)).not.toEqual([]);
  });

  test('has no page in the series and days that nobody labelled', () => {
    const { alerts } = JSON.parse(plumbline(['run', '--json'], { cwd }).stdout);
    const paged = alerts.filter(({ severity }: { severity: string }) => severity === 'page');
    expect([...new Set(paged.map(({ metric }: { metric: string }) => metric))].sort()).toEqual(
      LABELLED.map(([metric]) => metric).sort(),
    );
  });

  test('reads nothing twice, and shows the same table again', () => {
    const second = plumbline(['run'], { cwd });
    expect(second.stdout).toContain('Nothing new was read: 17 series');
    const table = ({ stdout }: Outcome): string => stdout.slice(stdout.indexOf('PAGES'));
    expect(table(second)).toBe(table(first));
    const { alerts } = JSON.parse(plumbline(['run', '--json'], { cwd }).stdout);
    const ended = alerts.filter(({ state }: { state: string }) => state === 'resolved');
    const worse = readdirSync(join(cwd, '.plumbline/alerts')).length - alerts.length - ended.length;
    expect(worse).toBeGreaterThanOrEqual(0);
    expect(worse).toBeLessThan(alerts.length);
  });
});
