import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { folderWith, plumbline } from './testing/command.ts';

const CONFIG = `version: 1
deploy: { region: us-east-1, emails: [on-call@example.com] }
monitors:
  - name: CPU
    metric: { namespace: AWS/EC2, name: CPUUtilization, dimensions: { InstanceId: "*" } }
  - name: Latency
    metric: { namespace: AWS/ApplicationELB, name: TargetResponseTime, dimensions: { LoadBalancer: app/a/b }, statistic: p99 }
    tier: warm
  - name: Local
    csv: local.csv
`;

const folder = (config = CONFIG): string => folderWith({ 'plumbline.yaml': config });

/** The cells of the line that begins so, as they are printed. */
function cellsOf(stdout: string, begins: string): string[] {
  const line = stdout.split('\n').find((text) => text.startsWith(begins)) ?? '';
  return line.slice(begins.length).trim().split(/ {2,}/);
}

describe('plumbline estimate', () => {
  test('prints the bill line by line, beside the alarms of CloudWatch', () => {
    const { exitCode, stdout, stderr } = plumbline(['estimate', '--series', 'CPU=40'], {
      cwd: folder(),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    // 8,640 slots of 40 metrics; one every 15 minutes is 2,880: 348,480 at 0.01 a thousand.
    expect(cellsOf(stdout, 'CPU')).toEqual(['40', '5m', '345,600', '3.46', '12.00']);
    expect(cellsOf(stdout, 'Latency')).toEqual(['1', '15m', '2,880', '0.03', '0.30']);
    expect(cellsOf(stdout, 'CloudWatch   metrics read')).toEqual([
      '348,480',
      '0.01 / 1,000',
      '3.48',
    ]);
    expect(cellsOf(stdout, 'CloudWatch   ListMetrics calls')).toEqual([
      '2,880',
      '0.01 / 1,000',
      '0.03',
    ]);
    expect(cellsOf(stdout, 'CloudWatch   own metrics')).toEqual(['19', '0.3', '5.70']);
    expect(cellsOf(stdout, 'CloudWatch   own dashboard')).toEqual(['1', '3', '3.00']);
    expect(cellsOf(stdout, 'S3           writes')).toEqual(['8,640', '0.005 / 1,000', '0.04']);
    expect(cellsOf(stdout, "CloudWatch's anomaly alarms")).toEqual([
      '41 alarms of 123 metrics',
      '12.30',
    ]);
    expect(cellsOf(stdout, "CloudWatch's alarms on fixed limits")).toEqual([
      '41 alarms of 41 metrics',
      '4.10',
    ]);
    // 41 series in each slot, each quarter and each hour.
    expect(cellsOf(stdout, 'hot (as often as there is news)')[0]).toBe('3.54');
    expect(cellsOf(stdout, 'warm (every 15 minutes)')[0]).toBe('1.18');
    expect(cellsOf(stdout, 'cold (every hour)')[0]).toBe('0.30');
    expect(stdout).toContain('prices of 2026-11-26 in us-east-1');
    expect(stdout).toContain('note  1 monitor of files costs nothing');
  });

  test('adds up to what it says at the top', () => {
    const { stdout } = plumbline(['estimate', '--json', '--series', 'CPU=40'], { cwd: folder() });
    const bill = JSON.parse(stdout);
    const sum = bill.lines.reduce((all: number, { cost }: { cost: number }) => all + cost, 0);
    expect(bill.cost).toBeCloseTo(sum, 10);
    const shown = plumbline(['estimate', '--series', 'CPU=40'], { cwd: folder() }).stdout;
    expect(shown).toMatch(
      new RegExp(
        `^A month of plumbline.yaml: ${sum.toFixed(2)} USD\n30 days of 2 monitors, 41 series;`,
      ),
    );
  });

  test('assumes as many series as there may be where nobody counts, and says so', () => {
    const { stdout } = plumbline(['estimate'], { cwd: folder() });
    expect(cellsOf(stdout, 'CPU')).toEqual(['≤ 100', '5m', '864,000', '8.64', '30.00']);
    expect(stdout).toContain('≤: as many series as maxSeries allows; --series "CPU=40"');
  });

  test('says what is found and not watched, and what finds nothing', () => {
    const beyond = plumbline(['estimate', '--series', 'CPU=700'], { cwd: folder() }).stdout;
    expect(beyond).toContain('note  CPU: 700 series, of which maxSeries allows 100');
    const none = plumbline(['estimate', '--series', 'CPU=0'], { cwd: folder() }).stdout;
    expect(none).toContain('note  CPU: finds no series now');
  });

  test('has no bill for files', () => {
    const files = 'version: 1\nmonitors:\n  - { name: Local, csv: a.csv }\n';
    const { exitCode, stdout } = plumbline(['estimate'], { cwd: folder(files) });
    expect(exitCode).toBe(0);
    expect(stdout).toBe('plumbline.yaml: 1 monitor of files, which cost nothing at AWS\n');
    const { stdout: json } = plumbline(['estimate', '--json'], { cwd: folder(files) });
    expect(JSON.parse(json)).toMatchObject({ cost: 0, lines: [], files: ['Local'] });
  });

  test('takes off the free tiers when asked to', () => {
    const { stdout } = plumbline(['estimate', '--free-tier'], { cwd: folder() });
    expect(cellsOf(stdout, 'CloudWatch   own metrics')).toEqual(['19', '10', '0.3', '2.70']);
    expect(cellsOf(stdout, 'CloudWatch   own dashboard')).toEqual(['1', '1', '3', '0.00']);
    expect(stdout).toContain('free tiers taken off');
  });

  test('says that prices of another region are not known, unless they are given', () => {
    const elsewhere = CONFIG.replace('us-east-1', 'eu-central-1');
    const note = 'deploy.region is eu-central-1, and prices differ by region';
    expect(plumbline(['estimate'], { cwd: folder(elsewhere) }).stdout).toContain(note);
    const cwd = folderWith({
      'plumbline.yaml': elsewhere,
      'prices.yaml': 'region: eu-central-1\n',
    });
    const { stdout } = plumbline(['estimate', '--prices', 'prices.yaml'], { cwd });
    expect(stdout).not.toContain(note);
    expect(stdout).toContain('in eu-central-1');
  });

  test('says that pnpm synth would refuse what is too much for a run', () => {
    const large = CONFIG.replace('"*" } }', '"*" } }\n    maxSeries: 9000');
    const { stdout } = plumbline(['estimate'], { cwd: folder(large) });
    expect(stdout.replace(/\n +/g, ' ')).toMatch(
      /note {2}a run is estimated at [\d.]+ s and \d+ MB, more than it has: pnpm synth says what would do/,
    );
  });

  test('fits 80 columns, whatever is in it', () => {
    const names = Array.from(
      { length: 30 },
      (_, i) => `A monitor with rather a long name, number ${i}`,
    );
    const monitors = names.map(
      (name, i) =>
        `  - { name: "${name}", maxSeries: 10000, metric: { namespace: N, name: m${i}, dimensions: { Host: "*" } } }\n`,
    );
    const deploy =
      'deploy: { shards: 256, customerManagedKey: true, schedule: 1m, emails: [a@b.ch] }';
    const config = `version: 1\n${deploy}\ndefaults: { period: 1m }\nmonitors:\n${monitors.join('')}`;
    const cwd = folderWith({ 'plumbline.yaml': config, 'prices.yaml': 'kms: { keyPerMonth: 2 }' });
    const args = ['estimate', '--free-tier', '--prices', 'prices.yaml'];
    const { exitCode, stdout } = plumbline(args, { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('and 18 others');
    for (const line of stdout.split('\n'))
      expect([line, stringWidth(line) <= 80]).toEqual([line, true]);
  });

  test('shows a foreign name without letting it steer the terminal', () => {
    const config = CONFIG.replace('name: CPU', 'name: "CPU \\u202e"');
    const { exitCode, stdout, stderr } = plumbline(['estimate'], { cwd: folder(config) });
    expect(`${stdout}${stderr}`).not.toContain('\u202e');
    expect([0, 2]).toContain(exitCode);
    const series = plumbline(['estimate', '--series', '\u001b[2J=4'], { cwd: folder() });
    expect(series.stderr).not.toContain('\u001b');
    expect(series.exitCode).toBe(2);
  });
});

describe('its prices', () => {
  test('are printed as a file, and that file changes nothing', () => {
    const cwd = folder();
    const { exitCode, stdout } = plumbline(['estimate', '--print-prices'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('  metricsReadPer1000: 0.01 # GetMetricData');
    writeFileSync(join(cwd, 'prices.yaml'), stdout);
    const [own, table] = [['--prices', 'prices.yaml'], []].map((args) =>
      JSON.parse(plumbline(['estimate', '--json', ...args], { cwd }).stdout),
    );
    expect(own).toEqual(table);
  });

  test('can be replaced one by one, and the bill says how many were', () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, 'ours.json'),
      '{"asOf": "2027-02-01", "cloudWatch": {"metricsReadPer1000": 0.02}}',
    );
    const { stdout } = plumbline(['estimate', '--series', 'CPU=40', '--prices', 'ours.json'], {
      cwd,
    });
    expect(cellsOf(stdout, 'CloudWatch   metrics read')).toEqual([
      '348,480',
      '0.02 / 1,000',
      '6.97',
    ]);
    expect(stdout).toContain('prices of 2027-02-01');
    expect(stdout).toContain('in us-east-1, 1 from ours.json');
    const printed = plumbline(['estimate', '--print-prices', '--prices', 'ours.json'], {
      cwd,
    }).stdout;
    expect(printed).toContain('metricsReadPer1000: 0.02 #');
  });

  test('that are wrong are refused with line, column and the nearest key', () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'prices.yaml'), 'lambda:\n  requestPerMillion: 0.2\n');
    const { exitCode, stderr } = plumbline(['estimate', '--prices', 'prices.yaml'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'prices.yaml:2:3: lambda.requestPerMillion: unknown key; did you mean requestsPerMillion?',
    );
    const missing = plumbline(['estimate', '--prices', 'none.yaml'], { cwd });
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('--print-prices prints one to start from');
  });
});

describe('a number of series', () => {
  test.each([
    ['CPU', '--series: expected monitor=number, such as "CPU=40", got "CPU"'],
    ['CPU=many', '--series: expected monitor=number'],
    ['GPU=4', '--series: no monitor is called GPU; those with * are CPU'],
    ['Latency=4', '--series: Latency is one series'],
    ['Local=4', '--series: Local reads files, which cost nothing'],
  ])('is refused with 2: %s', (series, message) => {
    const { exitCode, stdout, stderr } = plumbline(['estimate', '--series', series], {
      cwd: folder(),
    });
    expect(stderr).toContain(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test('can be of a monitor with = in its name', () => {
    const cwd = folder(CONFIG.replace('name: CPU', 'name: "a=b"'));
    const { stdout } = plumbline(['estimate', '--json', '--series', 'a=b=7'], { cwd });
    expect(JSON.parse(stdout).monitors[0].series).toEqual({ found: 7, watched: 7, by: 'said' });
  });
});

test('a configuration that is refused is refused here too', () => {
  const cwd = folder(CONFIG.replace('tier: warm', 'teir: warm'));
  const { exitCode, stderr } = plumbline(['estimate'], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean tier?');
});

test('the page on cost shows what the command prints', () => {
  const root = join(import.meta.dirname, '../../..');
  const page = readFileSync(join(root, 'docs/cost.md'), 'utf8');
  const shown = /```console\n\$ pnpm plumbline (estimate [^\n]+)\n([^`]+)```/.exec(page);
  const args = shown![1]!.match(/"[^"]*"|\S+/g)!.map((word) => word.replace(/^"|"$/g, ''));
  const { exitCode, stdout } = plumbline(args, { cwd: root });
  expect(exitCode).toBe(0);
  expect(stdout).toBe(shown![2]);
});
