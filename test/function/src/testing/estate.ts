import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, parseConfig } from '@plumbline/config';
import { type AlertMessage, isoTime } from '@plumbline/core';
import {
  type AwsDouble,
  createAwsDouble,
  createLocalFunction,
  type Invocation,
  type LocalFunction,
  TEST_CREDENTIALS_ENV,
  unpackFunction,
} from '@plumbline/harness';
import { onTestFinished } from 'vitest';
import { figuresOf, type LogLine, logLines } from './log.ts';

const PERIOD_MS = 300_000;
/** As the configuration has it unless told: two periods. */
const SETTLE_MS = 2 * PERIOD_MS;
const DAY_MS = 24 * 3_600_000;
/** Noon of the day before yesterday: past, so that the function believes it, and not too long. */
const FIRST_SLOT_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - 1.5 * DAY_MS;
/** Samples before that of the first slot, and after it: more than the window, and than a test has slots. */
const SAMPLES_BEFORE = 40;
const SAMPLES_AFTER = 12;

/** Far from normal, which is between 47 and 53; and much farther, also with a spike in the window. */
const SPIKE = 90;
const WORSE = 9000;

const BUCKET = 'state';
const TOPIC = 'anomaly-alerts';

/** A host to be watched, and keys of its monitor in YAML, as `region: eu-west-1`. */
export type WatchedHost = string | readonly [host: string, keys: string];

/** A monitor for each host, which judges by the last two hours and re-arms at once. */
export function configOf(...hosts: readonly WatchedHost[]): Config {
  return parseConfig(yamlOf(...hosts), 'plumbline.yaml');
}

/** The same as text, which can go on. */
export function yamlOf(...hosts: readonly WatchedHost[]): string {
  const monitors = hosts.map((host) => {
    const [name, ...keys] = typeof host === 'string' ? [host] : host;
    const metric = `metric: { namespace: Shop, name: cpu, dimensions: { Host: ${name} } }`;
    return `  - { ${[`name: ${name} cpu`, metric, ...keys].join(', ')} }`;
  });
  return `
version: 1
defaults:
  period: 5m
  window: 2h
  resolveAfterSamples: 1
  rearm: 0s
  detector: { type: z-score, warmupSamples: 10 }
monitors:
${monitors.join('\n')}
`;
}

type Variables = Readonly<Record<string, string>>;

export interface EstateOptions {
  /** What is deployed; a monitor for `web` and one for `db` unless told. */
  readonly config?: Config;
  readonly timeoutMs?: number;
  /** Variables beside those of every estate; made when AWS is there and the function is not. */
  readonly env?: Variables | ((aws: AwsDouble) => Variables);
  /** When the schedule fires first, ms since the epoch. */
  readonly firstSlotMs?: number;
  /** What is not there in the beginning. */
  readonly without?: 'topic' | 'bucket';
  /** Of the test's context, for tests that run at once with others. */
  readonly onTestFinished?: (end: () => Promise<void>) => void;
}

/** One invocation, and what an operator and AWS see of it. */
export interface FunctionRun extends Invocation {
  readonly lines: readonly LogLine[];
  /** The lines that an operator should look at: warnings and errors. */
  readonly complaints: readonly LogLine[];
  readonly figures: Readonly<Record<string, number>> | undefined;
  /** The summary that the function returns. */
  readonly summary: {
    readonly slot: string;
    readonly outcome: string;
    readonly counts: Readonly<Record<string, number>>;
  };
  /** How often each operation was called while it ran, by whomever. */
  readonly calls: Readonly<Record<string, number>>;
  /** The only line of this kind. @throws there is none, or more than one */
  line(kind: string): LogLine;
}

/** The built function in front of a double of AWS, in virtual time. */
export interface Estate {
  readonly aws: AwsDouble;
  readonly fn: LocalFunction;
  /** Replaces the function by one with another configuration, or with variables changed. */
  deploy(changes: { readonly config?: Config; readonly env?: Variables }): Promise<void>;
  /** When the schedule fires for the nth time, from 0 on. */
  slotAt(index: number): number;
  /** Measures a host: calm, but for the newest settled sample of some slots. */
  measure(host: string, options?: MeasureOptions): void;
  /** What the schedule starts in the nth slot. */
  runAt(index: number): Promise<FunctionRun>;
  /** What any other event starts then. */
  runEvent(event: unknown, index?: number): Promise<FunctionRun>;
  /** The topic and the bucket of the function's environment come into being. */
  createTopic(): void;
  createBucket(): void;
  /** The objects in the bucket. */
  stored(): readonly Uint8Array[];
  /** Writes an object to the bucket, whatever is there, as a person with the console can. */
  write(key: string, content: string): Promise<void>;
  /**
   * What people were told so far, as `firing web 3`: state, host, slot whose sample it is about. Of what no sample
   * tells, as `cannot-see firing web 3`: there it is the slot in which it was told.
   */
  told(): readonly string[];
  /** What machines were told. */
  toldToMachines(): readonly string[];
  /** The messages that people got. */
  messages(): readonly AlertMessage[];
}

export interface MeasureOptions {
  /** Slots before this one have no sample; the estate has been measured for hours unless told. */
  readonly from?: number;
  /** Slots from this one on have no sample. */
  readonly until?: number;
  /** Slots whose newest settled sample is far from normal. */
  readonly spikes?: readonly number[];
  /** Slots whose sample is farther yet. */
  readonly worse?: readonly number[];
  readonly region?: string;
  readonly account?: string;
}

/** An estate until the test is over. */
export async function createEstate({
  config = configOf('web', 'db'),
  timeoutMs = 60_000,
  env = {},
  firstSlotMs = FIRST_SLOT_MS,
  without,
  onTestFinished: onFinished = onTestFinished,
}: EstateOptions = {}): Promise<Estate> {
  const slotAt = (index: number): number => firstSlotMs + index * PERIOD_MS;
  const sampleAt = (index: number): number => slotAt(index) - SETTLE_MS - PERIOD_MS;
  const describe = ({ condition, state, cluster, timestamp }: AlertMessage): string => {
    const isOfSample = condition === 'anomaly';
    const [what, first] = isOfSample ? ['', sampleAt(0)] : [`${condition} `, slotAt(0)];
    return `${what}${state} ${cluster} ${(Date.parse(timestamp) - first) / PERIOD_MS}`;
  };

  let clock = slotAt(0);
  const aws = await createAwsDouble({ now: () => clock });
  const createBucket = (): void => aws.s3.createBucket(BUCKET);
  const createTopic = (): void => void aws.sns.createTopic(TOPIC);
  if (without !== 'bucket') createBucket();
  if (without !== 'topic') createTopic();

  const folder = mkdtempSync(join(tmpdir(), 'plumbline-function-'));
  unpackFunction(config, folder);
  const variables = {
    ...TEST_CREDENTIALS_ENV,
    AWS_ENDPOINT_URL: aws.endpoint,
    SNS_TOPIC_ARN: `arn:aws:sns:${aws.region}:${aws.account}:${TOPIC}`,
    STATE_BUCKET: BUCKET,
    EVENT_BUS_NAME: 'default',
    POWERTOOLS_SERVICE_NAME: 'infrastructure-anomaly-detector',
    POWERTOOLS_METRICS_NAMESPACE: 'Plumbline',
    ...(typeof env === 'function' ? env(aws) : env),
  };
  let fn = createLocalFunction({ folder, env: variables, timeoutMs });
  onFinished(async () => {
    await fn.close();
    await aws.close();
    rmSync(folder, { recursive: true });
  });

  const runEvent = async (event: unknown, index = 0): Promise<FunctionRun> => {
    clock = slotAt(index);
    const before = aws.calls.length;
    return viewsOf(await fn.invoke(event), aws.calls.slice(before));
  };
  const messages = (): readonly AlertMessage[] =>
    aws.sns.published.map(({ message }) => JSON.parse(message) as AlertMessage);

  return {
    aws,
    get fn() {
      return fn;
    },
    async deploy({ config: changed = config, env: changes = {} }) {
      await fn.close();
      unpackFunction(changed, folder);
      fn = createLocalFunction({ folder, env: { ...variables, ...changes }, timeoutMs });
    },
    slotAt,
    measure(host, options = {}) {
      const { spikes = [], worse = [], from = -SAMPLES_BEFORE, until = SAMPLES_AFTER } = options;
      const { region, account } = options;
      const name = { namespace: 'Shop', metric: 'cpu', dimensions: { Host: host } };
      const indexes = Array.from({ length: until - from }, (_, i) => from + i);
      const values = indexes.map((index) =>
        worse.includes(index) ? WORSE : spikes.includes(index) ? SPIKE : calmAt(index),
      );
      aws.cloudwatch.put(
        { ...name, region, account },
        { timestamps: indexes.map(sampleAt), values },
      );
    },
    runAt: (index) =>
      runEvent({ 'detail-type': 'Scheduled Event', time: isoTime(slotAt(index)) }, index),
    runEvent,
    createTopic,
    createBucket,
    stored: () => [...aws.s3.objects(BUCKET).values()],
    async write(key, content) {
      const authorization = `AWS4-HMAC-SHA256 Credential=PERSON/20260101/${aws.region}/s3/aws4_request`;
      const url = `${aws.endpoint}/${BUCKET}/${key}`;
      const { ok } = await fetch(url, { method: 'PUT', headers: { authorization }, body: content });
      if (!ok) throw new Error(`${key} could not be written`);
    },
    messages,
    told: () => messages().map(describe),
    toldToMachines: () =>
      aws.events.received.map(({ detail }) => describe(detail as unknown as AlertMessage)),
  };
}

/** Between 47 and 53. */
function calmAt(index: number): number {
  return 47 + (((index + SAMPLES_BEFORE) * 3) % 7);
}

/** An invocation, of so many runs, as an operator sees it, with what was called meanwhile. */
export function viewsOf(invocation: Invocation, called: AwsDouble['calls'], runs = 1): FunctionRun {
  const lines = logLines(invocation);
  return {
    ...invocation,
    lines,
    complaints: lines.filter(({ level }) => level !== 'INFO'),
    figures: figuresOf(invocation, runs),
    summary: invocation.result as FunctionRun['summary'],
    calls: countsOf(called.map(({ operation = 'none' }) => operation)),
    line(kind) {
      const found = lines.filter((line) => line.kind === kind);
      if (found.length === 1) return found[0]!;
      throw new Error(`one line of ${kind}, got ${found.length} in\n${invocation.logs}`);
    },
  };
}

/** How often each is there. */
export function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
