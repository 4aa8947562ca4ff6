import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsDouble, createAwsDouble } from '@plumbline/harness';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environmentAt, type Outcome, plumbline } from './testing/cli.ts';

const MINUTE_MS = 60_000;
const PERIOD_MS = 5 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

const CONFIG = `version: 1
deploy: { region: us-east-1 }
defaults: { detector: { type: z-score, threshold: 6 }, window: 2d }
monitors:
  - name: CPU
    metric: { namespace: AWS/EC2, name: CPUUtilization, dimensions: { InstanceId: "*" } }
`;
const WITH_FILE = `${CONFIG}  - name: From a file\n    csv: web.csv\n`;

/** Moves the clock of the command ahead by so many ms. */
const AHEAD = `data:text/javascript,${encodeURIComponent(
  'const now = Date.now; const ahead = Number(process.env.AHEAD_MS ?? 0); Date.now = () => now() + ahead;',
)}`;

let aws: AwsDouble;
let folder: string;
let ahead: number;
/** What `ahead` is at first: so that it is a minute past a period, and no test runs into the next one. */
let begin: number;
beforeEach(async () => {
  begin = PERIOD_MS - (Date.now() % PERIOD_MS) + MINUTE_MS;
  ahead = begin;
  aws = await createAwsDouble({ now: () => Date.now() + ahead });
  folder = mkdtempSync(join(tmpdir(), 'plumbline-run-'));
  writeFileSync(join(folder, 'plumbline.yaml'), CONFIG);
});
afterEach(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

function run(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const clock = { NODE_OPTIONS: `--import ${AHEAD}`, AHEAD_MS: String(ahead) };
  const around = { ...environmentAt(aws.endpoint), ...clock, ...env };
  return plumbline(['run', ...args], { cwd: folder, env: around });
}

const alerts = (): string[] => readdirSync(join(folder, '.plumbline/alerts'));
const usual = (i: number): number => 50 + 3 * Math.sin(i * 12.9898);

/** The newest sample that is settled now: its period and two more are over. */
const newestSettled = (): number =>
  Math.floor((Date.now() + begin - 3 * PERIOD_MS) / PERIOD_MS) * PERIOD_MS;

/** Two days of samples and an hour of what is to come, but for what is said of some. */
function put(instance: string, special: ReadonlyMap<number, number> = new Map()): void {
  const first = newestSettled() - 2 * DAY_MS;
  const timestamps = Array.from({ length: 576 + 12 }, (_, i) => first + i * PERIOD_MS);
  const values = timestamps.map((timestamp, i) => special.get(timestamp) ?? usual(i));
  const dimensions = { InstanceId: instance };
  aws.cloudwatch.put(
    { namespace: 'AWS/EC2', metric: 'CPUUtilization', dimensions },
    { timestamps, values },
  );
}

describe('plumbline run on monitors of CloudWatch', () => {
  test('learns the history on first sight and judges the newest sample', async () => {
    put('i-1', new Map([[newestSettled(), 99]]));
    put('i-2');
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Looked at 2 series in us-east-1, .* UTC: 2 samples judged\.$/m);
    expect(stdout).toMatch(/^CPU +i-1 +\d\d:\d\d +99 +[\d.]+ +page$/m);
    expect(stdout).toMatch(/^CPU +i-2 +\d\d:\d\d +[\d.]+ +[\d.]+ +normal$/m);
    expect(stdout).toContain('1 page in 1 series, 1 still open:');
    expect(stdout).toContain('Nothing was sent: this look writes files.');
    expect(alerts()).toHaveLength(1);
    expect(aws.sns.published).toEqual([]);
    expect(aws.events.received).toEqual([]);
    expect(await run(['--fail-on-anomaly'])).toMatchObject({ code: 1 });
  });

  test('judges only what is new when it looks again', async () => {
    put('i-1', new Map([[newestSettled() + 2 * PERIOD_MS, 99]]));
    expect((await run()).stdout).toContain('No anomalies found.');
    expect((await run()).stdout).toContain('No new sample has come.');

    ahead = begin + 3 * PERIOD_MS;
    const { stdout } = await run();
    expect(stdout).toMatch(/: 3 samples judged\.$/m);
    expect(stdout).toContain('1 page in 1 series, 1 still open:');
    ahead = begin + 8 * PERIOD_MS;
    expect((await run()).stdout).toContain('1 page in 1 series:');
    expect(alerts().map((name) => name.split('-').at(-2))).toEqual(['firing', 'resolved']);
  });

  test('says until when a series is learned', async () => {
    writeFileSync(
      join(folder, 'plumbline.yaml'),
      CONFIG.replace('type: z-score, threshold: 6', 'type: adaptive'),
    );
    const timestamps = Array.from({ length: 12 }, (_, i) => newestSettled() - i * PERIOD_MS);
    const metric = {
      namespace: 'AWS/EC2',
      metric: 'CPUUtilization',
      dimensions: { InstanceId: 'new' },
    };
    aws.cloudwatch.put(metric, { timestamps, values: timestamps.map((_, i) => usual(i)) });
    const { code, stdout } = await run();
    expect(stdout).toMatch(/^CPU +new +\d\d:\d\d +[\d.]+ .*until \d\d-\d\d \d\d:\d\d$/m);
    expect(code).toBe(0);
  });

  test('looks at files and at CloudWatch of one configuration', async () => {
    put('i-1', new Map([[newestSettled(), 99]]));
    writeFileSync(join(folder, 'plumbline.yaml'), WITH_FILE);
    const rows = Array.from(
      { length: 1000 },
      (_, i) => `${1_699_999_800 + i * 300},${i === 900 ? 99 : usual(i)}`,
    );
    writeFileSync(join(folder, 'web.csv'), ['timestamp,value', ...rows, ''].join('\n'));
    const { code, stdout } = await run();
    expect(stdout).toContain('Looked at 1 series in us-east-1');
    expect(stdout).toContain('Replayed the last 3d of 1 series: 864 samples');
    expect(stdout).toContain('2 pages in 2 series, 1 still open:');
    expect(code).toBe(0);

    const result = JSON.parse((await run(['--json'])).stdout);
    expect(result).toMatchObject({
      series: 1,
      cloudwatch: { region: 'us-east-1', series: [{ monitor: 'CPU', verdict: 'nothing new' }] },
    });
    expect(result.alerts).toHaveLength(2);
  });

  test('says how to find out about a metric that gives nothing', async () => {
    const { code, stdout } = await run();
    expect(stdout).toContain('failed  monitor "CPU": nothing matches AWS/EC2 CPUUtilization');
    expect(code).toBe(3);
    writeFileSync(join(folder, 'plumbline.yaml'), CONFIG.replace('"*"', 'i-0'));
    const exact = await run();
    expect(exact.stdout).toContain('No new sample has come.');
    expect(exact.stdout).toContain('plumbline validate --account looks for it');
    expect(exact.code).toBe(0);
  });

  test('begins nothing without credentials', async () => {
    put('i-1');
    writeFileSync(join(folder, 'plumbline.yaml'), WITH_FILE);
    const gone = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const { code, stdout, stderr } = await run([], gone);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('log in (aws sso login');
    expect(aws.calls).toEqual([]);
    expect(readdirSync(folder)).toEqual(['plumbline.yaml']);
  });

  test('says what AWS refuses, once for all series', async () => {
    put('i-1');
    put('i-2');
    aws.deny('cloudwatch:GetMetricData');
    const { code, stdout } = await run();
    expect(code).toBe(3);
    expect(stdout.match(/allow it cloudwatch:GetMetricData/g)).toHaveLength(1);
    expect(stdout).toContain('failed  2 series: GetMetricData: AccessDenied');
    expect(stdout).toMatch(/^CPU +i-1 +failed$/m);
    expect(stdout).toContain('Nothing known.');
  });

  test('fits 80 columns, and lets no name steer the terminal', async () => {
    const name = `i-${'0123456789'.repeat(12)}`;
    put(name, new Map([[newestSettled(), 99]]));
    const { stdout } = await run();
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });
});
