import { join } from 'node:path';
import type { CloudWatchMetric, Monitor } from '@plumbline/core';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-function.ts';
import { exampleSeries } from './example-series.ts';

const MINUTE = 60_000;
const SLOT = Date.UTC(2026, 0, 31, 12, 3);
const METRIC: CloudWatchMetric = {
  namespace: 'N',
  metric: 'm',
  dimensions: { Host: '*' },
  statistic: 'Average',
};

function monitorOf(changes: Partial<Monitor> = {}): Monitor {
  return {
    name: 'one',
    source: { kind: 'cloudwatch', ...METRIC },
    periodMs: 5 * MINUTE,
    settleMs: 10 * MINUTE,
    trainingMs: 7 * 24 * 60 * MINUTE,
    detector: { type: 'z-score' },
    direction: 'both',
    resolveAfterSamples: 3,
    ...changes,
  };
}

/** A file of these rows, a minute apart. */
function fileOf(values: readonly number[]): string {
  const rows = values.map((value, i) => `2020-01-01T00:${String(i).padStart(2, '0')}:00Z,${value}`);
  const folder = temporaryFolder({ 'data.csv': ['timestamp,value', ...rows].join('\n') });
  return join(folder, 'data.csv');
}

const at = (monitor: Monitor, data?: string) =>
  exampleSeries([monitor], { slot: SLOT, region: 'us-east-1', data })[0]!;

test('the labelled anomaly is the newest settled sample, with a week before it', () => {
  const { metrics, description } = at(monitorOf());
  const [{ timestamps, values } = { timestamps: [], values: [] }] = metrics;

  // 12:03 less 10 minutes of settling is within the period from 11:50, and the last whole one is 11:45.
  expect(timestamps.at(-1)).toBe(Date.UTC(2026, 0, 31, 11, 45));
  expect(values.at(-1)).toBe(25.1033);
  expect(timestamps.length).toBeGreaterThan(2000);
  expect(new Set(timestamps).size).toBe(timestamps.length);
  expect(description).toContain(
    '2014-02-25T07:15:00Z, a labelled anomaly, is now 2026-01-31T11:45',
  );
});

test('monitors have different series, one that looks below a fall', () => {
  const options = { slot: SLOT, region: 'us-east-1' };
  const source = (metric: string) => ({ kind: 'cloudwatch', ...METRIC, metric }) as const;
  const monitors = [
    monitorOf({ source: source('a') }),
    monitorOf({ source: source('b') }),
    monitorOf({ source: source('c'), direction: 'below' }),
  ];

  const ends = exampleSeries(monitors, options).map(({ metrics }) => metrics[0]?.values.at(-1));

  expect(ends).toEqual([25.1033, 656, 1.334]);
});

test('two monitors of one metric share one series', () => {
  const source = { kind: 'cloudwatch', ...METRIC, statistic: 'Maximum' } as const;
  const options = { slot: SLOT, region: 'us-east-1' };

  const [first, second] = exampleSeries([monitorOf(), monitorOf({ source })], options);

  expect(first?.metrics).toHaveLength(1);
  expect(second).toEqual({ metrics: [], description: 'as put for a monitor above' });
});

test('a file of the caller ends with its last row, a row to a period of the monitor', () => {
  const { metrics } = at(monitorOf({ trainingMs: 10 * MINUTE }), fileOf([1, 2, 3, 4, 5]));

  expect(metrics).toEqual([
    {
      namespace: 'N',
      metric: 'm',
      dimensions: { Host: 'example' },
      region: 'us-east-1',
      timestamps: [30, 35, 40, 45].map((minute) => Date.UTC(2026, 0, 31, 11, minute)),
      values: [2, 3, 4, 5],
      counts: [1, 1, 1, 1],
    },
  ]);
});

test('a number of measurements is put as so many, a percentile rests on many', () => {
  const countsFor = (statistic: string) =>
    at(monitorOf({ source: { kind: 'cloudwatch', ...METRIC, statistic } }), fileOf([7])).metrics[0]
      ?.counts;

  expect(countsFor('SampleCount')).toEqual([7]);
  expect(countsFor('p99')).toEqual([100]);
});

test('of an expression one metric varies, where the expression is read', () => {
  const source = {
    kind: 'cloudwatch-expression',
    expression: 'errors / requests',
    metrics: { errors: { ...METRIC, metric: 'e' }, requests: { ...METRIC, metric: 'r' } },
    label: 'rate',
    region: 'eu-west-1',
  } as const;

  const { metrics } = at(monitorOf({ source }), fileOf([5, 6]));

  expect(metrics.map(({ metric, values, region }) => [metric, values, region])).toEqual([
    ['e', [5, 6], 'eu-west-1'],
    ['r', [1, 1], 'eu-west-1'],
  ]);
});

test.each([
  ['no file', () => 'no.csv', 'cannot use the data of no.csv: ENOENT'],
  [
    'no columns',
    () => join(temporaryFolder({ a: 'x' }), 'a'),
    'expected the columns timestamp and value, found "x"',
  ],
  ['no rows', () => fileOf([]), 'expected rows of timestamp,value, got none'],
])('data that cannot be used is refused: %s', (_, file, message) => {
  const data = file();

  expect(() => at(monitorOf(), data)).toThrow(message);
});
