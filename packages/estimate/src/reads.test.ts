import { parseConfig } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { listRequests, metricsRead } from './reads.ts';
import { configWith, fleet } from './testing/configs.ts';

/** Slots of five minutes in thirty days. */
const SLOTS = 12 * 24 * 30;

const METRIC =
  'namespace: AWS/ApplicationELB, name: TargetResponseTime, dimensions: {LoadBalancer: app/a/b}';

/** What these monitors are read for together, a month. */
function readOf(monitors: string, deploy = '{}'): number {
  const config = parseConfig(`version: 1\ndeploy: ${deploy}\nmonitors:\n${monitors}`);
  return metricsRead(config).reduce((sum, one) => sum + one, 0);
}

function statistics(...names: readonly string[]): string {
  return names
    .map((name) => `  - {name: ${name}, metric: {${METRIC}, statistic: ${name}}}\n`)
    .join('');
}

describe('what GetMetricData is asked for', () => {
  test('is a metric in each slot of five minutes: 8,640 a month', () => {
    expect(metricsRead(configWith())).toEqual([8640]);
  });

  test('is each series that dimensions of * find', () => {
    expect(metricsRead(fleet(40))).toEqual([40 * SLOTS]);
  });

  test.each([
    ['warm, four times an hour', 'tier: warm', '{}', SLOTS / 3],
    ['cold, once an hour', 'tier: cold', '{}', SLOTS / 12],
    ['a period of an hour, when it has ended', 'period: 1h', '{}', 720],
    ['a period of a minute, once a slot', 'period: 1m', '{}', SLOTS],
    ['a period of a minute in slots of one', 'period: 1m', '{schedule: 1m}', 43_200],
    ['a slow schedule, once a run', 'tier: warm', '{schedule: 30m}', 1440],
    ['a tier that is faster than the period', 'tier: warm, period: 1h', '{}', 720],
  ])('is, of %s', (_, keys, deploy, expected) => {
    expect(readOf(`  - {name: a, metric: {${METRIC}}, ${keys}}\n`, deploy)).toBe(expected);
  });

  test('is one metric for up to five of its statistics, and two for six', () => {
    const five = statistics('Average', 'Sum', 'Minimum', 'Maximum', 'p99');
    expect(readOf(five)).toBe(SLOTS);
    expect(readOf(five + statistics('p50'))).toBe(2 * SLOTS);
  });

  test('is shared by monitors that share it, and by no others', () => {
    const [average, maximum] = [statistics('Average'), statistics('Maximum')];
    const config = parseConfig(`version: 1\nmonitors:\n${average}${maximum}`);
    expect(metricsRead(config)).toEqual([SLOTS / 2, SLOTS / 2]);
    const warm = maximum.replace('}}', '}, tier: warm}');
    expect(readOf(average + warm)).toBe(SLOTS + SLOTS / 3);
    const elsewhere = maximum.replace('}}', '}, region: eu-west-1}');
    expect(readOf(average + elsewhere)).toBe(2 * SLOTS);
    const finer = maximum.replace('}}', '}, period: 1m}');
    expect(readOf(average + finer)).toBe(2 * SLOTS);
  });

  test('is not shared across shards, for a hash puts monitors into any of them', () => {
    expect(readOf(statistics('Average', 'Maximum'), '{shards: 2}')).toBe(2 * SLOTS);
  });

  test('is no more for samples that have to rest on enough measurements', () => {
    expect(readOf(`  - {name: a, metric: {${METRIC}, statistic: p99, minSamples: 100}}\n`)).toBe(
      SLOTS,
    );
  });

  test('is each operand of an expression, and one that it shares with a monitor once', () => {
    const operand = (name: string, statistic = 'Sum'): string =>
      `{namespace: AWS/ApplicationELB, name: ${name}, dimensions: {LoadBalancer: app/a/b}, statistic: ${statistic}}`;
    const rate = `  - name: Errors
    expression:
      label: error rate
      formula: 100 * errors / requests
      metrics: {errors: ${operand('HTTPCode_Target_5XX_Count')}, requests: ${operand('RequestCount')}}
`;
    expect(readOf(rate)).toBe(2 * SLOTS);
    expect(
      readOf(`${rate}  - {name: r, metric: ${operand('RequestCount', 'SampleCount')}}\n`),
    ).toBe(2 * SLOTS);
  });
});

describe('what ListMetrics is asked for', () => {
  const requests = (found: number, deploy = '{}'): number =>
    listRequests(fleet(found, deploy), () => found);

  test('is nothing where every metric is named', () => {
    expect(listRequests(configWith(), () => 1)).toBe(0);
  });

  test('is a page for 500 metrics, every 15 minutes: 2,880 a month', () => {
    expect(requests(40)).toBe(2880);
    expect(requests(500)).toBe(2880);
    expect(requests(501)).toBe(2 * 2880);
    expect(requests(0)).toBe(2880);
  });

  test('is in whole slots, each of them where a slot is longer', () => {
    expect(requests(1, '{schedule: 10m}')).toBe(2160); // every 20 minutes
    expect(requests(1, '{schedule: 1h}')).toBe(720);
  });

  test('is at most one in each slot with several shards', () => {
    expect(requests(1000, '{shards: 2}')).toBe(2 * SLOTS);
  });
});
