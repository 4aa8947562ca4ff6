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

  test('watches no more series than the monitor may, and says how many it leaves out', async () => {
    const { watched, notes } = await watchMonitors(
      [{ ...monitors[0]!, maxSeries: 2 }],
      sourceWith(() => ['i-1', 'i-2', 'i-3']),
    );
    expect(watched.map(({ series }) => series.id)).toEqual(['i-1', 'i-2']);
    expect(notes).toMatchObject([
      {
        kind: 'too-many-series',
        message: '3 series match, 1 are not watched: raise maxSeries, or name fewer',
      },
    ]);
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
