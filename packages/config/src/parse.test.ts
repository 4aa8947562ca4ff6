import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig } from './index.ts';

const REFUSED = resolve(import.meta.dirname, '../testdata/refused');
const read = (path: string): string => readFileSync(resolve(import.meta.dirname, path), 'utf8');
const cases = readdirSync(REFUSED).filter((name) => name.endsWith('.yaml'));

function refusalOf(text: string, file = 'plumbline.yaml'): ConfigError {
  try {
    parseConfig(text, file);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const withMonitor = (lines: string): string =>
  `version: 1\nmonitors:\n  - name: CPU\n${lines.replace(/^/gm, '    ')}\n`;

describe('a configuration that is refused', () => {
  test('there are cases to check', () => {
    expect(cases.length).toBeGreaterThan(25);
  });

  // Each case is a small file named for its reason, with the whole message expected beside it.
  test.each(cases)('fault 25: says what is wrong and where: %s', (name) => {
    const path = resolve(REFUSED, name);
    const { message } = refusalOf(readFileSync(path, 'utf8'), name);
    expect(`${message}\n`).toBe(readFileSync(path.replace(/yaml$/, 'txt'), 'utf8'));
  });

  test('lists its problems in the order of the file', () => {
    const { problems } = refusalOf(readFileSync(resolve(REFUSED, 'several-problems.yaml'), 'utf8'));
    expect(problems.map(({ line }) => line)).toEqual([3, 7, 8, 8, 9]);
  });

  test('is found at the same place with a byte-order mark and CRLF line ends', () => {
    const text = withMonitor('csv: cpu.csv\nperiod: 300');
    const [plain] = refusalOf(text).problems;
    const [windows] = refusalOf(`\uFEFF${text.replaceAll('\n', '\r\n')}`).problems;
    expect(windows).toEqual(plain);
    expect(plain).toMatchObject({ line: 5, column: 13 });
  });

  test('is not read at all when it is far too large', () => {
    const { message } = refusalOf(`version: 1 ${'#'.repeat(5_000_000)}`);
    expect(message).toMatch(
      /^plumbline.yaml:1:1: expected at most 5000000 characters, got 5000011$/,
    );
  });
});

describe('a configuration that is accepted', () => {
  test("the article's two monitors, from where CloudWatch has them", () => {
    const { monitors } = parseConfig(read('../../../plumbline.yaml'));
    expect(monitors).toMatchObject([
      {
        name: 'EKS CPU Anomaly',
        source: {
          kind: 'cloudwatch',
          namespace: 'ContainerInsights',
          metric: 'pod_cpu_utilization',
          dimensions: { ClusterName: 'production-cluster' },
        },
        detector: { type: 'adaptive', periodMs: 300_000, timeZone: 'UTC' },
      },
      {
        name: 'ALB Latency Anomaly',
        source: { namespace: 'AWS/ApplicationELB', metric: 'TargetResponseTime' },
        direction: 'above',
      },
    ]);
  });

  test('the local example', () => {
    const { monitors, local } = parseConfig(read('../../../examples/local-run/plumbline.yaml'));
    expect(monitors.every(({ source }) => source.kind === 'csv')).toBe(true);
    expect(local).toEqual({ directory: '.plumbline', replayMs: 3 * 86_400_000 });
  });

  test('fills its defaults: five minutes, two weeks, the adaptive detector, twenty pages a week', () => {
    const { monitors, pagesPerWeek } = parseConfig(withMonitor('csv: cpu.csv'));
    expect(pagesPerWeek).toBe(20);
    expect(monitors[0]).toEqual({
      name: 'CPU',
      source: { kind: 'csv', path: 'cpu.csv' },
      periodMs: 300_000,
      settleMs: 0,
      trainingMs: 14 * 86_400_000,
      direction: 'both',
      sensitivity: 1,
      resolveAfterSamples: 3,
      rearmMs: 12 * 3_600_000,
      confirm: { flagged: 1, of: 1 },
      minEffect: {},
      repeatMs: 0,
      missing: 'missing',
      silentAfterMs: undefined,
      readEveryMs: 0,
      fallback: undefined,
      maxSeries: undefined,
      owner: undefined,
      runbook: undefined,
      topic: undefined,
      detector: { type: 'adaptive', periodMs: 300_000, timeZone: 'UTC' },
    });
  });

  test('fills the defaults of a detector that it names', () => {
    const { monitors } = parseConfig(
      withMonitor('csv: cpu.csv\ndetector: { type: isolation-forest }'),
    );
    expect(monitors[0]?.detector).toEqual({
      type: 'isolation-forest',
      contamination: 0.05,
      trees: 100,
      subsample: 256,
      seed: 42,
      engine: 'typed-array',
      warmupSamples: 100,
      periodMs: 300_000,
      windowSamples: 4032,
    });
  });

  test('has a policy for all monitors, of which each may say otherwise', () => {
    const text = `
version: 1
pagesPerWeek: 3.5
defaults:
  timeZone: America/New_York
  sensitivity: 0.5
  rearm: 2h
  confirm: { flagged: 2, of: 3 }
  minEffect: { absolute: 10, relative: 0.1 }
monitors:
  - {name: a, csv: a.csv}
  - {name: c, csv: c.csv, rearm: 0s}
  - {name: b, csv: b.csv, timeZone: Europe/Zurich, sensitivity: 3, rearm: 1w, confirm: {flagged: 1, of: 1}, minEffect: {relative: 0.5}}
`;
    const config = parseConfig(text);
    expect(config.pagesPerWeek).toBe(3.5);
    expect(config.monitors).toMatchObject([
      {
        sensitivity: 0.5,
        rearmMs: 2 * 3_600_000,
        confirm: { flagged: 2, of: 3 },
        minEffect: { absolute: 10, relative: 0.1 },
        detector: { timeZone: 'America/New_York' },
      },
      { rearmMs: 0, minEffect: { absolute: 10, relative: 0.1 } },
      {
        sensitivity: 3,
        rearmMs: 7 * 86_400_000,
        confirm: { flagged: 1, of: 1 },
        detector: { timeZone: 'Europe/Zurich' },
      },
    ]);
    // One policy is not mixed with another: what a monitor does not name is not asked of it.
    expect(config.monitors[2]?.minEffect).toEqual({ relative: 0.5 });
  });

  test('re-arms at once where somebody has set a limit, unless told otherwise', () => {
    const limit = 'csv: disk.csv\ndetector: { type: static-threshold, above: 90 }';
    expect(parseConfig(withMonitor(limit)).monitors[0]?.rearmMs).toBe(0);
    expect(parseConfig(withMonitor(`${limit}\nrearm: 2h`)).monitors[0]?.rearmMs).toBe(7_200_000);
  });

  test.each(['1d', '1h', '1m'])(
    'the adaptive detector needs no window of its own at %s',
    (period) => {
      const { monitors } = parseConfig(withMonitor(`csv: cpu.csv\nperiod: ${period}\nwindow: 1h`));
      expect(monitors[0]?.detector.type).toBe('adaptive');
    },
  );

  test('lets a monitor say otherwise than the defaults', () => {
    const text = `
version: 1
defaults: {period: 1m, window: 2d, resolveAfterSamples: 5, detector: {type: z-score}}
monitors:
  - {name: a, csv: a.csv}
  - {name: b, csv: b.csv, period: 1h, window: 2w, resolveAfterSamples: 1, detector: {type: static-threshold, above: 80}}
`;
    expect(parseConfig(text).monitors).toMatchObject([
      { periodMs: 60_000, resolveAfterSamples: 5, detector: { threshold: 3, windowSamples: 2880 } },
      { periodMs: 3_600_000, resolveAfterSamples: 1, trainingMs: 0, detector: { above: 80 } },
    ]);
  });

  test.each([
    ['Average', 'both'],
    ['Sum', 'both'],
    ['Maximum', 'above'],
    ['p99', 'above'],
    ['p99.9', 'above'],
    ['Minimum', 'below'],
  ])('watches the side on which %s means trouble: %s', (statistic, direction) => {
    const metric = `metric: {namespace: AWS/EC2, name: CPUUtilization, statistic: ${statistic}}`;
    expect(parseConfig(withMonitor(metric)).monitors[0]).toMatchObject({ direction });
  });

  test('a metric may be elsewhere, in percentiles of enough samples, and told to a topic of its own', () => {
    const { monitors } = parseConfig(
      withMonitor(`metric:
  namespace: AWS/ApplicationELB
  name: TargetResponseTime
  dimensions: { LoadBalancer: "*" }
  statistic: p99
  minSamples: 100
region: eu-central-1
role: arn:aws:iam::123456789012:role/plumbline-read
topic: arn:aws:sns:eu-central-1:123456789012:checkout`),
    );
    expect(monitors[0]).toMatchObject({
      source: {
        kind: 'cloudwatch',
        minSamples: 100,
        region: 'eu-central-1',
        role: 'arn:aws:iam::123456789012:role/plumbline-read',
      },
      topic: 'arn:aws:sns:eu-central-1:123456789012:checkout',
      maxSeries: 100,
    });
  });

  test('an expression names its metrics, and what comes out', () => {
    const { monitors } = parseConfig(
      withMonitor(`expression:
  label: error rate
  formula: 100 * errors / requests
  metrics:
    errors: { namespace: AWS/Lambda, name: Errors, statistic: Sum }
    requests: { namespace: AWS/Lambda, name: Invocations, statistic: Sum }`),
    );
    expect(monitors[0]?.source).toEqual({
      kind: 'cloudwatch-expression',
      label: 'error rate',
      expression: '100 * errors / requests',
      metrics: {
        errors: { namespace: 'AWS/Lambda', metric: 'Errors', dimensions: {}, statistic: 'Sum' },
        requests: {
          namespace: 'AWS/Lambda',
          metric: 'Invocations',
          dimensions: {},
          statistic: 'Sum',
        },
      },
    });
  });

  test.each([
    ['csv: cpu.csv', 0],
    ['metric: { namespace: AWS/EC2, name: CPUUtilization }', 600_000],
    ['metric: { namespace: AWS/EC2, name: CPUUtilization }\nperiod: 1m', 120_000],
    ['metric: { namespace: AWS/EC2, name: CPUUtilization }\nsettle: 3m', 180_000],
    ['metric: { namespace: AWS/CloudFront, name: Requests }\nperiod: 1m', 600_000],
    ['metric: { namespace: AWS/CloudFront, name: Requests }\nperiod: 1h', 7_200_000],
  ])('leaves samples to settle: %s', (source, settleMs) => {
    expect(parseConfig(withMonitor(source)).monitors[0]).toMatchObject({ settleMs });
  });

  test('is plain JSON, so that it can travel with a deployment', () => {
    const config = parseConfig(read('../../../plumbline.yaml'));
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  });
});
