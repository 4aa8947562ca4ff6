import type { Config } from '@plumbline/config';
import { estimateRun, type RunEstimate, WHOLE_CORE_MB } from './estimate.ts';

/** A run may take this share of the timeout: the rest is for a slow day and for first sights. */
const TIMEOUT_SHARE = 0.5;

/** Steps in which another memory is suggested, and the most that Lambda gives. */
const MEMORY_STEP_MB = 64;
const LEAST_MEMORY_MB = 128;
const MOST_MEMORY_MB = 10_240;
const MOST_TIMEOUT_SECONDS = 900;

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
  const estimate = estimateRun(config);
  const problems = [...tooSlow(config, estimate), ...tooLarge(config, estimate)];
  // One way out serves both.
  return problems.map((problem, i) =>
    i === problems.length - 1 ? `${problem}. ${wayOut(config)}` : problem,
  );
}

function tooSlow(config: Config, estimate: RunEstimate): string[] {
  const { timeoutSeconds, memoryMb } = config.deploy;
  if (fitsTime(config, estimate)) return [];
  const { seconds, series, waitSeconds, cpuSeconds, coreShare } = estimate;
  const parts =
    `${series} series take ${text(cpuSeconds)} s of a core, of which ${memoryMb} MB bring ` +
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
    `deploy.memory: expected enough for ${estimate.series} series, got ${memoryMb} MB for an ` +
      `estimate of ${Math.ceil(estimate.memoryMb)} MB`,
  ];
}

/** What to change: the memory, or else the timeout too, or else the monitors. */
function wayOut(config: Config): string {
  const fewer = 'watch fewer series (maxSeries), or with shorter windows or fewer trees';
  const memory = leastMemoryMb(config);
  if (memory !== undefined) return `Set deploy.memory to ${memory} or more, or ${fewer}`;
  // More than a whole core brings no speed; the state has to fit all the same.
  const needed = Math.ceil(estimateRun(config).memoryMb);
  const memoryMb = Math.max(config.deploy.memoryMb, WHOLE_CORE_MB, needed);
  for (let longer = config.deploy.timeoutSeconds + 1; longer <= MOST_TIMEOUT_SECONDS; longer++) {
    if (!fits(config, { memoryMb, timeoutSeconds: longer })) continue;
    return `Set deploy.memory to ${memoryMb} and deploy.timeout to ${longer}s, or ${fewer}`;
  }
  return `No memory and no timeout makes up for it: ${fewer}`;
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
