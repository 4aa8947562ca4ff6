import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '@plumbline/config';
import { isoTime } from '@plumbline/core';
import { estimateRun, type RunEstimate } from '@plumbline/estimate';
import {
  type AwsDouble,
  createAwsDouble,
  createLocalFunction,
  type Invocation,
  TEST_CREDENTIALS_ENV,
  unpackFunction,
} from '@plumbline/harness';
import { perturbed, readSeries } from './series.ts';
import { type Timing, timingOf } from './timing.ts';

const BUNDLE = fileURLToPath(new URL('../../../apps/lambda/dist/detect.mjs', import.meta.url));

const PERIOD_MS = 300_000;
const SETTLE_MS = 2 * PERIOD_MS;
const IMPORTS = 15;

const TIMEOUT_MS = 60_000;

/** Runs that first sight may take before something is wrong. */
const MOST_FIRST_RUNS = 20;

const TELLS_HOW_LONG =
  'const before = performance.now(); await import(process.argv[1]);' +
  'console.log(performance.now() - before); process.exit();';

/** Loading the function's code in a fresh process, without the start of the process; ms. */
export function measureImport(): Timing {
  const args = ['--input-type=module', '--eval', TELLS_HOW_LONG, BUNDLE];
  const env = { ...process.env, SNS_TOPIC_ARN: '', STATE_BUCKET: '' };
  const once = () => Number(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
  once(); // brings the file into the cache of the system, as Lambda has its archive unpacked
  return timingOf(Array.from({ length: IMPORTS }, once));
}

export interface FunctionOptions {
  readonly detector: 'adaptive' | 'isolation-forest' | 'z-score';
  readonly series: number;
  /** Of history that each series has at first sight. */
  readonly weeks: number;
  readonly memoryMb: number;
  /** Slots that are run after the first sight. */
  readonly steadySlots: number;
}

/** One slot, or the first ones together. */
export interface SlotReport {
  readonly runs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Calls by operation, a run. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface FunctionReport extends FunctionOptions {
  readonly firstSight: SlotReport;
  /** Medians. */
  readonly steady: SlotReport;
  /** The most that the process has held, MB. */
  readonly peakMb: number;
  /** Of the stored state, megabytes of 1,000,000 bytes. */
  readonly stateMb: number;
  /** What `pnpm synth` takes the run for. */
  readonly estimate: RunEstimate;
}

/**
 * The deployed function at the double of AWS, in a process with Lambda's memory.
 * @throws the function fails; with too little memory it is killed
 */
export async function measureFunction(options: FunctionOptions): Promise<FunctionReport> {
  const { detector, series, weeks, memoryMb, steadySlots } = options;
  const config = parseConfig(`version: 1
deploy: {memory: ${memoryMb}}
monitors:
  - name: CPU
    metric: {namespace: Bench, name: cpu, dimensions: {Host: "*"}}
    maxSeries: ${series}
    window: ${7 * weeks}d
    detector: {type: ${detector}}
`);
  const aws = await createAwsDouble({ keepInputs: false });
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  unpackFunction(config, folder);
  aws.s3.createBucket('state');
  const env = {
    ...TEST_CREDENTIALS_ENV,
    AWS_ENDPOINT_URL: aws.endpoint,
    SNS_TOPIC_ARN: aws.sns.createTopic('anomaly-alerts'),
    STATE_BUCKET: 'state',
    POWERTOOLS_SERVICE_NAME: 'bench',
  };
  const fn = createLocalFunction({ folder, env, memoryMb, timeoutMs: TIMEOUT_MS });
  try {
    const firstSlot = putSeries(aws, options);
    const runs: Run[] = [];
    const runAt = async (slot: number): Promise<Run> => {
      const before = aws.calls.length;
      const invocation = checked(await fn.invoke({ time: isoTime(slot) }));
      const calls = countBy(aws.calls.slice(before).map(({ operation = '?' }) => operation));
      runs.push({ ...invocation, calls });
      return runs.at(-1)!;
    };
    while ((await runAt(firstSlot)).counts.due > 0) {
      if (runs.length > MOST_FIRST_RUNS) throw new Error('first sight does not come to an end');
    }
    const first = runs.splice(0).slice(0, -1); // the last one had nothing to do
    for (let i = 1; i <= steadySlots; i++) {
      const { counts } = await runAt(firstSlot + i * PERIOD_MS);
      if (counts.scored !== series) throw new Error(`${counts.scored} of ${series} scored`);
    }
    const state = [...aws.s3.objects('state').values()][0]!;
    return {
      ...options,
      estimate: estimateRun(config),
      firstSight: {
        runs: first.length,
        wallMs: sum(first.map(({ wallMs }) => wallMs)),
        cpuMs: sum(first.map(({ cpuMs }) => cpuMs)),
        calls: countBy(first.flatMap(({ calls }) => namesOf(calls))),
      },
      steady: {
        runs: runs.length,
        wallMs: timingOf(runs.map(({ wallMs }) => wallMs)).median,
        cpuMs: timingOf(runs.map(({ cpuMs }) => cpuMs)).median,
        calls: busiest(runs.map(({ calls }) => calls)),
      },
      peakMb: Math.max(...[...first, ...runs].map(({ peakMb }) => peakMb)),
      stateMb: state.byteLength / 1e6,
    };
  } finally {
    await fn.close();
    await aws.close();
    rmSync(folder, { recursive: true });
  }
}

interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly counts: { readonly due: number; readonly scored: number };
  readonly calls: Readonly<Record<string, number>>;
}

function checked({
  outcome,
  logs,
  result,
  durationMs,
  cpuMs,
  peakMb,
}: Invocation): Omit<Run, 'calls'> {
  if (outcome !== 'success' || cpuMs === undefined) throw new Error(`${outcome}:\n${logs}`);
  const { counts } = result as Pick<Run, 'counts'>;
  return { wallMs: durationMs, cpuMs, peakMb, counts };
}

/**
 * Puts the weeks of history and the slots that follow into each series.
 * @returns the slot in which the history has settled
 */
function putSeries(aws: AwsDouble, { series, weeks, steadySlots }: FunctionOptions): number {
  const originals = readSeries();
  const lastSlot = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS;
  for (let i = 0; i < series; i++) {
    const values = perturbed(originals[i % originals.length]!, i);
    const history = Array<Float64Array>(weeks)
      .fill(values)
      .flatMap((week) => [...week]);
    const all = [...history, ...values.subarray(0, steadySlots + 1)];
    const newest = lastSlot - SETTLE_MS - PERIOD_MS;
    const timestamps = all.map((_, sample) => newest - (all.length - 1 - sample) * PERIOD_MS);
    const metric = { namespace: 'Bench', metric: 'cpu', dimensions: { Host: `host-${i}` } };
    aws.cloudwatch.put(metric, { timestamps, values: all });
  }
  return lastSlot - steadySlots * PERIOD_MS;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function namesOf(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([name, count]) => Array<string>(count).fill(name));
}

/** The slot with the most calls: one that sent something. */
function busiest(slots: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = (calls: Readonly<Record<string, number>>): number => sum(Object.values(calls));
  return slots.reduce((a, b) => (total(b) > total(a) ? b : a));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
