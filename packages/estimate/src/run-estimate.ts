import type { Config } from '@plumbline/config';
import { detectorMsOf, stateNumbersOf } from './detector-estimate.ts';
import { fullestShard } from './fullest-shard.ts';
import { discovers, placeOf, readEveryMs } from './monitors.ts';

type Monitor = Config['monitors'][number];

/**
 * What one steady run is expected to take: every series known, one look at each. With several shards, the
 * run of the fullest.
 */
export interface RunEstimate {
  /** That the run looks at. */
  readonly series: number;
  /** CPU, in seconds of a whole core. */
  readonly cpuSeconds: number;
  /** Share of a core that the memory brings, in (0, 1]. */
  readonly coreShare: number;
  /** Waiting for AWS, seconds. */
  readonly waitSeconds: number;
  /** How long the run takes: waiting, and computing with that share of a core. */
  readonly seconds: number;
  /** Peak memory, in the megabytes of Lambda (MiB). */
  readonly memoryMb: number;
}

/**
 * Memory that brings a whole core. A run is one thread, so that more than this brings no more speed.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
export const WHOLE_CORE_MB = 1769;

/** Starting a run, its clients' connections and its log lines. */
const FIXED_CPU_SECONDS = 0.3;

/** Decoding and encoding state, with its checksum: seconds of a core for a megabyte. */
const STATE_CPU_SECONDS_PER_MB = 0.005;

/** A generous round trip; AWS promises none. */
const READ_SECONDS_PER_CALL = 0.6;
const LIST_SECONDS_PER_CALL = 0.3;
/** State read and written twice, two small objects read, a topic and a bus told: S3, SNS and EventBridge. */
const OTHER_CALLS = 8;
const OTHER_SECONDS_PER_CALL = 0.15;
/** Messages of one call to SQS, and plans that are read from S3 at a time. */
const SHARDS_PER_CALL = 10;
/** Of S3, from a small function. */
const STATE_MB_PER_SECOND = 20;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const QUERIES_PER_READ = 500;
/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const METRICS_PER_LIST = 500;

/**
 * Node.js with the SDK and the function's code, and the samples that are read and scored at once: what
 * `pnpm bench` finds beside the state, up to 165 after many slots, and a little more.
 */
const BASE_MEMORY_MB = 170;
/** WebAssembly, fonts, history and pictures: the function's peak grew by 106 over three slots of five pictures each. */
const CHARTS_MEMORY_MB = 110;
/** A series in state: its alert, its watermark and its id, beside the snapshot of the detector. */
const STATE_BYTES_PER_SERIES = 1024;
const BYTES_PER_NUMBER = 8;
/**
 * How often the state is held at the peak, garbage that is not collected yet included: it is recalled,
 * decoded, in the detectors, encoded and on its way. `pnpm bench` finds 8 from 100 to 2,000 series, in
 * a process that is killed at its limit; and a tenth more.
 */
const STATE_COPIES = 9;
const BYTES_PER_MB = 1024 * 1024;

export function estimateRun({ monitors, deploy }: Config): RunEstimate {
  const loads = monitors.map((monitor) => loadOf(monitor, deploy.scheduleMinutes));
  const inShard = (weightOf: (load: Load) => number, of = loads): number =>
    fullestShard(
      of.map((load) => ({ count: load.count, weight: weightOf(load) })),
      deploy.shards,
    );

  let readCalls = 0;
  for (const place of new Set(loads.map((load) => load.place))) {
    const here = loads.filter((load) => load.place === place);
    readCalls += Math.ceil(inShard(({ queries }) => queries, here) / QUERIES_PER_READ);
  }
  const stateMb = inShard(({ stateBytes }) => stateBytes) / BYTES_PER_MB;
  const coreShare = coreShareOf(deploy);
  const { cpuSeconds, waitSeconds } = timeOf({
    readCalls,
    listCalls: deploy.shards === 1 ? listCallsOf(monitors) : 0,
    detectorSeconds: inShard(({ detectorMs }) => detectorMs) / 1000,
    stateMb: 2 * stateMb,
  });
  return {
    series: Math.ceil(inShard(() => 1)),
    cpuSeconds,
    coreShare,
    waitSeconds,
    seconds: waitSeconds + cpuSeconds / coreShare,
    memoryMb: BASE_MEMORY_MB + (deploy.charts ? CHARTS_MEMORY_MB : 0) + STATE_COPIES * stateMb,
  };
}

/** What a run takes on average, over all slots and shards: for what is paid by the second. */
export interface AverageRun {
  readonly seconds: number;
  /** Share of the runs in which something is due, and so is recorded, in [0, 1]; at most this. */
  readonly busyShare: number;
  /** State of one shard, megabytes (MiB). */
  readonly stateMb: number;
}

/**
 * As `estimateRun`, of the average instead of the fullest: a series is looked at in its turn only, and a shard has its
 * part and no more.
 */
export function averageRun({ monitors, deploy }: Config): AverageRun {
  const slotMs = deploy.scheduleMinutes * 60_000;
  let [detectorMs, stateBytes, inTurns] = [0, 0, 0];
  const queries = new Map<string, number>();
  const together = new Set<number>();
  for (const monitor of monitors) {
    const series = seriesOf(monitor) / deploy.shards;
    if (series === 0) continue;
    const everyMs = readEveryMs(monitor, deploy.scheduleMinutes);
    const dueShare = slotMs / everyMs;
    detectorMs += (series * detectorMsOf(monitor) * slotMs) / monitor.periodMs;
    stateBytes += series * stateBytesOf(monitor);
    const place = placeOf(monitor);
    queries.set(place, (queries.get(place) ?? 0) + series * queriesOf(monitor) * dueShare);
    // Turns are spread over the slots; new periods settle for all series at once.
    const isInTurns = everyMs > Math.max(monitor.periodMs, slotMs);
    if (isInTurns) inTurns += series * dueShare;
    else together.add(dueShare);
  }
  const busyShare = Math.min(1, inTurns + [...together].reduce((sum, share) => sum + share, 0));
  const readCalls = [...queries.values()].reduce(
    // Fewer than one is not one in each run.
    (sum, due) => sum + (due < 1 ? due : Math.ceil(due / QUERIES_PER_READ)),
    0,
  );
  const stateMb = stateBytes / BYTES_PER_MB;
  const { cpuSeconds, waitSeconds } = timeOf({
    readCalls,
    listCalls: deploy.shards === 1 ? listCallsOf(monitors) : 0,
    detectorSeconds: detectorMs / 1000,
    stateMb: (1 + busyShare) * stateMb,
  });
  return { seconds: waitSeconds + cpuSeconds / coreShareOf(deploy), busyShare, stateMb };
}

function timeOf({
  readCalls,
  listCalls,
  detectorSeconds,
  stateMb,
}: {
  readonly readCalls: number;
  readonly listCalls: number;
  readonly detectorSeconds: number;
  /** Read or written. */
  readonly stateMb: number;
}): Pick<RunEstimate, 'cpuSeconds' | 'waitSeconds'> {
  return {
    cpuSeconds: FIXED_CPU_SECONDS + detectorSeconds + stateMb * STATE_CPU_SECONDS_PER_MB,
    waitSeconds:
      readCalls * READ_SECONDS_PER_CALL +
      listCalls * LIST_SECONDS_PER_CALL +
      OTHER_CALLS * OTHER_SECONDS_PER_CALL +
      stateMb / STATE_MB_PER_SECOND,
  };
}

/** What planning takes where there are several shards, seconds: it finds the series, and the workers need not. */
export function estimatePlanSeconds({ monitors, deploy }: Config): number {
  const batches = Math.ceil(deploy.shards / SHARDS_PER_CALL);
  const waitSeconds =
    listCallsOf(monitors) * LIST_SECONDS_PER_CALL + 2 * batches * OTHER_SECONDS_PER_CALL;
  return waitSeconds + FIXED_CPU_SECONDS / coreShareOf(deploy);
}

/** All series of all shards. */
export function totalSeries({ monitors }: Pick<Config, 'monitors'>): number {
  return monitors.reduce((sum, monitor) => sum + seriesOf(monitor), 0);
}

/** What each series of a monitor asks of a run. */
interface Load {
  readonly count: number;
  readonly detectorMs: number;
  readonly stateBytes: number;
  readonly queries: number;
  /** Series of one region, read with one role, share their calls. */
  readonly place: string;
}

function loadOf(monitor: Monitor, scheduleMinutes: number): Load {
  // A schedule slower than the period brings several samples at once.
  const samples = Math.max(1, Math.ceil((scheduleMinutes * 60_000) / monitor.periodMs));
  return {
    count: seriesOf(monitor),
    detectorMs: samples * detectorMsOf(monitor),
    stateBytes: stateBytesOf(monitor),
    queries: queriesOf(monitor),
    place: placeOf(monitor),
  };
}

function stateBytesOf(monitor: Monitor): number {
  return STATE_BYTES_PER_SERIES + BYTES_PER_NUMBER * stateNumbersOf(monitor);
}

function coreShareOf({ memoryMb }: Pick<Config['deploy'], 'memoryMb'>): number {
  return Math.min(memoryMb / WHOLE_CORE_MB, 1);
}

function listCallsOf(monitors: readonly Monitor[]): number {
  return monitors
    .filter(discovers)
    .reduce((calls, monitor) => calls + Math.ceil(seriesOf(monitor) / METRICS_PER_LIST), 0);
}

/** A configuration bounds whatever can be more than one. */
function seriesOf({ maxSeries = 1 }: Monitor): number {
  return maxSeries;
}

/** What one series asks of GetMetricData: an expression asks for each of its metrics too. */
function queriesOf({ source }: Monitor): number {
  if (source.kind === 'cloudwatch-expression') return 1 + Object.keys(source.metrics).length;
  return source.kind === 'cloudwatch' && source.minSamples !== undefined ? 2 : 1;
}
