import { parseArgs } from 'node:util';

const USAGE = `pnpm bench:paper [--cpu SECONDS] [--wait SECONDS] [--memory MB]

  what estates of 1,000 to 100,000 series cost a month, and how long a slot takes, from what one shard
  of 500 series takes: CPU on a whole core, and waiting for AWS
`;

/** Of us-east-1, USD, without free tiers; November 2026. */
const PRICES = {
  /** @see https://aws.amazon.com/cloudwatch/pricing/ for each metric that GetMetricData is asked for */
  metricRead: 0.01 / 1000,
  customMetric: 0.3,
  alarm: 0.1,
  dashboard: 3,
  logGigabyte: 0.5,
  /** An alarm of CloudWatch's own anomaly detection: three metrics of standard resolution. */
  anomalyAlarm: 0.3,
  /** @see https://aws.amazon.com/lambda/pricing/ on arm64 */
  gigabyteSecond: 0.000_013_333_4,
  invocation: 0.2 / 1_000_000,
  /** @see https://aws.amazon.com/s3/pricing/ */
  put: 0.005 / 1000,
  get: 0.0004 / 1000,
  /** @see https://aws.amazon.com/sqs/pricing/ */
  queueRequest: 0.4 / 1_000_000,
} as const;

const SLOTS_A_MONTH = (30 * 24 * 60) / 5;
const SERIES_PER_SHARD = 500;
/** A Lambda has a whole core at this memory, and less in proportion. */
const WHOLE_CORE_MB = 1769;
/** What the function says of a run, and what CloudWatch adds: docs/deploy.md lists the metrics. */
const LOG_BYTES_A_RUN = 2_500;
const CUSTOM_METRICS = 22;
const ALARMS = 8;

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    cpu: { type: 'string', default: '0.45' },
    wait: { type: 'string', default: '1' },
    memory: { type: 'string', default: '256' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [cpuSeconds, waitSeconds, memoryMb] = [values.cpu, values.wait, values.memory].map(
  Number,
) as [number, number, number];

/** A shard in a slot, on the share of a core that its memory brings. */
const shardSeconds = waitSeconds + cpuSeconds / Math.min(1, memoryMb / WHOLE_CORE_MB);
console.log(
  `a shard of ${SERIES_PER_SHARD} series in a slot: ${shardSeconds.toFixed(1)} s with ${memoryMb} MB\n`,
);
const head = [
  'series',
  'shards',
  'reads',
  '15 min',
  '60 min',
  'Lambda',
  'S3',
  'other',
  'all, hot',
  "AWS's own",
  'min. workers',
];
const rows = [1_000, 10_000, 100_000].map(rowOf);
const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]!.length)));
for (const row of [head, ...rows]) {
  console.log(row.map((cell, i) => cell.padStart(widths[i]!)).join('  '));
}

function rowOf(series: number): string[] {
  const shards = Math.ceil(series / SERIES_PER_SHARD);
  const runs = shards * SLOTS_A_MONTH;
  const reads = series * SLOTS_A_MONTH * PRICES.metricRead;
  const lambda =
    runs * ((memoryMb / 1024) * shardSeconds * PRICES.gigabyteSecond + PRICES.invocation);
  // State read and written by each shard, its plan by the planner; silences and the desk once a slot.
  const s3 = runs * (PRICES.put + 2 * PRICES.get) + SLOTS_A_MONTH * 2 * PRICES.get;
  const other =
    runs * (3 * PRICES.queueRequest + (LOG_BYTES_A_RUN / 1e9) * PRICES.logGigabyte) +
    CUSTOM_METRICS * PRICES.customMetric +
    ALARMS * PRICES.alarm +
    PRICES.dashboard;
  const dollars = (amount: number): string =>
    amount.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return [
    series.toLocaleString('en-US'),
    String(shards),
    dollars(reads),
    dollars(reads / 3),
    dollars(reads / 12),
    dollars(lambda),
    dollars(s3),
    dollars(other),
    dollars(reads + lambda + s3 + other),
    dollars(series * PRICES.anomalyAlarm),
    // All shards of a slot within half of it.
    String(Math.ceil((shards * shardSeconds) / 150)),
  ];
}
