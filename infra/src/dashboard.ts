import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import type { Deploy } from '@plumbline/config';
import type { Construct } from 'constructs';
import { type Alarms, UNTOLD_SECONDS } from './alarms.ts';
import { derivedNames, HEARTBEAT, METRICS } from './names.ts';

/** Of a grid of 24 columns; a row of graphs is three. */
const COLUMNS = 24;
const GRAPH = { width: COLUMNS / 3, height: 6 };
const ALARMS_HEIGHT = 4;

/** How far back it looks until somebody asks for more. */
const START = '-P1D';

/** Of the runs of a slot: all together, or the worst of them. */
type Statistic = 'Sum' | 'Maximum';

/** A line of a graph: a metric with its dimension, and how it is drawn. */
type Line = readonly [
  namespace: string,
  metric: string,
  dimension: string,
  value: string,
  drawn: { readonly stat: Statistic; readonly label: string; readonly yAxis?: 'left' | 'right' },
];

interface Graph {
  readonly title: string;
  readonly metrics: readonly Line[];
  /** A level to compare with. */
  readonly level?: {
    readonly label: string;
    readonly value: number;
    readonly yAxis?: 'left' | 'right';
  };
}

/** How Plumbline itself is doing, in one page: its alarms, its runs, the function, the queues. */
export function createDashboard(
  scope: Construct,
  deploy: Deploy,
  alarms: Alarms,
): CloudwatchDashboard {
  const arns = [...alarms.values()].map(({ arn }) => arn);
  return new CloudwatchDashboard(scope, 'dashboard', {
    dashboardName: derivedNames(deploy).dashboard,
    dashboardBody: JSON.stringify(bodyOf(deploy, arns)),
  });
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function bodyOf(deploy: Deploy, alarmArns: readonly string[]) {
  const graphs = [...graphsOfRuns(deploy), ...graphsOfFunction(deploy), ...graphsOfQueues(deploy)];
  return {
    start: START,
    periodOverride: 'inherit', // a slot stays a slot, however long the time that is looked at
    widgets: [
      {
        type: 'alarm',
        ...{ x: 0, y: 0, width: COLUMNS, height: ALARMS_HEIGHT },
        properties: { title: 'Alarms on Plumbline itself', alarms: alarmArns },
      },
      ...graphs.map((graph, i) => ({
        type: 'metric',
        x: (i * GRAPH.width) % COLUMNS,
        y: ALARMS_HEIGHT + Math.floor((i * GRAPH.width) / COLUMNS) * GRAPH.height,
        ...GRAPH,
        properties: propertiesOf(graph, deploy),
      })),
    ],
  };
}

function propertiesOf(
  { title, metrics, level }: Graph,
  { region, scheduleMinutes }: Deploy,
): Readonly<Record<string, unknown>> {
  const floor = { min: 0 };
  return {
    title,
    metrics,
    region,
    view: 'timeSeries',
    period: scheduleMinutes * 60,
    yAxis: { left: floor, right: floor },
    ...(level && { annotations: { horizontal: [level] } }),
  };
}

/** Metrics of the function's EMF line; docs/deploy.md has all of them. */
function graphsOfRuns(deploy: Deploy): readonly Graph[] {
  const { names, shards } = deploy;
  const line = (metric: string, label: string, stat: Statistic, yAxis?: 'right'): Line => [
    METRICS.namespace,
    metric,
    METRICS.dimension,
    names.function,
    { stat, label, ...(yAxis && { yAxis }) },
  ];
  // How many series there are is the same in every run of one shard, and adds up over several.
  const state = shards === 1 ? 'Maximum' : 'Sum';
  return [
    {
      title: 'Series',
      metrics: [line('SeriesWatched', 'watched', state), line('SeriesRead', 'read', 'Sum')],
    },
    {
      title: 'Series in trouble',
      metrics: [
        line('SeriesFailed', 'failed', state),
        line('SeriesLeft', 'left to the next run', state),
        line('SeriesLate', 'late', state),
      ],
    },
    {
      title: 'Samples',
      metrics: [
        line('SamplesScored', 'judged', 'Sum'),
        line('SamplesRefused', 'refused', 'Sum', 'right'),
      ],
    },
    {
      title: 'Alerts',
      metrics: [
        line('AlertsFired', 'fired', 'Sum'),
        line('AlertsPaged', 'paged', 'Sum'),
        line('AlertsResolved', 'resolved', 'Sum'),
      ],
    },
    {
      title: 'Waiting to be told',
      metrics: [
        line('NotificationsPending', 'alerts', state),
        line('OutboxAge', 'seconds that the oldest waits', 'Maximum', 'right'),
      ],
      level: { label: 'too long', value: UNTOLD_SECONDS, yAxis: 'right' },
    },
    {
      title: 'Heartbeats',
      metrics: [line(HEARTBEAT.metric, 'runs that could see', 'Sum')],
      level: { label: 'each slot', value: shards },
    },
    {
      title: 'Time of a run',
      metrics: [line('RunTime', 'ms of the longest', 'Maximum')],
      level: { label: 'timeout', value: deploy.timeoutSeconds * 1000 },
    },
  ];
}

function graphsOfFunction({ names }: Deploy): readonly Graph[] {
  const line = (metric: string, label: string, stat: Statistic): Line => [
    'AWS/Lambda',
    metric,
    'FunctionName',
    names.function,
    { stat, label },
  ];
  return [
    {
      title: 'Errors of the function',
      metrics: [line('Errors', 'errors', 'Sum'), line('Throttles', 'throttles', 'Sum')],
    },
    {
      title: 'Duration of the function',
      metrics: [line('Duration', 'ms of the longest', 'Maximum')],
    },
  ];
}

function graphsOfQueues(deploy: Deploy): readonly Graph[] {
  const names = derivedNames(deploy);
  const line = (queue: string, metric: string, label: string, yAxis?: 'right'): Line => [
    'AWS/SQS',
    metric,
    'QueueName',
    queue,
    { stat: 'Maximum', label, ...(yAxis && { yAxis }) },
  ];
  const visible = 'ApproximateNumberOfMessagesVisible';
  const sharded = deploy.shards > 1;
  const lost: Graph = {
    title: 'Lost',
    metrics: [
      line(names.undeliveredQueue, visible, 'not delivered to the function'),
      line(names.failedQueue, visible, 'failed for good'),
      ...(sharded ? [line(names.shardsFailedQueue, visible, 'shards failed for good')] : []),
    ],
  };
  if (!sharded) return [lost];
  const shards: Graph = {
    title: 'Shards to work on',
    metrics: [
      line(names.workQueue, visible, 'waiting'),
      line(
        names.workQueue,
        'ApproximateNumberOfMessagesNotVisible',
        'in work, or to be tried again',
      ),
      line(names.workQueue, 'ApproximateAgeOfOldestMessage', 'seconds of the oldest', 'right'),
    ],
  };
  return [lost, shards];
}
