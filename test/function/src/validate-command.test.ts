import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsDouble, createAwsDouble } from '@plumbline/harness';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environmentAt, plumbline } from './testing/cli.ts';

const PERIOD_MS = 300_000;

let aws: AwsDouble;
let folder: string;
beforeEach(async () => {
  aws = await createAwsDouble();
  folder = mkdtempSync(join(tmpdir(), 'plumbline-validate-'));
});
afterEach(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

const validate = (monitors: string, ...args: readonly string[]) => {
  const text = `version: 1\ndeploy: { region: us-east-1 }\nmonitors:\n${monitors}`;
  writeFileSync(join(folder, 'plumbline.yaml'), text);
  const env = environmentAt(aws.endpoint);
  return plumbline(['validate', '--account', ...args], { cwd: folder, env });
};

/** Samples of the last two days, each so many periods after the other. */
function put(
  namespace: string,
  metric: string,
  dimensions: Readonly<Record<string, string>>,
  { every = 1, hoursAgo = 0 } = {},
): void {
  const newest = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS - hoursAgo * 3_600_000;
  const timestamps = Array.from({ length: 576 / every }, (_, i) => newest - i * every * PERIOD_MS);
  aws.cloudwatch.put(
    { namespace, metric, dimensions },
    { timestamps, values: timestamps.map(() => 1) },
  );
}

const CPU = `  - name: CPU
    metric: { namespace: AWS/EC2, name: CPUUtilization, dimensions: { InstanceId: "*" } }
`;

describe('plumbline validate --account', () => {
  test('shows what every monitor finds, and ends with 0 when all have data', async () => {
    put('AWS/EC2', 'CPUUtilization', { InstanceId: 'i-1' });
    put('AWS/EC2', 'CPUUtilization', { InstanceId: 'i-2' });
    const { code, stdout, stderr } = await validate(CPU);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^CPU +2 +\d+m( \d+s)? ago +576 of 576$/m);
    expect(stdout).toContain('1 of 1 monitor has data.');
  });

  test.each([
    [
      'namespace: AWS/EKS, name: pod_cpu_utilization, dimensions: { ClusterName: prod }',
      'namespace AWS/EKS has had no metric for two weeks; pod_cpu_utilization is in ContainerInsights, with the dimension ClusterName',
    ],
    [
      'namespace: AWS/EC3, name: Nothing',
      'namespace AWS/EC3 has had no metric for two weeks; did you mean AWS/EC2?',
    ],
    [
      'namespace: AWS/EC2, name: CpuUtilisation, dimensions: { InstanceId: i-1 }',
      'AWS/EC2 has had no metric CpuUtilisation for two weeks; did you mean CPUUtilization?',
    ],
    [
      'namespace: AWS/EC2, name: CPUUtilization, dimensions: { Instance: i-1 }',
      'CPUUtilization has the dimension InstanceId, not the dimension Instance',
    ],
    [
      'namespace: AWS/EC2, name: CPUUtilization, dimensions: { InstanceId: i-0 }',
      'CPUUtilization has no InstanceId i-0; there is i-1',
    ],
  ])('names what is nearest to a metric that is not there: %s', async (metric, expected) => {
    put('AWS/EC2', 'CPUUtilization', { InstanceId: 'i-1' });
    put('ContainerInsights', 'pod_cpu_utilization', { ClusterName: 'production-cluster' });
    const { code, stdout } = await validate(`  - name: Mine\n    metric: { ${metric} }\n`);
    expect(stdout).toContain(`failed  monitor "Mine": no data: ${expected}`);
    expect(stdout).toContain('0 of 1 monitor has data.');
    expect(code).toBe(3);
  });

  test('tells a metric that has gone silent from one that never was', async () => {
    put('AWS/EC2', 'CPUUtilization', { InstanceId: 'i-1' }, { hoursAgo: 30 });
    const { code, stdout } = await validate(CPU);
    expect(stdout).toContain('no data: it is listed, and had no sample in this time');
    expect(code).toBe(3);
  });

  test('says which period fits, where samples come more seldom than the monitor says', async () => {
    put('Shop', 'Orders', {}, { every: 12 });
    const { code, stdout } = await validate(
      '  - name: Orders\n    metric: { namespace: Shop, name: Orders }\n',
    );
    expect(stdout).toMatch(/^Orders +1 +\S.* ago +24 of 288$/m);
    expect(stdout).toContain(
      'note  monitor "Orders": 24 of 288 samples; samples are 1h apart, the monitor expects 5m: say period: 1h',
    );
    expect(code).toBe(0);
  });

  test('takes a counter that has nothing to count as it is', async () => {
    put('Shop', 'Errors', {}, { hoursAgo: 48 });
    const { code, stdout } = await validate(
      '  - name: Errors\n    missing: zero\n    metric: { namespace: Shop, name: Errors, statistic: Sum }\n',
    );
    expect(stdout).toContain('note  monitor "Errors": no data');
    expect(code).toBe(0);
  });

  test('looks at every metric of an expression', async () => {
    put('Shop', 'Orders', {});
    const operands =
      '{ a: { namespace: Shop, name: Orders }, b: { namespace: Shop, name: Visits } }';
    const { stdout } = await validate(
      `  - name: Share\n    expression: { label: share, formula: a / b, metrics: ${operands} }\n`,
    );
    expect(stdout).toContain('Shop has had no metric Visits for two weeks');
  });

  test('checks files in the same way', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${1_700_000_000 + i * 300},1`);
    writeFileSync(join(folder, 'cpu.csv'), ['timestamp,value', ...rows, ''].join('\n'));
    const { code, stdout } = await validate(
      '  - name: A\n    csv: cpu.csv\n  - name: B\n    csv: cpv.csv\n',
    );
    expect(stdout).toMatch(/^A +1 +2023-11-15 23:08 +288 of 288$/m);
    expect(stdout).toContain('did you mean cpu.csv?');
    expect(code).toBe(3);
  });

  test('says what AWS refuses, and what to do', async () => {
    put('AWS/EC2', 'CPUUtilization', { InstanceId: 'i-1' });
    aws.deny('cloudwatch:GetMetricData');
    const { code, stdout } = await validate(CPU);
    expect(stdout).toContain('GetMetricData: AccessDenied');
    expect(stdout).toContain('allow it cloudwatch:GetMetricData');
    expect(code).toBe(3);
  });

  test('prints one JSON document with --json', async () => {
    put('AWS/EC2', 'CPUUtilization', { InstanceId: 'i-1' });
    const { stdout } = await validate(CPU, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      monitors: [
        { monitor: 'CPU', series: 1, withData: 1, samples: 288, expected: 288, problems: [] },
      ],
    });
  });
});
