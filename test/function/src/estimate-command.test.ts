import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsDouble, createAwsDouble } from '@plumbline/harness';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentAt, type Outcome, plumbline } from './testing/cli.ts';

const CONFIG = `version: 1
monitors:
  - name: CPU
    metric: { namespace: Shop, name: cpu, dimensions: { Host: "*" } }
  - name: Queue
    metric: { namespace: Shop, name: depth, dimensions: { Queue: "*" } }
  - name: Named
    metric: { namespace: Shop, name: cpu, dimensions: { Host: web } }
`;

let aws: AwsDouble;
let folder: string;
beforeEach(async () => {
  aws = await createAwsDouble();
  folder = mkdtempSync(join(tmpdir(), 'plumbline-estimate-'));
  writeFileSync(join(folder, 'plumbline.yaml'), CONFIG);
});
afterEach(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

function estimate(...args: readonly string[]): Promise<Outcome> {
  return plumbline(['estimate', ...args], { cwd: folder, env: environmentAt(aws.endpoint) });
}

function measure(hosts: number): void {
  for (let host = 0; host < hosts; host++) {
    const name = { namespace: 'Shop', metric: 'cpu', dimensions: { Host: `host-${host}` } };
    aws.cloudwatch.put(name, { timestamps: [Date.now() - 600_000], values: [50] });
  }
}

test('plumbline estimate --account counts what each * finds, and asks for no samples', async () => {
  measure(7);
  const { code, stdout, stderr } = await estimate('--account', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { monitors } = JSON.parse(stdout);
  expect(monitors.map(({ series }: { series: unknown }) => series)).toEqual([
    { found: 7, watched: 7, by: 'account' },
    { found: 0, watched: 0, by: 'account' },
    { found: 1, watched: 1, by: 'named' },
  ]);
  expect(monitors[0].metricsRead).toBe(7 * 8640);
  const operations = aws.calls.map(({ operation }) => operation);
  expect(operations).toEqual(['ListMetrics', 'ListMetrics']);
});

test('what is said goes before what is counted', async () => {
  measure(7);
  const { stdout } = await estimate('--account', '--json', '--series', 'CPU=50');
  expect(JSON.parse(stdout).monitors[0].series).toEqual({ found: 50, watched: 50, by: 'said' });
  expect(aws.calls.map(({ operation }) => operation)).toEqual(['ListMetrics']);
});

test('without --account nothing is asked of AWS', async () => {
  const { code } = await estimate();
  expect(code).toBe(0);
  expect(aws.calls).toEqual([]);
});

test('an account that does not answer is 3, with what it said', async () => {
  aws.deny('cloudwatch:ListMetrics');
  const { code, stdout, stderr } = await estimate('--account');
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('ListMetrics: ');
});
