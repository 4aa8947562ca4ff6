import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@plumbline/config';
import { type AwsDouble, createAwsDouble } from '@plumbline/harness';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environmentAt, type Outcome, plumbline } from './testing/cli.ts';

const REGION = 'eu-central-1';

let aws: AwsDouble;
let folder: string;
beforeEach(async () => {
  aws = await createAwsDouble({ region: REGION });
  folder = mkdtempSync(join(tmpdir(), 'plumbline-init-'));
});
afterEach(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  plumbline(args, { cwd: folder, env: { ...environmentAt(aws.endpoint), ...env } });
const init = (...args: readonly string[]) => run(['init', '--region', REGION, ...args]);
const written = () => readFileSync(join(folder, 'plumbline.yaml'), 'utf8');

/** A metric with a sample some minutes ago. */
function alive(
  namespace: string,
  metric: string,
  dimensions: Readonly<Record<string, string>> = {},
  minutesAgo = 10,
): void {
  const timestamps = [Date.now() - minutesAgo * 60_000];
  aws.cloudwatch.put({ namespace, metric, dimensions }, { timestamps, values: [1] });
}

/** A small estate: a load balancer, two functions, three instances, and a metric of its own. */
function smallEstate(): void {
  const LoadBalancer = 'app/shop/50dc6c495c0c9188';
  for (const metric of ['TargetResponseTime', 'HTTPCode_Target_5XX_Count', 'RequestCount']) {
    alive('AWS/ApplicationELB', metric, { LoadBalancer });
    alive('AWS/ApplicationELB', metric, { LoadBalancer, AvailabilityZone: 'eu-central-1a' });
  }
  for (const FunctionName of ['checkout', 'mail', 'search', 'stock']) {
    alive('AWS/Lambda', 'Errors', { FunctionName });
    alive('AWS/Lambda', 'Invocations', { FunctionName });
  }
  for (const InstanceId of ['i-1', 'i-2', 'i-3']) {
    alive('AWS/EC2', 'CPUUtilization', { InstanceId });
  }
  alive('Shop', 'OrderLatency', { Country: 'CH' });
  alive('AWS/Usage', 'CallCount', { Service: 'CloudWatch' });
  alive('AWS/EC2', 'DiskReadOps', { InstanceId: 'i-dead' }, 5 * 60);
}

describe('plumbline init on an account', () => {
  test('writes monitors for what is alive, each with the statistic that suits it', async () => {
    smallEstate();
    const { code, stdout, stderr } = await init();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      'wrote  plumbline.yaml: 7 monitors; plumbline.schema.json for editors',
    );
    // 1 latency, 2 of the error rate, 1 of requests, 4 errors and 4 invocations, 3 CPUs, 1 of the shop.
    expect(stdout).toContain('Reads of 16 metrics every 5 minutes: about $1.38 a month');
    expect(written().split('\n')[0]).toBe('# yaml-language-server: $schema=plumbline.schema.json');

    const { monitors, deploy } = loadConfig(join(folder, 'plumbline.yaml'));
    expect(deploy.region).toBe(REGION);
    const sources = Object.fromEntries(monitors.map(({ name, source }) => [name, source]));
    expect(sources).toMatchObject({
      'Load balancer latency': {
        metric: 'TargetResponseTime',
        dimensions: { LoadBalancer: 'app/shop/50dc6c495c0c9188' },
        statistic: 'p99',
      },
      'Load balancer target error rate': {
        kind: 'cloudwatch-expression',
        expression: '100 * FILL(bad, 0) / all',
        metrics: {
          bad: { metric: 'HTTPCode_Target_5XX_Count', statistic: 'Sum' },
          all: { metric: 'RequestCount', statistic: 'Sum' },
        },
      },
      'Lambda errors': { dimensions: { FunctionName: '*' }, statistic: 'Sum' },
      'EC2 CPU': { dimensions: { InstanceId: '*' }, statistic: 'Average' },
      OrderLatency: { namespace: 'Shop', dimensions: { Country: 'CH' }, statistic: 'p99' },
    });
    const [errors] = monitors.filter(({ name }) => name === 'Lambda errors');
    expect(errors).toMatchObject({ missing: 'zero', direction: 'above', maxSeries: 20 });
  });

  test('says what it left out, and why', async () => {
    smallEstate();
    const { stdout } = await init('--max', '2');
    expect(stdout).toContain('2 monitors');
    expect(written()).toContain('# Not proposed:');
    expect(written()).toContain('# - AWS/Usage: 1 that tell of quotas, bills or this tool');
    expect(written()).not.toContain('DiskReadOps');
    expect(JSON.parse((await init('--json', '--force')).stdout)).toMatchObject({
      region: REGION,
      readsUsdPerMonth: 1.38,
      leftOut: expect.arrayContaining([expect.stringContaining('AWS/Usage')]),
    });
  });

  test('looks at the namespaces that are named, and says which is nearest to one that is not there', async () => {
    smallEstate();
    const one = await init('--namespace', 'Shop');
    expect(one.stdout).toContain('plumbline.yaml: 1 monitor;');
    const none = await init('--namespace', 'AWS/Lamda', '--force');
    expect(none.stderr).toContain('AWS/Lamda: no metric had a sample');
    expect(none.stderr).toContain('did you mean AWS/Lambda?');
    expect(none.code).toBe(3);
  });

  test('overwrites nothing without --force, and asks AWS for nothing then', async () => {
    smallEstate();
    writeFileSync(join(folder, 'plumbline.yaml'), 'mine\n');
    const refused = await init();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('plumbline.yaml exists already\noverwrite with --force');
    expect(written()).toBe('mine\n');
    expect(aws.calls).toEqual([]);
    expect((await init('--force')).code).toBe(0);
    expect(written()).toContain('monitors:');
  });

  test('prints the configuration and writes nothing with --dry-run', async () => {
    smallEstate();
    const { code, stdout } = await init('--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# yaml-language-server/);
    expect(() => written()).toThrow('ENOENT');
  });

  test('lists every page of an account', async () => {
    for (let i = 0; i < 1200; i++)
      alive('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: `q-${i}` });
    const { stdout } = await init('--json');
    expect(JSON.parse(stdout).monitors).toMatchObject([{ series: 1200, maxSeries: 3000 }]);
    const lists = aws.calls.filter(({ operation }) => operation === 'ListMetrics');
    expect(lists).toHaveLength(3);
  });

  test('says what to do without credentials, without permission and without a region', async () => {
    const gone = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const lost = await run(['init', '--region', REGION], gone);
    expect(lost.code).toBe(3);
    expect(lost.stderr).toContain('CredentialsProviderError');
    expect(lost.stderr).toContain('log in (aws sso login');

    aws.deny('cloudwatch:ListMetrics');
    const refused = await init();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('allow it cloudwatch:ListMetrics');

    const nowhere = await run(['init']);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('no region is set\nsay which: --region, or AWS_REGION');
  });

  test('says so where nothing is alive', async () => {
    const { code, stderr } = await init();
    expect(code).toBe(3);
    expect(stderr).toContain('nothing to watch was found');
    expect(stderr).toContain('--from-files <folder>');
  });
});
