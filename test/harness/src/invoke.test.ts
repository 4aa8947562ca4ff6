import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { AlertMessage } from '@plumbline/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAwsDouble } from './double/aws-double.ts';
import type { InvokeReport } from './invoke/run.ts';
import { temporaryFolder } from './testing/temporary-function.ts';
import { describeWith } from './testing.ts';

const COMMAND = join(import.meta.dirname, '../dist/invoke.js');

/** Runs the built command as a person would. */
async function invoke(
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
) {
  const child = spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...env } });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: child.exitCode, stdout, stderr };
}

async function invokeJson(
  args: readonly string[],
  options?: Parameters<typeof invoke>[1],
): Promise<InvokeReport> {
  const { exitCode, stdout, stderr } = await invoke([...args, '--json'], options);
  expect([exitCode, stderr.replace(/^note: .*\n/gm, '')]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** A configuration file of these monitors, z-score over a day. */
function configWith(...monitors: readonly string[]): string {
  const lines = ['version: 1', 'defaults:', '  window: 1d', '  detector: { type: z-score }'];
  const text = [...lines, 'monitors:', ...monitors.map((monitor) => `  - ${monitor}`)].join('\n');
  return join(temporaryFolder({ 'plumbline.yaml': text }), 'plumbline.yaml');
}

const CPU = '{ name: CPU, metric: { namespace: N, name: cpu, statistic: Average } }';
const P99 = '{ name: Latency, metric: { namespace: N, name: latency, statistic: p99 } }';
const WITHOUT_MOTO = { PLUMBLINE_PYTHON: '/not/there' };

/** What arrived, in short. */
function arrived({ arrivals }: InvokeReport) {
  return arrivals?.map(({ at, content }) => {
    const { alert, state, current_value } = content as AlertMessage;
    return `${at}: ${alert} ${state} ${current_value}`;
  });
}

await describeWith(['moto'], 'against moto', () => {
  test('an alert travels from the metric to topic and bus', async () => {
    const report = await invokeJson(['--config', configWith(CPU)]);

    expect(report.against).toBe('moto');
    expect(arrived(report)).toEqual([
      'topic anomaly-alerts: CPU firing 25.1',
      'bus default: CPU firing 25.1',
    ]);
    expect(report.calls).toMatchObject({
      'cloudwatch:GetMetricData': 1,
      'sns:PublishBatch': 1,
      'events:PutEvents': 1,
    });
  });

  test('a percentile is refused: it is beyond it', async () => {
    const args = ['--config', configWith(P99), '--against', 'moto'];
    const { stderr, exitCode } = await invoke(args);

    expect(stderr).toBe('error: monitor "Latency": moto computes no p99: try --against double\n');
    expect(exitCode).toBe(2);
  });
});

describe('against the double', () => {
  test('an alert travels from the metric to topic and bus, and a repeat sends nothing', async () => {
    const report = await invokeJson([
      ...['--against', 'double', '--config', configWith(CPU)],
      ...['--repeat', '2'],
    ]);

    expect(report.invocations.map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    expect(arrived(report)).toEqual([
      'topic anomaly-alerts: CPU firing 25.1',
      'bus default: CPU firing 25.1',
    ]);
  });

  test('is what is taken where there is no moto', async () => {
    const { exitCode, stderr, stdout } = await invoke(['--config', configWith(CPU)], {
      env: WITHOUT_MOTO,
    });

    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      'note: no moto in /not/there, which PLUMBLINE_PYTHON names: running against the double\n',
    );
    expect(stdout).toContain('rds_cpu_utilization_cc0c53.csv');
    expect(stdout).toContain('START RequestId: ');
    expect(stdout).toContain(
      'topic anomaly-alerts: CPU: Anomaly Detected\n    page firing: cpu 25.1, ',
    );
    expect(stdout).toMatch(/success: \d+ ms, after a start of \d+ ms/);
    expect(stdout).toContain('cloudwatch:GetMetricData 1');
  });

  test('is what is taken for a percentile', async () => {
    const { exitCode, stdout, stderr } = await invoke(['--config', configWith(P99)]);

    expect(exitCode).toBe(0);
    expect(stderr).toContain('moto computes no p99: running against the double');
    expect(stdout).toContain('topic anomaly-alerts: Latency: Anomaly Detected');
  });

  test('the data of the caller is watched in place of the examples', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => {
      return `${new Date(i * 300_000).toISOString()},${i === 399 ? 0 : 50 + (i % 3)}`;
    });
    const folder = temporaryFolder({ 'fall.csv': ['timestamp,value', ...rows].join('\n') });

    const report = await invokeJson([
      ...['--against', 'double', '--config', configWith(CPU)],
      ...['--data', join(folder, 'fall.csv')],
    ]);

    expect(report.data[0]?.description).toContain('fall.csv, 290 samples');
    expect(arrived(report)?.[0]).toBe('topic anomaly-alerts: CPU firing 0');
  });

  test('an event can come through stdin, and one without time is taken for now', async () => {
    const { invocations } = await invokeJson(
      ['--against', 'double', '--config', configWith(CPU), '--event', '-'],
      { input: '{}' },
    );

    expect(invocations[0]?.logs).toContain('the event has no time');
  });

  test('memory and timeout are those that were asked for', async () => {
    const { invocations } = await invokeJson([
      ...['--against', 'double', '--config', configWith(CPU)],
      ...['--memory', '1024', '--timeout', '2m'],
    ]);

    expect(invocations[0]?.logs).toContain('Memory Size: 1024 MB');
  });
});

describe('against a given endpoint', () => {
  async function double() {
    const aws = await createAwsDouble();
    onTestFinished(() => aws.close());
    return aws;
  }

  test('the function uses the topic and the bucket that are named', async () => {
    const aws = await double();
    aws.s3.createBucket('theirs');
    const topic = aws.sns.createTopic('theirs');

    const report = await invokeJson([
      ...['--endpoint', aws.endpoint, '--topic', topic, '--bucket', 'theirs'],
      ...['--config', configWith(CPU)],
    ]);

    expect(report.arrivals).toBeUndefined();
    expect(aws.calls.map(({ operation }) => operation)).toContain('GetMetricData');
    expect(report.calls).toMatchObject({ 'cloudwatch:GetMetricData': 1 });
  });

  test('a function that fails is exit code 1, with its error', async () => {
    const aws = await double();
    const topic = aws.sns.createTopic('theirs');

    const { exitCode, stdout } = await invoke([
      ...['--endpoint', aws.endpoint, '--topic', topic, '--bucket', 'not-there'],
      ...['--config', configWith(CPU)],
    ]);

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/error: \d+ ms.*\n {2}AwsCallError: GetObject: NoSuchBucket/);
  });
});

test('credentials that cannot be found are a mistake of the caller', async () => {
  const account = ['--against', 'account', '--topic', 'arn:aws:sns:us-east-1:1:t', '--bucket', 'b'];
  const { exitCode, stderr } = await invoke(account, {
    env: {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_PROFILE: undefined,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('alerts are really sent to arn:aws:sns:us-east-1:1:t');
  expect(stderr).toContain('no credentials for the account');
});

test('a moto that is asked for and not there is exit code 3', async () => {
  const { exitCode, stderr } = await invoke(['--against', 'moto'], { env: WITHOUT_MOTO });

  expect([exitCode, stderr]).toEqual([
    3,
    'error: no moto in /not/there, which PLUMBLINE_PYTHON names: pip install "moto[server]==5.2.1"\n',
  ]);
});

describe('a mistake of the caller is exit code 2:', () => {
  test.each<[string, () => readonly string[], string]>([
    ['an option that is not there', () => ['--evnt', 'x'], "unknown option '--evnt'"],
    ['a place that is not there', () => ['--against', 'mars'], 'Allowed choices are moto, double'],
    ['a file that is not there', () => ['--event', 'no.json'], 'cannot read the event: ENOENT'],
    [
      'an event that is no JSON',
      () => ['--event', join(temporaryFolder({ 'e.json': '{' }), 'e.json')],
      'e.json: expected an event as JSON',
    ],
    [
      'a configuration that is not there',
      () => ['--config', 'no.yaml'],
      'cannot read the configuration: ENOENT',
    ],
    [
      'a configuration that is refused',
      () => ['--config', configWith('{ name: CPU, metrc: {} }')],
      'plumbline.yaml:6:',
    ],
    [
      'a monitor of files',
      () => ['--config', configWith('{ name: Local, csv: data.csv }')],
      'monitor "Local" reads files, which the function cannot',
    ],
    ['data that is not there', () => ['--data', 'no.csv'], 'cannot use the data of no.csv: ENOENT'],
    ['too little memory', () => ['--memory', '64', '--against', 'double'], 'memoryMb must be 128'],
    ['a timeout without unit', () => ['--timeout', '60'], 'expected a duration with a unit'],
    [
      'data for an account',
      () => ['--against', 'account', '--data', 'x.csv'],
      '--data is for moto and the double',
    ],
    ['a topic for moto', () => ['--topic', 'x'], '--topic and --bucket are for an account'],
    [
      'an endpoint and a place',
      () => ['--endpoint', 'http://127.0.0.1:1', '--against', 'moto'],
      'cannot be used with option',
    ],
    ['an endpoint that is no URL', () => ['--endpoint', 'moto'], 'Expected a URL'],
    ['a number that is none', () => ['--repeat', '0'], 'Expected a whole number'],
  ])('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await invoke(args());

    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});
