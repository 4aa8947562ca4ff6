import { describe, expect, test } from 'vitest';
import { configWith, synthesised, tf } from './testing/synthesised.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A metric as the page of AWS has it: namespace, name, dimension and its value, and how it is drawn. */
type Metric = readonly [string, string, string, string, Readonly<Record<string, unknown>>];

const plain = synthesised(configWith('{region: eu-west-1}'));
const sharded = synthesised(configWith('{shards: 4, schedule: 15m}'));

function bodyOf(stack: typeof plain) {
  const { dashboard_body } = stack.resource('aws_cloudwatch_dashboard', 'dashboard');
  return JSON.parse(String(dashboard_body)) as {
    readonly start: string;
    readonly periodOverride: string;
    readonly widgets: readonly Widget[];
  };
}

const graphsOf = (stack: typeof plain) =>
  bodyOf(stack).widgets.filter(({ type }) => type === 'metric');
const metricsOf = (stack: typeof plain): readonly Metric[] =>
  graphsOf(stack).flatMap(({ properties }) => properties.metrics as Metric[]);
const namesOf = (stack: typeof plain, namespace: string): string[] =>
  metricsOf(stack).flatMap(([space, name]) => (space === namespace ? [name] : []));

describe('the dashboard', () => {
  test('is named as the function', () => {
    expect(plain.resource('aws_cloudwatch_dashboard', 'dashboard').dashboard_name).toBe(
      'infrastructure-anomaly-detector',
    );
  });

  test('shows what becomes of series, samples, alerts and runs', () => {
    expect(namesOf(plain, 'Plumbline')).toEqual([
      'SeriesWatched',
      'SeriesRead',
      'SeriesFailed',
      'SeriesLeft',
      'SeriesLate',
      'SamplesScored',
      'SamplesRefused',
      'AlertsFired',
      'AlertsPaged',
      'AlertsResolved',
      'NotificationsPending',
      'OutboxAge',
      'Heartbeat',
      'RunTime',
    ]);
    expect(namesOf(plain, 'AWS/Lambda')).toEqual(['Errors', 'Throttles', 'Duration']);
  });

  test('shows the depth of every queue of the stack', () => {
    for (const stack of [plain, sharded]) {
      const shown = metricsOf(stack).flatMap(([space, , , queue]) =>
        space === 'AWS/SQS' ? [queue] : [],
      );
      const queues = Object.values(stack.resources('aws_sqs_queue')).map(({ name }) => name);
      expect([...new Set(shown)].sort()).toEqual(queues.sort());
    }
  });

  test('shows the state of every alarm of the stack', () => {
    for (const stack of [plain, sharded]) {
      const first = bodyOf(stack).widgets[0]!;
      const alarms = Object.keys(stack.resources('aws_cloudwatch_metric_alarm'));
      expect(first.type).toBe('alarm');
      expect([...(first.properties.alarms as string[])].sort()).toEqual(
        alarms.map((name) => tf(`aws_cloudwatch_metric_alarm.${name}.arn`)).sort(),
      );
    }
  });

  test('adds up what the shards count, and of one shard takes a run for a run', () => {
    const drawn = (stack: typeof plain, wanted: string): unknown =>
      metricsOf(stack).find(([, name]) => name === wanted)?.[4].stat;
    expect(drawn(plain, 'SeriesWatched')).toBe('Maximum');
    expect(drawn(sharded, 'SeriesWatched')).toBe('Sum');
    expect(drawn(sharded, 'OutboxAge')).toBe('Maximum');
    const heartbeats = graphsOf(sharded).find(
      ({ properties }) => properties.title === 'Heartbeats',
    );
    expect(heartbeats?.properties.annotations).toMatchObject({ horizontal: [{ value: 4 }] });
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
  test('is what CloudWatch takes', () => {
    for (const [stack, region, period] of [
      [plain, 'eu-west-1', 300],
      [sharded, 'us-east-1', 900],
    ] as const) {
      const { start, periodOverride, widgets } = bodyOf(stack);
      expect(start).toMatch(/^-P(\d+[DW]|T\d+[HM])$/);
      expect(['auto', 'inherit']).toContain(periodOverride);
      for (const { x, y, width, height } of widgets) {
        for (const size of [x, y, width, height]) expect(Number.isInteger(size)).toBe(true);
        expect(width).toBeGreaterThan(0);
        expect(x + width).toBeLessThanOrEqual(24);
      }
      for (const { properties } of graphsOf(stack)) {
        expect(properties).toMatchObject({ region, period, view: 'timeSeries' });
        expect(String(properties.title)).not.toBe('');
      }
      for (const [namespace, name, dimension, value, drawn] of metricsOf(stack)) {
        for (const part of [namespace, name, dimension, value]) expect(part).toMatch(/^[\w/-]+$/);
        expect(['Sum', 'Maximum']).toContain(drawn.stat);
      }
    }
  });

  test('has no two widgets in one place', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of bodyOf(sharded).widgets) {
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          expect(taken).not.toContain(`${column}/${row}`);
          taken.add(`${column}/${row}`);
        }
      }
    }
  });

  test('is not made for those who do not want it', () => {
    const without = synthesised(configWith('{dashboard: false}'));
    expect(without.resources('aws_cloudwatch_dashboard')).toEqual({});
  });
});
