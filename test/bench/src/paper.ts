import { parseArgs } from 'node:util';
import { type Config, parseConfig } from '@plumbline/config';
import { DEFAULT_PRICES, estimateBill, WHOLE_CORE_MB } from '@plumbline/estimate';

const USAGE = `pnpm bench:paper [--cpu SECONDS] [--wait SECONDS] [--memory MB]

  what estates of 1,000 to 100,000 series cost a month, and how long a slot takes, from what one shard
  of 500 series takes: CPU on a whole core, and waiting for AWS
`;

const SERIES_PER_SHARD = 500;
/** A monitor has no more. */
const SERIES_PER_MONITOR = 10_000;
/** As estates are deployed: docs/scale.md. */
const CONCURRENCY = 20;

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
  const { lines, tiers, instead } = estimateBill(estateOf(series, shards));
  const costOf = (...ids: readonly string[]): number =>
    lines.filter(({ id }) => ids.includes(id)).reduce((sum, { cost }) => sum + cost, 0);
  const invocations = lines.find(({ id }) => id === 'lambda-requests')!.amount;
  const [reads, ...slower] = tiers.map(({ readsCost }) => readsCost);
  // Measured instead of estimated; a planner is counted as a shard.
  const gigabyteSeconds = invocations * shardSeconds * (memoryMb / 1024);
  const lambda =
    gigabyteSeconds * DEFAULT_PRICES.lambda.arm64PerGbSecond + costOf('lambda-requests');
  const s3 = costOf('s3-writes', 's3-reads', 's3-stored');
  const known = costOf(
    ...['metrics-read', 'lambda-requests', 'lambda-seconds'],
    ...['s3-writes', 's3-reads', 's3-stored'],
  );
  const other = lines.reduce((sum, { cost }) => sum + cost, 0) - known;
  const dollars = (amount: number): string =>
    amount.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return [
    series.toLocaleString('en-US'),
    String(shards),
    ...[reads!, ...slower].map(dollars),
    dollars(lambda),
    dollars(s3),
    dollars(other),
    dollars(reads! + lambda + s3 + other),
    dollars(instead.anomalyAlarms.cost),
    // All shards of a slot within half of it.
    String(Math.ceil((shards * shardSeconds) / 150)),
  ];
}

/** So many series, which monitors find by `*`. */
function estateOf(series: number, shards: number): Config {
  const monitors: object[] = [];
  for (let left = series; left > 0; left -= SERIES_PER_MONITOR) {
    const name = `m${monitors.length}`;
    const metric = { namespace: 'Bench', name, dimensions: { Host: '*' } };
    monitors.push({ name, metric, maxSeries: Math.min(left, SERIES_PER_MONITOR) });
  }
  const deploy = { shards, concurrency: CONCURRENCY, memory: memoryMb };
  return parseConfig(JSON.stringify({ version: 1, deploy, monitors }));
}
