import type { Config } from '@plumbline/config';
import { detectorMsOf, stateNumbersOf } from './detector-estimate.ts';
import { discovers } from './permissions.ts';

type Monitor = Config['monitors'][number];

/** What one steady run is expected to take: every series known, one look at each. */
export interface RunEstimate {
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
/** State read and written twice, a topic and a bus told: S3, SNS and EventBridge. */
const OTHER_CALLS = 6;
const OTHER_SECONDS_PER_CALL = 0.15;
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
  let series = 0;
  let detectorMs = 0;
  let stateBytes = 0;
  let listCalls = 0;
  const queriesByPlace = new Map<string, number>();

  for (const monitor of monitors) {
    const count = seriesOf(monitor);
    // A schedule slower than the period brings several samples at once.
    const samples = Math.max(1, Math.ceil((deploy.scheduleMinutes * 60_000) / monitor.periodMs));
    series += count;
    detectorMs += count * samples * detectorMsOf(monitor);
    stateBytes += count * (STATE_BYTES_PER_SERIES + BYTES_PER_NUMBER * stateNumbersOf(monitor));
    if (discovers(monitor)) listCalls += Math.ceil(count / METRICS_PER_LIST);
    const place = placeOf(monitor);
    const queries = (queriesByPlace.get(place) ?? 0) + count * queriesOf(monitor);
    queriesByPlace.set(place, queries);
  }

  let readCalls = 0;
  for (const queries of queriesByPlace.values()) readCalls += Math.ceil(queries / QUERIES_PER_READ);
  const stateMb = stateBytes / BYTES_PER_MB;
  const coreShare = Math.min(deploy.memoryMb / WHOLE_CORE_MB, 1);
  const cpuSeconds = FIXED_CPU_SECONDS + detectorMs / 1000 + 2 * stateMb * STATE_CPU_SECONDS_PER_MB;
  const waitSeconds =
    readCalls * READ_SECONDS_PER_CALL +
    listCalls * LIST_SECONDS_PER_CALL +
    OTHER_CALLS * OTHER_SECONDS_PER_CALL +
    (2 * stateMb) / STATE_MB_PER_SECOND;
  return {
    series,
    cpuSeconds,
    coreShare,
    waitSeconds,
    seconds: waitSeconds + cpuSeconds / coreShare,
    memoryMb: BASE_MEMORY_MB + STATE_COPIES * stateMb,
  };
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

/** Series of one region, read with one role, share their calls. */
function placeOf({ source }: Monitor): string {
  return source.kind === 'csv' ? '' : JSON.stringify([source.region, source.role]);
}
