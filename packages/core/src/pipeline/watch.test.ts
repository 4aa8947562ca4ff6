import { describe, expect, test } from 'vitest';
import type { MetricLocator, MetricSource } from '../ports/metric-source.ts';
import { MONITOR } from '../testing/scenario.ts';
import { watchMonitors } from './watch.ts';

const LOCATOR: MetricLocator = {
  kind: 'cloudwatch',
  namespace: 'AWS/EC2',
  metric: 'CPUUtilization',
  dimensions: { InstanceId: '*' },
  statistic: 'Average',
  region: 'eu-central-1',
};

/** A source in which the metric exists for these instances. */
function sourceWith(discover: (locator: MetricLocator) => readonly string[]): MetricSource {
  return {
    read: async () => [],
    discover: async (locator) =>
      discover(locator).map((id) => ({ id, locator, metric: 'CPUUtilization', resource: id })),
  };
}

const monitors = ['one', 'two'].map((name) => ({ ...MONITOR, name, source: LOCATOR }));

describe('watchMonitors', () => {
  test('gives the series of each monitor, in their order', async () => {
    const { watched, notes } = await watchMonitors(
      monitors,
      sourceWith(() => ['i-1', 'i-2']),
    );
    expect(watched.map(({ monitor, series }) => `${monitor.name} ${series.id}`)).toEqual([
      'one i-1',
      'one i-2',
      'two i-1',
      'two i-2',
    ]);
    expect(notes).toEqual([]);
  });

  test('says which monitor finds nothing', async () => {
    const { watched, notes } = await watchMonitors(
      monitors.slice(0, 1),
      sourceWith(() => []),
    );
    expect(watched).toEqual([]);
    expect(notes).toEqual([
      {
        kind: 'nothing-found',
        monitor: 'one',
        message: 'nothing matches AWS/EC2 CPUUtilization InstanceId=* Average (eu-central-1)',
      },
    ]);
  });

  test('says that what was found may not be all, and goes on with it', async () => {
    const source: MetricSource = {
      ...sourceWith(() => ['i-1']),
      async discover(locator, { onIncomplete } = {}) {
        onIncomplete?.({ reason: 'as of an hour ago', retryable: true });
        return [{ id: 'i-1', locator, metric: 'CPUUtilization', resource: 'i-1' }];
      },
    };
    const { watched, notes } = await watchMonitors(monitors.slice(0, 1), source);
    expect(watched).toHaveLength(1);
    expect(notes).toEqual([
      {
        kind: 'discovery-incomplete',
        monitor: 'one',
        message: 'as of an hour ago',
        retryable: true,
      },
    ]);
  });

  test('takes a quarter of the time that is left, and no more', async () => {
    let left = 1000;
    const seen: number[] = [];
    const source: MetricSource = {
      ...sourceWith(() => []),
      async discover(_, { remainingMs = () => Number.NaN } = {}) {
        seen.push(remainingMs());
        left -= 200;
        seen.push(remainingMs());
        return [];
      },
    };
    await watchMonitors(monitors.slice(0, 1), source, { remainingMs: () => left });
    expect(seen).toEqual([250, 50]);
  });

  test('has no end of time unless told', async () => {
    const seen: (number | undefined)[] = [];
    const source: MetricSource = {
      ...sourceWith(() => []),
      async discover(_, { remainingMs } = {}) {
        seen.push(remainingMs?.());
        return [];
      },
    };
    await watchMonitors(monitors.slice(0, 1), source);
    expect(seen).toEqual([Number.POSITIVE_INFINITY]);
  });

  test.each([
    [
      'an error that says that a retry helps',
      Object.assign(new Error('x'), { retryable: true }),
      true,
    ],
    [
      'an error that says that none does',
      Object.assign(new Error('x'), { retryable: false }),
      false,
    ],
    ['an error that does not say', new Error('x'), true],
    ['what is no error', 'x', true],
  ])('of %s it is told whether it may pass by itself', async (_, thrown, retryable) => {
    const source: MetricSource = {
      ...sourceWith(() => []),
      discover: () => Promise.reject(thrown),
    };
    const { notes } = await watchMonitors(monitors.slice(0, 1), source);
    expect(notes).toEqual([{ kind: 'discovery-failed', monitor: 'one', message: 'x', retryable }]);
  });

  test('a monitor that cannot look says whether a retry helps, and the others go on', async () => {
    const denied = Object.assign(new Error('not allowed to list metrics'), { retryable: false });
    let calls = 0;
    const source = sourceWith(() => {
      calls += 1;
      if (calls === 1) throw denied;
      return ['i-1'];
    });
    const { watched, notes } = await watchMonitors(monitors, source);
    expect(watched.map(({ monitor }) => monitor.name)).toEqual(['two']);
    expect(notes).toEqual([
      {
        kind: 'discovery-failed',
        monitor: 'one',
        message: 'not allowed to list metrics',
        retryable: false,
      },
    ]);
  });
});
