import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@plumbline/config';
import { isoTime } from '@plumbline/core';
import {
  type AwsDouble,
  createAwsDouble,
  createEventSourceMapping,
  createLocalFunction,
  type DeliveredBatch,
  type Invocation,
  TEST_CREDENTIALS_ENV,
  unpackFunction,
} from '@plumbline/harness';
import { perturbed, readSeries } from './series.ts';
import { timingOf } from './timing.ts';

const PERIOD_MS = 300_000;
const SETTLE_MS = 2 * PERIOD_MS;
const TIMEOUT_MS = 60_000;
/** Of history, as the configuration asks for. */
const WEEKS = 2;
/** Slots that first sight may take before something is wrong. */
const MOST_FIRST_SLOTS = 60;
/** By how much each series of an incident exceeds its highest value. */
const INCIDENT_FACTOR = 5;

export interface EstateOptions {
  readonly series: number;
  readonly shards: number;
  readonly memoryMb: number;
  /** Invocations at once. */
  readonly concurrency: number;
  /** Slots after first sight. */
  readonly slots: number;
  /** The slot, counted from the first after first sight, in which all series break at once. */
  readonly incidentSlot: number;
}

/** One slot: the planner and all workers. */
export interface SlotFigures {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Of the largest worker so far, MB. */
  readonly peakMb: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly scored: number;
  readonly fired: number;
  /** Messages that people got, and events that machines got. */
  readonly messages: number;
  readonly events: number;
}

export interface EstateReport extends EstateOptions {
  /** All slots of first sight together. */
  readonly firstSight: SlotFigures & { readonly slots: number };
  readonly steady: readonly SlotFigures[];
  readonly incident: SlotFigures;
  /** Of the stored state of the largest shard, MB. */
  readonly stateMb: number;
  /** Slots in which not every series was judged in time. */
  readonly incomplete: number;
  /** Messages that came to the dead-letter queue. */
  readonly deadLetters: number;
}

/**
 * An estate in shards for a simulated day: the deployed function as planner and as worker, the queue, and the double
 * of AWS. Slots are those of the last day, one after the other as fast as they go.
 *
 * @param onSlot - told of each slot as it ends
 * @throws first sight does not come to an end, or a run fails
 */
export async function measureEstate(
  options: EstateOptions,
  onSlot: (slot: number, figures: SlotFigures) => void,
): Promise<EstateReport> {
  const { series, shards, memoryMb, concurrency, slots, incidentSlot } = options;
  const config = parseConfig(`version: 1
deploy: {memory: ${memoryMb}, shards: ${shards}, concurrency: ${Math.max(2, concurrency)}}
monitors:
  - name: CPU
    metric: {namespace: Bench, name: cpu, dimensions: {Host: "*"}}
    maxSeries: ${series}
`);
  const aws = await createAwsDouble({ keepInputs: false });
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-estate-'));
  unpackFunction(config, folder);
  aws.s3.createBucket('state');
  const failed = aws.sqs.createQueue('failed');
  const queue = aws.sqs.createQueue('shards', { maxReceives: 3, deadLetterQueue: failed });
  const env = {
    ...TEST_CREDENTIALS_ENV,
    AWS_ENDPOINT_URL: aws.endpoint,
    SNS_TOPIC_ARN: aws.sns.createTopic('anomaly-alerts'),
    STATE_BUCKET: 'state',
    POWERTOOLS_SERVICE_NAME: 'bench',
    WORK_QUEUE_URL: queue.url,
    SHARDS: String(shards),
  };
  const fn = createLocalFunction({ folder, env, memoryMb, timeoutMs: TIMEOUT_MS });
  const workers = createEventSourceMapping({
    queue,
    fn,
    batchSize: 1,
    maxConcurrency: concurrency,
  });

  const runSlot = async (slot: number): Promise<SlotFigures> => {
    const [callsBefore, batchesBefore] = [aws.calls.length, workers.batches.length];
    const before = told(aws);
    const begun = performance.now();
    const plan = checked(await fn.invoke({ time: isoTime(slot) }));
    await workers.idle();
    const wallMs = performance.now() - begun;
    const batches = workers.batches.slice(batchesBefore);
    const invocations = [plan, ...batches.map(({ invocation }) => checked(invocation))];
    const after = told(aws);
    return {
      wallMs,
      cpuMs: sum(invocations.map(({ cpuMs = 0 }) => cpuMs)),
      peakMb: Math.max(...invocations.map(({ peakMb }) => peakMb)),
      calls: countBy(aws.calls.slice(callsBefore).map(({ operation = '?' }) => operation)),
      ...countsOf(batches),
      messages: after.messages - before.messages,
      events: after.events - before.events,
    };
  };

  try {
    const firstSlot = putSeries(aws, options);
    const first: SlotFigures[] = [];
    for (let scored = 0; scored < series; ) {
      if (first.length === MOST_FIRST_SLOTS) throw new Error('first sight does not come to an end');
      first.push(await runSlot(firstSlot));
      onSlot(0, first.at(-1)!);
      scored += first.at(-1)!.scored;
    }
    const all: SlotFigures[] = [];
    let incomplete = 0;
    for (let i = 1; i <= slots; i++) {
      const figures = await runSlot(firstSlot + i * PERIOD_MS);
      // On a machine that is busy with something else a shard can run out of time; the next slot catches up.
      if (figures.scored < series) incomplete += 1;
      all.push(figures);
      onSlot(i, figures);
    }
    const states = [...aws.s3.objects('state')].filter(([key]) => key.startsWith('state/shard-'));
    return {
      ...options,
      firstSight: { ...total(first), slots: first.length },
      steady: all.filter((_, i) => i + 1 !== incidentSlot),
      incident: all[incidentSlot - 1]!,
      stateMb: Math.max(...states.map(([, { byteLength }]) => byteLength)) / 1e6,
      deadLetters: failed.messages().length,
      incomplete,
    };
  } finally {
    await workers.close();
    await fn.close();
    await aws.close();
    rmSync(folder, { recursive: true });
  }
}

/** The median of each figure, and the calls of the slot with the median of calls. */
export function typical(slots: readonly SlotFigures[]): SlotFigures {
  const median = (of: (slot: SlotFigures) => number): number => timingOf(slots.map(of)).median;
  const callsOf = ({ calls }: SlotFigures): number => sum(Object.values(calls));
  const byCalls = [...slots].sort((a, b) => callsOf(a) - callsOf(b));
  return {
    wallMs: median(({ wallMs }) => wallMs),
    cpuMs: median(({ cpuMs }) => cpuMs),
    peakMb: Math.max(...slots.map(({ peakMb }) => peakMb)),
    calls: byCalls[Math.floor(byCalls.length / 2)]!.calls,
    scored: median(({ scored }) => scored),
    fired: median(({ fired }) => fired),
    messages: median(({ messages }) => messages),
    events: median(({ events }) => events),
  };
}

function total(slots: readonly SlotFigures[]): SlotFigures {
  const added = (of: (slot: SlotFigures) => number): number => sum(slots.map(of));
  const calls: Record<string, number> = {};
  for (const slot of slots) {
    for (const [name, count] of Object.entries(slot.calls)) {
      calls[name] = (calls[name] ?? 0) + count;
    }
  }
  return {
    wallMs: added(({ wallMs }) => wallMs),
    cpuMs: added(({ cpuMs }) => cpuMs),
    peakMb: Math.max(...slots.map(({ peakMb }) => peakMb)),
    calls,
    scored: added(({ scored }) => scored),
    fired: added(({ fired }) => fired),
    messages: added(({ messages }) => messages),
    events: added(({ events }) => events),
  };
}

function told(aws: AwsDouble): { readonly messages: number; readonly events: number } {
  return { messages: aws.sns.published.length, events: aws.events.received.length };
}

function checked(invocation: Invocation): Invocation {
  if (invocation.outcome !== 'success')
    throw new Error(`${invocation.outcome}:\n${invocation.logs}`);
  return invocation;
}

/** What the shards say of themselves, in the lines that end their runs. */
function countsOf(batches: readonly DeliveredBatch[]): Pick<SlotFigures, 'scored' | 'fired'> {
  const counts = batches.flatMap(({ invocation }) =>
    invocation.logs.split('\n').flatMap((line) => {
      if (!line.includes('"shard finished"')) return [];
      return [(JSON.parse(line) as { counts: { scored: number; fired: number } }).counts];
    }),
  );
  return {
    scored: sum(counts.map(({ scored }) => scored)),
    fired: sum(counts.map(({ fired }) => fired)),
  };
}

/**
 * Puts two weeks of history and the slots that follow into each series.
 * @returns the slot in which the history has settled
 */
function putSeries(aws: AwsDouble, { series, slots, incidentSlot }: EstateOptions): number {
  const originals = readSeries();
  const lastSlot = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS;
  const newest = lastSlot - SETTLE_MS - PERIOD_MS;
  for (let i = 0; i < series; i++) {
    const values = perturbed(originals[i % originals.length]!, i);
    const count = WEEKS * values.length + slots + 1;
    const all = Float64Array.from({ length: count }, (_, at) => values[at % values.length]!);
    // The first slot judges one sample, and each that follows one more.
    all[WEEKS * values.length + incidentSlot] =
      INCIDENT_FACTOR * values.reduce((a, b) => Math.max(a, b)) + 1;
    const timestamps = Float64Array.from(all, (_, at) => newest - (count - 1 - at) * PERIOD_MS);
    const metric = { namespace: 'Bench', metric: 'cpu', dimensions: { Host: `host-${i}` } };
    aws.cloudwatch.put(metric, { timestamps, values: all });
  }
  return lastSlot - slots * PERIOD_MS;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
