import { type Config, parseConfig } from '@plumbline/config';
import { decodeShard, type ShardState, transitionsOf } from '@plumbline/core';
import { createEventSourceMapping, type Queue, type RecordedCall } from '@plumbline/harness';
import {
  countsOf,
  createEstate,
  type Estate,
  type EstateOptions,
  type FunctionRun,
  viewsOf,
} from './estate.ts';

/** Before the state in an object of S3, bytes of chance. */
const NONCE_BYTES = 16;

/** As the stack sets them: how often a message is handed out. */
const RECEIVES = 3;

/**
 * Long enough for a shard on a busy machine; and short, for of what is left of it a worker takes its share to
 * wait for others who have something to tell.
 */
const TIMEOUT_MS = 15_000;

/** One monitor for all hosts there are, as configOf has it for one, and as many pages as there are alerts. */
export function fleetConfigOf(...keys: readonly string[]): Config {
  const metric = 'metric: { namespace: Shop, name: cpu, dimensions: { Host: "*" } }';
  const yaml = `
version: 1
pagesPerWeek: 100000
defaults:
  period: 5m
  window: 2h
  resolveAfterSamples: 1
  rearm: 0s
  detector: { type: z-score, warmupSamples: 10 }
monitors:
  - { ${['name: cpu', metric, 'maxSeries: 1000', ...keys].join(', ')} }
`;
  return parseConfig(yaml, 'plumbline.yaml');
}

export interface FleetOptions extends Omit<EstateOptions, 'env'> {
  /** Variables beside those of every fleet. */
  readonly env?: Readonly<Record<string, string>>;
  readonly shards?: number;
}

export interface WorkOptions {
  /** Shards in one event; one unless told, as the stack sets it. */
  readonly batchSize?: number;
  /** Shards that are worked on at a time; all of a slot unless told. */
  readonly concurrency?: number;
}

/** One event of the queue; its `calls` are those of all workers of the slot. */
export interface WorkerRun extends FunctionRun {
  /** Messages in it, and how many of them go back to the queue. */
  readonly taken: number;
  readonly failed: number;
}

/** One slot: its planner, then its workers in the order in which they ended. */
export interface FleetSlot {
  readonly planner: FunctionRun;
  readonly workers: readonly WorkerRun[];
}

/** An estate in several shards: one function, which plans and works, and the queue between. */
export interface Fleet extends Estate {
  readonly shards: number;
  readonly queue: Queue;
  /** What the function has failed on for good. */
  readonly dead: Queue;
  /** What the schedule starts in the nth slot, and then the queue. */
  slot(index: number, options?: WorkOptions): Promise<FleetSlot>;
  /** What the queue starts until it is empty. */
  work(options?: WorkOptions): Promise<readonly WorkerRun[]>;
  /** Everything on the queue is there twice: a standard queue may hand out a message more than once. */
  duplicate(): void;
  /** The state of each shard that has one, in their order. */
  states(): readonly ShardState[];
  /** The hosts that a shard watches; all of them as often as they are watched unless told. */
  watched(shard?: number): readonly string[];
  /** How often operations were called on the objects of a shard, or the desk, since a call. */
  callsOn(object: string, since?: number): Readonly<Record<string, number>>;
  /** Transitions that people were told of, as `firing host-1`, whatever messages they came in. */
  toldOf(): readonly string[];
}

/** An estate of several shards until the test is over. */
export async function createFleet({
  shards = 3,
  config = fleetConfigOf(),
  timeoutMs = TIMEOUT_MS,
  env = {},
  ...options
}: FleetOptions = {}): Promise<Fleet> {
  let queue: Queue | undefined;
  let dead: Queue | undefined;
  const estate = await createEstate({
    config,
    timeoutMs,
    ...options,
    env(aws) {
      dead = aws.sqs.createQueue('detector-shards-failed');
      queue = aws.sqs.createQueue('detector-shards', {
        visibilityTimeoutMs: 6 * timeoutMs,
        maxReceives: RECEIVES,
        deadLetterQueue: dead,
      });
      return { ...env, SHARDS: String(shards), WORK_QUEUE_URL: queue.url };
    },
  });
  const { aws } = estate;
  const work: Fleet['work'] = async ({ batchSize = 1, concurrency = shards } = {}) => {
    const before = aws.calls.length;
    const source = createEventSourceMapping({
      queue: queue!,
      fn: estate.fn,
      batchSize,
      maxConcurrency: concurrency,
    });
    await source.idle();
    await source.close();
    const called = aws.calls.slice(before);
    return source.batches.map(({ invocation, records, failed }) => ({
      ...viewsOf(invocation, called, records.length),
      taken: records.length,
      failed: failed.length,
    }));
  };
  const states = (): ShardState[] => {
    const objects = [...aws.s3.objects('state')].filter(([key]) => /^state\/shard-/.test(key));
    objects.sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
    return objects.map(([, bytes]) => decodeShard(bytes.subarray(NONCE_BYTES)));
  };

  return {
    ...estate,
    get fn() {
      return estate.fn;
    },
    shards,
    queue: queue!,
    dead: dead!,
    async slot(index, options) {
      const planner = await estate.runAt(index);
      return { planner, workers: await work(options) };
    },
    work,
    duplicate() {
      for (const message of queue!.messages())
        queue!.put({ ...message, id: `${message.id}-again` });
    },
    states,
    watched: (shard) =>
      states()
        .filter((_, index) => shard === undefined || shard === index)
        .flatMap(({ series }) => [...series.keys()])
        .map(hostOf)
        .sort(),
    callsOn: (object, since = 0) =>
      countsOf(
        aws.calls
          .slice(since)
          .filter((call) => keyOf(call) === object)
          .map(({ operation = 'none' }) => operation),
      ),
    toldOf: () =>
      estate
        .messages()
        .flatMap((message) =>
          transitionsOf(message).map(({ series }) => `${message.state} ${hostOf(series)}`),
        )
        .sort(),
  };
}

export const hostsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `host-${i}`);

/** Twenty or so for each of three shards. */
export const HOSTS = hostsOf(60);

export interface CalmOptions extends FleetOptions {
  readonly hosts?: readonly string[];
  /** Slots in which all of them are far from normal. */
  readonly spikes?: readonly number[];
}

/** A fleet whose hosts are known, and were calm in the first slot. */
export async function createCalm({
  hosts = HOSTS,
  spikes = [],
  ...options
}: CalmOptions = {}): Promise<Fleet> {
  const fleet = await createFleet(options);
  for (const host of hosts) fleet.measure(host, { spikes });
  await fleet.slot(0);
  return fleet;
}

/** A transition of each of them, as `toldOf` has it. */
export function toldOnce(state: 'firing' | 'resolved', hosts = HOSTS): readonly string[] {
  return hosts.map((host) => `${state} ${host}`).sort();
}

/** Of the id of its series, or of its key. */
function hostOf(series: string): string {
  return /Host=([^#]+)#/.exec(series)?.[1] ?? series;
}

/** The object of S3 that a call is about. */
function keyOf({ input }: RecordedCall): string | undefined {
  return (input as { Key?: string } | undefined)?.Key;
}

/** A condition of calls that are about this object. */
export function on(object: string): (input: { readonly Key?: string }) => boolean {
  return ({ Key }) => Key === object;
}
