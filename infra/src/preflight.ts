import type { Config } from '@plumbline/config';
import {
  estimatePlanSeconds,
  estimateRun,
  type RunEstimate,
  totalSeries,
  WHOLE_CORE_MB,
} from '@plumbline/estimate';

/** A run may take this share of the timeout: the rest is for a slow day and for first sights. */
const TIMEOUT_SHARE = 0.5;

/** Steps in which another memory is suggested, and the most that Lambda gives. */
const MEMORY_STEP_MB = 64;
const LEAST_MEMORY_MB = 128;
const MOST_MEMORY_MB = 10_240;
const MOST_TIMEOUT_SECONDS = 900;

/** What a shard is made for: one GetMetricData request. */
const SERIES_PER_SHARD = 500;
const MOST_SHARDS = 256;

/** All shards may take this share of a slot: what is left of it is for a slow day, and for second tries. */
const SLOT_SHARE = 0.5;

/** Why a configuration cannot be deployed, with what to change; empty when it can. */
export function deployProblems(config: Config): string[] {
  const files = config.monitors.filter(({ source }) => source.kind === 'csv');
  if (files.length > 0) {
    return files.map(
      ({ name }) =>
        `monitor ${JSON.stringify(name)}: expected a metric, got csv: a deployed function has no ` +
        'files; give it a metric, or keep it in a configuration for pnpm plumbline run',
    );
  }
  const crowded = tooCrowded(config);
  if (crowded !== undefined) return [crowded];
  const estimate = estimateRun(config);
  const problems = [...tooSlow(config, estimate), ...tooLarge(config, estimate)];
  if (problems.length === 0) return [...planTooSlow(config), ...tooMany(config, estimate)];
  // One way out serves both.
  return problems.map((problem, i) =>
    i === problems.length - 1 ? `${problem}. ${wayOut(config)}` : problem,
  );
}

/** More series than the shards are made for. A single one has no such bound: time and memory are its bounds. */
function tooCrowded(config: Config): string | undefined {
  const { shards } = config.deploy;
  const series = totalSeries(config);
  if (shards === 1 || series <= shards * SERIES_PER_SHARD) return undefined;
  const needed = Math.ceil(series / SERIES_PER_SHARD);
  const change =
    needed <= MOST_SHARDS
      ? `Raise deploy.shards to ${needed}`
      : `There are at most ${MOST_SHARDS}: watch fewer series (maxSeries)`;
  return (
    `deploy.shards: expected at most ${SERIES_PER_SHARD} series for each of ${shards} shards, got ` +
    `${series} series. ${change}`
  );
}

function tooSlow(config: Config, estimate: RunEstimate): string[] {
  const { timeoutSeconds, memoryMb } = config.deploy;
  if (fitsTime(config, estimate)) return [];
  const { seconds, waitSeconds, cpuSeconds, coreShare } = estimate;
  const parts =
    `${seriesText(config, estimate)} take ${text(cpuSeconds)} s of a core, of which ${memoryMb} MB bring ` +
    `${text(coreShare * 100)} %, and ${text(waitSeconds)} s of waiting`;
  return [
    `deploy.timeout: expected a run within half of ${timeoutSeconds} s, got an estimate of ` +
      `${text(seconds)} s: ${parts}`,
  ];
}

function tooLarge(config: Config, estimate: RunEstimate): string[] {
  const { memoryMb } = config.deploy;
  if (fitsMemory(config, estimate)) return [];
  return [
    `deploy.memory: expected enough for ${seriesText(config, estimate)}, got ${memoryMb} MB for an ` +
      `estimate of ${Math.ceil(estimate.memoryMb)} MB`,
  ];
}

/** The planner has the same timeout as its workers. */
function planTooSlow(config: Config): string[] {
  const { shards, timeoutSeconds } = config.deploy;
  if (shards === 1) return [];
  const seconds = estimatePlanSeconds(config);
  if (seconds <= timeoutSeconds * TIMEOUT_SHARE) return [];
  return [
    `deploy.timeout: expected a plan within half of ${timeoutSeconds} s, got an estimate of ${text(seconds)} s ` +
      `to find ${totalSeries(config)} series. Set deploy.timeout to ${Math.ceil(seconds / TIMEOUT_SHARE)}s`,
  ];
}

/** More shards than their workers get through in a slot, though each fits. */
function tooMany({ deploy }: Config, { seconds }: RunEstimate): string[] {
  const { shards, concurrency, scheduleMinutes } = deploy;
  const slotSeconds = scheduleMinutes * 60;
  const takes = (workers: number): number => Math.ceil(shards / workers) * seconds;
  const fitsSlot = (workers: number): boolean => takes(workers) <= slotSeconds * SLOT_SHARE;
  if (shards === 1 || fitsSlot(concurrency)) return [];
  let enough = concurrency;
  while (enough < shards && !fitsSlot(enough)) enough += 1;
  const change = fitsSlot(enough)
    ? `Set deploy.concurrency to ${enough}`
    : 'Set a slower deploy.schedule, or more deploy.memory';
  return [
    `deploy.concurrency: expected all shards within half of a slot of ${slotSeconds} s, got an estimate of ` +
      `${text(takes(concurrency))} s: ${shards} shards of ${text(seconds)} s, ${concurrency} at a time. ${change}`,
  ];
}

function seriesText({ deploy }: Config, { series }: RunEstimate): string {
  return deploy.shards === 1
    ? `${series} series`
    : `the ${series} series that the fullest of ${deploy.shards} shards may have`;
}

/** What to change: the memory, or else the timeout too; or the shards; or the monitors. */
function wayOut(config: Config): string {
  const fewer = 'watch fewer series (maxSeries), or with shorter windows or fewer trees';
  const shards = leastShards(config);
  const others = [...(shards === undefined ? [] : [`deploy.shards to ${shards}`]), fewer];
  const memory = leastMemoryMb(config);
  if (memory !== undefined) {
    return `Set ${[`deploy.memory to ${memory} or more`, ...others].join(', or ')}`;
  }
  // More than a whole core brings no speed; the state has to fit all the same.
  const needed = Math.ceil(estimateRun(config).memoryMb);
  const memoryMb = Math.max(config.deploy.memoryMb, WHOLE_CORE_MB, needed);
  for (let longer = config.deploy.timeoutSeconds + 1; longer <= MOST_TIMEOUT_SECONDS; longer++) {
    if (!fits(config, { memoryMb, timeoutSeconds: longer })) continue;
    const larger = `deploy.memory to ${memoryMb} and deploy.timeout to ${longer}s`;
    return `Set ${[larger, ...others].join(', or ')}`;
  }
  return shards === undefined
    ? `No memory and no timeout makes up for it: ${fewer}`
    : `Set ${others.join(', or ')}`;
}

/** The fewest shards of which each fits, with memory and timeout as they are; undefined when none do. */
function leastShards(config: Config): number | undefined {
  const crowded = Math.ceil(totalSeries(config) / SERIES_PER_SHARD);
  const least = Math.max(config.deploy.shards + 1, crowded);
  for (let shards = least; shards <= MOST_SHARDS; shards++) {
    if (fits(config, { shards })) return shards;
  }
  return undefined;
}

/** The least memory, in steps of 64 MB, with which a run fits its timeout; undefined when none does. */
export function leastMemoryMb(config: Config): number | undefined {
  for (let memoryMb = LEAST_MEMORY_MB; memoryMb <= MOST_MEMORY_MB; memoryMb += MEMORY_STEP_MB) {
    if (fits(config, { memoryMb })) return memoryMb;
  }
  return undefined;
}

function fits(config: Config, changed: Partial<Config['deploy']>): boolean {
  const candidate = { ...config, deploy: { ...config.deploy, ...changed } };
  const estimate = estimateRun(candidate);
  return fitsTime(candidate, estimate) && fitsMemory(candidate, estimate);
}

function fitsTime({ deploy }: Config, { seconds }: RunEstimate): boolean {
  return seconds <= deploy.timeoutSeconds * TIMEOUT_SHARE;
}

/** No memory is suggested that Lambda has not: a candidate beyond it never fits. */
function fitsMemory({ deploy }: Config, { memoryMb }: RunEstimate): boolean {
  return memoryMb <= Math.min(deploy.memoryMb, MOST_MEMORY_MB);
}

/** Three significant digits are more than an estimate is worth. */
function text(value: number): string {
  return String(Number(value.toPrecision(3)));
}
