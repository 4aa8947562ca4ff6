import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Note, RunCounts } from '@plumbline/core';
import { describe, expect, test, vi } from 'vitest';
import { countFailedMonitors, countNotes, logNotes, publishCounts, publishPlan } from './report.ts';

const WEB = '["cpu","cloudwatch://us-east-1/Shop/cpu?Host=web#Average"]';
const DB = '["cpu","cloudwatch://us-east-1/Shop/cpu?Host=db#Average"]';

/** What is logged of these notes: level, message and details of each line. */
function logged(notes: readonly Note[]): readonly unknown[][] {
  const lines: unknown[][] = [];
  const write =
    (level: string) =>
    (...parts: unknown[]) =>
      lines.push([level, ...parts]);
  logNotes({ info: write('INFO'), warn: write('WARN') }, notes);
  return lines;
}

describe('the log', () => {
  test('has a line for each thing there is to say, naming monitors and series', () => {
    const message = 'Throttled; next run';
    const failure = { kind: 'read-failed', message, retryable: true } as const;
    expect(
      logged([
        { ...failure, series: WEB },
        { kind: 'nothing-found', monitor: 'queues', message: 'nothing matches' },
        { ...failure, series: DB },
      ]),
    ).toEqual([
      [
        'WARN',
        message,
        {
          kind: 'read-failed',
          retryable: true,
          concerned: [
            'cpu: cloudwatch://us-east-1/Shop/cpu?Host=web#Average',
            'cpu: cloudwatch://us-east-1/Shop/cpu?Host=db#Average',
          ],
          concernedCount: 2,
        },
      ],
      [
        'WARN',
        'nothing matches',
        { kind: 'nothing-found', concerned: ['queues'], concernedCount: 1 },
      ],
    ]);
  });

  test('has two lines for one kind with two messages', () => {
    const notes: Note[] = ['Throttled', 'Forbidden'].map((message) => {
      return { kind: 'read-failed', series: WEB, message };
    });
    expect(logged(notes).map(([, message]) => message)).toEqual(['Throttled', 'Forbidden']);
  });

  test('names a few of many series, and counts them', () => {
    const notes = Array.from({ length: 40 }, (_, i): Note => {
      return { kind: 'left', series: `["cpu","${i}"]`, message: 'no time left' };
    });
    expect(logged(notes)).toEqual([
      [
        'WARN',
        'no time left',
        {
          kind: 'left',
          concerned: ['cpu: 0', 'cpu: 1', 'cpu: 2', 'cpu: 3', 'cpu: 4'],
          concernedCount: 40,
        },
      ],
    ]);
  });

  test('says how things are without alarm', () => {
    const kinds = ['read-partial', 'muted', 'shard-divided', 'samples-refused'] as const;
    const levels = kinds.map((kind) => logged([{ kind, message: 'so it is' }])[0]?.[0]);
    expect(levels).toEqual(['INFO', 'INFO', 'INFO', 'WARN']);
  });

  test('warns of a budget of pages that is overspent', () => {
    const message = '30 pages in the last 7 days, the budget is 20';
    expect(logged([{ kind: 'budget-overspent', message }])).toEqual([
      ['WARN', message, { kind: 'budget-overspent' }],
    ]);
  });

  test('of a note about the shard names no series', () => {
    expect(logged([{ kind: 'commit-lost', message: 'another run was first' }])).toEqual([
      ['WARN', 'another run was first', { kind: 'commit-lost' }],
    ]);
  });

  test('has nothing to say of nothing', () => {
    expect(logged([])).toEqual([]);
  });
});

test('notes are counted by their kind', () => {
  const kinds = ['left', 'read-failed', 'left'] as const;
  expect(countNotes(kinds.map((kind) => ({ kind, message: '' })))).toEqual({
    left: 2,
    'read-failed': 1,
  });
  expect(countNotes([])).toEqual({});
});

test('a monitor has failed when somebody has to do something, and not while it may pass', () => {
  const message = 'so it is';
  expect(
    countFailedMonitors([
      { kind: 'discovery-failed', monitor: 'a', message, retryable: true },
      { kind: 'discovery-failed', monitor: 'b', message, retryable: false },
      { kind: 'discovery-incomplete', monitor: 'c', message, retryable: true },
      { kind: 'discovery-incomplete', monitor: 'd', message, retryable: false },
      { kind: 'nothing-found', monitor: 'e', message },
    ]),
  ).toBe(3);
});

const COUNTS: RunCounts = {
  series: 3,
  due: 3,
  read: 2,
  failed: 1,
  left: 0,
  throttled: 2,
  late: 0,
  samples: 2,
  refused: 4,
  scored: 2,
  noOpinion: 0,
  fired: 3,
  paged: 2,
  worsened: 1,
  resolved: 0,
  silent: 2,
  unseen: 1,
  muted: 4,
  delivered: 0,
  outbox: 1,
  outboxAgeMs: 300_000,
};

/** Minutes ago: CloudWatch takes no figures that are older than two weeks. */
const SLOT = Math.floor(Date.now() / 300_000) * 300_000 - 300_000;

/** What stdout gets of a run's figures. */
function published(counts: Partial<RunCounts>, monitors = 3, monitorsFailed = 0): EmbeddedMetrics {
  const all = { ...COUNTS, ...counts };
  const figures = { slot: SLOT, monitors, monitorsFailed, counts: all, runMs: 120.5 };
  return lineOf((metrics) => publishCounts(metrics, figures));
}

/** The one line that is written when something is published. */
function lineOf(publish: (metrics: Metrics) => void): EmbeddedMetrics {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    publish(new Metrics({ namespace: 'Plumbline', serviceName: 'watcher' }));
    const lines = written.mock.calls.map(([text]) => String(text));
    expect(lines).toHaveLength(1);
    return JSON.parse(lines[0]!) as EmbeddedMetrics;
  } finally {
    written.mockRestore();
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
interface EmbeddedMetrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [target: string]: unknown;
}

describe('the figures of a run', () => {
  test('are one line in the embedded metric format', () => {
    const { _aws, ...members } = published({});
    expect(_aws.Timestamp).toBe(SLOT); // also when the run ends in the next one
    expect(_aws.CloudWatchMetrics).toHaveLength(1);
    const [{ Namespace, Dimensions, Metrics: directives }] = _aws.CloudWatchMetrics as [
      EmbeddedMetrics['_aws']['CloudWatchMetrics'][number],
    ];
    expect(Namespace).toBe('Plumbline');
    expect(Dimensions).toEqual([['service']]);
    expect(members.service).toBe('watcher');
    // Every metric that is announced has its value beside it, and nothing else does.
    const names = directives.map(({ Name }) => Name);
    expect(Object.keys(members).sort()).toEqual([...names, 'service'].sort());
    for (const name of names) expect(members[name]).toBeTypeOf('number');
    // CloudWatch takes at most so many a line.
    expect(names.length).toBeLessThanOrEqual(100);
  });

  test('count a monitor that could not look among what failed', () => {
    expect(published({ failed: 2 }, 3, 1)).toMatchObject({ SeriesFailed: 3 });
  });

  test('have their units', () => {
    const [directive] = published({})._aws.CloudWatchMetrics;
    const units = Object.fromEntries(directive!.Metrics.map(({ Name, Unit }) => [Name, Unit]));
    const { RunTime, OutboxAge, ...others } = units;
    expect(RunTime).toBe('Milliseconds');
    expect(OutboxAge).toBe('Seconds');
    expect(new Set(Object.values(others))).toEqual(new Set(['Count']));
  });

  test('are those of the run', () => {
    expect(published({})).toMatchObject({
      Heartbeat: 1,
      SeriesWatched: 3,
      SeriesRead: 2,
      SeriesFailed: 1,
      SeriesLeft: 0,
      SeriesLate: 0,
      SamplesScored: 2,
      SamplesRefused: 4,
      AlertsFired: 3,
      AlertsPaged: 2,
      AlertsWorsened: 1,
      AlertsResolved: 0,
      ThrottledSeries: 2,
      SeriesSilent: 2,
      SeriesUnseen: 1,
      AlertsMuted: 4,
      NotificationsPending: 1,
      OutboxAge: 300,
      RunTime: 120.5,
    });
  });
});

describe('the heartbeat', () => {
  test.each([
    ['some of the series were read', { read: 1, failed: 2 }],
    ['nothing was due', { due: 0, read: 0, failed: 0 }],
  ])('beats when %s', (_, counts) => {
    expect(published(counts)).toMatchObject({ Heartbeat: 1 });
  });

  test('beats when there is nothing to watch, and nothing was to be watched', () => {
    expect(published({ series: 0, due: 0, read: 0 }, 0)).toMatchObject({ Heartbeat: 1 });
  });

  test('beats in a shard that happens to have no series', () => {
    const counts = { ...COUNTS, series: 0, due: 0, read: 0, failed: 0 };
    const figures = { slot: SLOT, monitors: 3, monitorsFailed: 0, counts, runMs: 1, isPart: true };
    expect(lineOf((metrics) => publishCounts(metrics, figures))).toMatchObject({ Heartbeat: 1 });
  });

  test.each([
    ['nothing could be read', { read: 0, failed: 3 }],
    ['the time did not suffice for any series', { read: 0, failed: 0, left: 3 }],
    ['the monitors have found no series at all', { series: 0, due: 0, read: 0, failed: 0 }],
  ])('is missing when %s', (_, counts) => {
    const figures = published(counts);
    expect(figures).not.toHaveProperty('Heartbeat');
    expect(JSON.stringify(figures._aws)).not.toContain('Heartbeat');
    expect(figures).toMatchObject({ SeriesRead: 0 });
  });
});

test('the figures of a planner have no heartbeat: each shard that is worked on has one', () => {
  const { _aws, ...members } = lineOf((metrics) =>
    publishPlan(metrics, {
      slot: SLOT,
      shards: 20,
      series: 9_800,
      monitorsFailed: 1,
      waiting: 3,
      ageMs: 90_000,
      runMs: 450,
    }),
  );
  expect(_aws.Timestamp).toBe(SLOT);
  expect(members).toEqual({
    service: 'watcher',
    ShardsPlanned: 20,
    SeriesPlanned: 9_800,
    SeriesFailed: 1,
    NotificationsPending: 3,
    OutboxAge: 90,
    PlanTime: 450,
  });
});
