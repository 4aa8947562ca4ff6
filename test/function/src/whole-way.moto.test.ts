import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '@plumbline/config';
import { parseCsv } from '@plumbline/core/files';
import { type Moto, putSamples, startMoto } from '@plumbline/harness';
import { describeWith } from '@plumbline/harness/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentAt, type Outcome, plumbline } from './testing/cli.ts';

const REGION = 'eu-central-1';
const DATA = resolve(import.meta.dirname, '../../../examples/local-run/data');
const PERIOD_MS = 300_000;
const HOUR_MS = 3_600_000;
/** Enough to learn from, and no more than moto can add up in good time. */
const HISTORY_MS = 5 * 24 * HOUR_MS;

/** Real metrics of CloudWatch, and the moment of a labelled anomaly in each, which will be a day ago. */
const SERIES = [
  {
    file: 'ec2_cpu_utilization_24ae8d.csv',
    anomaly: '2014-02-26T22:05:00Z',
    metric: 'CPUUtilization',
    namespace: 'AWS/EC2',
    dimensions: { InstanceId: 'i-24ae8d' },
  },
  {
    file: 'rds_cpu_utilization_cc0c53.csv',
    anomaly: '2014-02-25T07:15:00Z',
    metric: 'CPUUtilization',
    namespace: 'AWS/RDS',
    dimensions: { DBInstanceIdentifier: 'orders' },
  },
] as const;

/** Puts a series as if its anomaly had been a day ago; it goes on to now with what came after it. */
async function put(endpoint: string, series: (typeof SERIES)[number]): Promise<void> {
  const path = resolve(DATA, series.file);
  const { samples } = parseCsv(readFileSync(path, 'utf8'));
  const now = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS;
  const shift = now - 24 * HOUR_MS - Date.parse(series.anomaly);
  const moved = Array.from(samples.timestamps, (time, i) => ({
    time: Math.round((time + shift) / PERIOD_MS) * PERIOD_MS,
    value: samples.values[i]!,
  })).filter(({ time }) => time > now - HISTORY_MS && time < now);
  const { namespace, metric, dimensions } = series;
  await putSamples(endpoint, {
    namespace,
    metric,
    dimensions,
    region: REGION,
    timestamps: moved.map(({ time }) => time),
    values: moved.map(({ value }) => value),
    counts: moved.map(() => 1),
  });
}

await describeWith(['moto'], 'from an account to a report', () => {
  let moto: Moto;
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-way-'));
  const command = (...args: readonly string[]): Promise<Outcome> =>
    plumbline(args, { cwd: folder, env: environmentAt(moto.endpoint) });
  let alerts: readonly { id: string; monitor: string; severity: string; since: string }[];

  beforeAll(async () => {
    moto = await startMoto();
    for (const series of SERIES) await put(moto.endpoint, series);
  });
  afterAll(async () => {
    await moto.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('init proposes a monitor for each metric that is alive', async () => {
    const { code, stderr } = await command('init', '--region', REGION, '--yes');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { monitors } = loadConfig(join(folder, 'plumbline.yaml'));
    const named = ({ namespace, metric }: { namespace: string; metric: string }) =>
      `${namespace} ${metric}`;
    const watched = monitors.flatMap(({ source }) =>
      source.kind === 'cloudwatch' ? `${named(source)} ${source.statistic}` : [],
    );
    expect(watched.sort()).toEqual(SERIES.map((series) => `${named(series)} Average`));
  });

  test('validate finds their samples in the account', async () => {
    const { code, stdout } = await command('validate', '--account');
    expect(code).toBe(0);
    expect(stdout).toContain('2 of 2 monitors have data.');
  });

  test('backtest pages for the anomalies, and says what the reads would have cost', async () => {
    const { code, stdout } = await command('backtest', '--days', '2', '--json');
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    alerts = result.alerts;
    const paged = alerts.filter(({ severity }) => severity === 'page');
    expect(new Set(paged.map(({ monitor }) => monitor)).size).toBe(2);
    // Two metrics in each slot of five minutes, at a cent for a thousand.
    expect(result.reads.metrics).toBe(2 * result.slots);
    expect(result.reads.dollars).toBeCloseTo((result.reads.metrics * 0.01) / 1000, 6);
  });

  test('run looks once, and nothing leaves the machine', async () => {
    const { code, stdout } = await command('run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).cloudwatch.counts).toMatchObject({ series: 2, scored: 2 });
  });

  test('report draws what backtest told of', async () => {
    const { code, stdout } = await command('report', '--days', '2', '--out', 'report.html');
    expect(code).toBe(0);
    expect(stdout).toContain('written  report.html');
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    for (const { id, since } of alerts) {
      // A slot may have passed since, and the oldest with it.
      if (Date.parse(since) < Date.now() - 47 * HOUR_MS) continue;
      expect(html).toContain(`id="alert-${id}"`);
    }
  });
});
