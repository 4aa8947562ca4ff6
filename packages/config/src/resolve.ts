import {
  ALERT_POLICY_DEFAULTS,
  type CloudWatchMetric,
  type DetectorSpec,
  type Direction,
  type MetricLocator,
  type MissingPolicy,
  type Monitor,
} from '@plumbline/core';
import type { DetectorInput } from './detector-schema.ts';
import { durationMs, durationText } from './duration.ts';
import type { LabelInput } from './guidance-schema.ts';
import { type Deploy, resolveDeploy } from './resolve-deploy.ts';
import { type FileGuidance, resolveGuidance, unknownMonitor } from './resolve-guidance.ts';
import { retentionMs } from './retention.ts';
import { type ConfigInput, MOST_SERIES_FOUND, type MonitorInput } from './schema.ts';
import { settleDelayMs } from './settle-delay.ts';

/** A configuration ready to run: plain JSON, with every default and unit resolved. */
export interface Config {
  readonly monitors: readonly Monitor[];
  /** Of all monitors together. */
  readonly pagesPerWeek: number;
  /** What people have said in files. */
  readonly guidance: FileGuidance;
  readonly local: {
    /** Relative to the configuration's folder. */
    readonly directory: string;
    readonly replayMs: number;
  };
  readonly deploy: Deploy;
}

/** Something that fits the schema and still makes no sense. */
export interface Contradiction {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Periods CloudWatch can be asked for: 1, 5, 10, 20, 30 or a multiple of 60 seconds.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
 */
const SHORT_PERIODS_MS: readonly number[] = [1000, 5000, 10_000, 20_000, 30_000];

/** A window longer than this would make each run slow and its state large. */
export const MOST_WINDOW_SAMPLES = 100_000;

/** Fills the defaults into every monitor and turns units into numbers. */
export function resolveConfig(
  input: ConfigInput,
  labels: readonly LabelInput[] = [],
): {
  readonly config: Config;
  readonly contradictions: readonly Contradiction[];
} {
  const contradictions: Contradiction[] = [];
  const firstByName = new Map<string, number>();
  const monitors = input.monitors.map((monitor, index) => {
    const path = ['monitors', index];
    const first = firstByName.get(monitor.name);
    if (first === undefined) firstByName.set(monitor.name, index);
    else {
      const message = `expected a name of its own, ${JSON.stringify(monitor.name)} is taken by monitors[${first}]`;
      contradictions.push({ path: [...path, 'name'], message });
    }
    const resolved = resolveMonitor(monitor, input.defaults);
    for (const { keys, message } of contradictionsOf(resolved, monitor)) {
      // Shown where it was written: at the monitor, or else at the defaults.
      const own = keys.find((key) => monitor[key] !== undefined);
      const where = own === undefined ? ['defaults', ...keys.slice(0, 1)] : [...path, own];
      contradictions.push({ path: where, message });
    }
    return resolved;
  });
  for (const key of ['maintenance', 'exclude'] as const) {
    input[key].forEach(({ match }, index) => {
      const unknown = unknownMonitor(match, [...firstByName.keys()]);
      if (unknown === undefined) return;
      const message = `expected the name of a monitor, or one with *, got ${JSON.stringify(unknown)}`;
      contradictions.push({ path: [key, index, 'match', 'monitor'], message });
    });
  }
  const { directory, replay } = input.local;
  const { deploy, contradictions: ofDeploy } = resolveDeploy(input.deploy);
  return {
    config: {
      monitors,
      pagesPerWeek: input.pagesPerWeek,
      guidance: resolveGuidance(input, labels),
      local: { directory, replayMs: durationMs(replay) },
      deploy,
    },
    contradictions: [...contradictions, ...ofDeploy],
  };
}

/** A monitor with its defaults filled in; where the data tells of time, that goes before what is written. */
export function resolveMonitor(
  monitor: MonitorInput,
  defaults: ConfigInput['defaults'],
  {
    periodMs = durationMs(monitor.period ?? defaults.period),
    trainingMs = durationMs(monitor.window ?? defaults.window),
  }: Partial<Pick<Monitor, 'periodMs' | 'trainingMs'>> = {},
): Monitor {
  const detector = monitor.detector ?? defaults.detector;
  const source = locatorOf(monitor);
  const missing = monitor.missing ?? defaults.missing ?? (isPattern(source) ? 'ignore' : 'missing');
  const silentAfter = monitor.silentAfter ?? defaults.silentAfter;
  return {
    name: monitor.name,
    source,
    periodMs,
    settleMs:
      monitor.settle === undefined ? settleDelayMs(source, periodMs) : durationMs(monitor.settle),
    trainingMs: detector.type === 'static-threshold' ? 0 : trainingMs,
    detector: detectorSpec(detector, {
      periodMs,
      trainingMs,
      timeZone: monitor.timeZone ?? defaults.timeZone,
    }),
    direction: monitor.direction ?? defaultDirection(monitor),
    sensitivity: monitor.sensitivity ?? defaults.sensitivity,
    resolveAfterSamples: monitor.resolveAfterSamples ?? defaults.resolveAfterSamples,
    rearmMs: rearmMs(monitor.rearm ?? defaults.rearm, detector),
    confirm: monitor.confirm ?? defaults.confirm,
    minEffect: monitor.minEffect ?? defaults.minEffect,
    repeatMs: durationMs(monitor.repeat ?? defaults.repeat),
    missing,
    silentAfterMs:
      silentAfter === undefined ? defaultSilentAfterMs(missing, periodMs) : durationMs(silentAfter),
    readEveryMs: READ_EVERY_MS[monitor.tier ?? defaults.tier],
    fallback: monitor.whileLearning && { type: 'static-threshold', ...monitor.whileLearning },
    maxSeries: monitor.maxSeries ?? (isPattern(source) ? MOST_SERIES_FOUND : undefined),
    owner: monitor.owner,
    runbook: monitor.runbook,
    topic: monitor.topic,
  };
}

function locatorOf({ metric, expression, csv, region, role }: MonitorInput): MetricLocator {
  if (metric !== undefined) {
    const { minSamples } = metric;
    return { kind: 'cloudwatch', ...metricOf(metric), minSamples, region, role };
  }
  if (expression === undefined) return { kind: 'csv', path: csv ?? '' };
  const { label, formula, metrics } = expression;
  const operands = Object.entries(metrics).map(([id, operand]) => [id, metricOf(operand)]);
  return {
    kind: 'cloudwatch-expression',
    label,
    expression: formula,
    metrics: Object.fromEntries(operands),
    region,
    role,
  };
}

function metricOf({
  namespace,
  name,
  dimensions,
  statistic,
}: Omit<NonNullable<MonitorInput['metric']>, 'minSamples'>): CloudWatchMetric {
  return { namespace, metric: name, dimensions, statistic };
}

function isPattern(source: MetricLocator): boolean {
  return source.kind === 'cloudwatch' && Object.values(source.dimensions).includes('*');
}

/** Slow and full are trouble, fast and empty are not: but a fall of an average can be either. */
function defaultDirection({ metric }: MonitorInput): Direction {
  const statistic = metric?.statistic ?? '';
  if (statistic === 'Maximum' || /^(p|tm|wm)\d/.test(statistic)) return 'above';
  return statistic === 'Minimum' ? 'below' : 'both';
}

function detectorSpec(
  detector: DetectorInput,
  {
    periodMs,
    trainingMs,
    timeZone,
  }: Pick<Monitor, 'periodMs' | 'trainingMs'> & { readonly timeZone: string },
): DetectorSpec {
  if (detector.type === 'static-threshold') return detector;
  if (detector.type === 'adaptive') return { ...detector, periodMs, timeZone };
  return { ...detector, periodMs, windowSamples: Math.floor(trainingMs / periodMs) };
}

/** Of a tier; `hot` is read in every run that may find something new. */
const READ_EVERY_MS: Readonly<Record<ConfigInput['defaults']['tier'], number>> = {
  hot: 0,
  warm: 15 * 60_000,
  cold: 60 * 60_000,
};

/** Where silence means something to the alert, it is to be noticed soon. */
const SILENT_PERIODS = 3;

/** Undefined for what core takes when nobody says. */
function defaultSilentAfterMs(missing: MissingPolicy, periodMs: number): number | undefined {
  const meansSomething = missing === 'breaching' || missing === 'notBreaching';
  return meansSomething ? SILENT_PERIODS * periodMs : undefined;
}

/** A limit that somebody has set is told each time it is crossed. */
function rearmMs(written: string | undefined, { type }: DetectorInput): number {
  if (written !== undefined) return durationMs(written);
  return type === 'static-threshold' ? 0 : ALERT_POLICY_DEFAULTS.rearmMs;
}

function contradictionsOf(
  { source, periodMs, settleMs, trainingMs, detector }: Monitor,
  { region, role, maxSeries }: MonitorInput,
): { readonly keys: readonly (keyof MonitorInput)[]; readonly message: string }[] {
  if (source.kind === 'csv' && (region !== undefined || role !== undefined)) {
    return [{ keys: ['region', 'role'], message: 'a file is in no region and needs no role' }];
  }
  if (maxSeries !== undefined && !isPattern(source) && source.kind !== 'csv') {
    const message = 'expected a metric with a dimension of *: any other is one series';
    return [{ keys: ['maxSeries'], message }];
  }
  if (source.kind !== 'csv' && periodMs % 60_000 !== 0 && !SHORT_PERIODS_MS.includes(periodMs)) {
    const message = `expected 1s, 5s, 10s, 20s, 30s or whole minutes for CloudWatch, got ${durationText(periodMs)}`;
    return [{ keys: ['period'], message }];
  }
  const kept = retentionMs(periodMs);
  // A sample is settled only after its period, so that the whole window lies a little further back.
  if (source.kind !== 'csv' && trainingMs + settleMs + 2 * periodMs > kept) {
    const message = `CloudWatch keeps samples of ${durationText(periodMs)} for ${durationText(kept)}: expected a window that ends well within, got ${durationText(trainingMs)}`;
    return [{ keys: ['window', 'period'], message }];
  }
  if (!('windowSamples' in detector)) return [];
  const { windowSamples = 0 } = detector;
  const least = leastWindowSamples(detector);
  if (windowSamples < least) {
    const window = `a window of ${durationText(trainingMs)} at a period of ${durationText(periodMs)} is ${windowSamples} samples`;
    const needed = durationText(least * periodMs);
    return [
      {
        keys: ['window', 'period'],
        message: `${window}, the detector needs ${least}: expected ${needed} or more`,
      },
    ];
  }
  if (windowSamples > MOST_WINDOW_SAMPLES) {
    const message = `expected at most ${MOST_WINDOW_SAMPLES} samples of ${durationText(periodMs)}, got ${windowSamples}`;
    return [{ keys: ['window', 'period'], message }];
  }
  return [];
}

/** The fewest samples that a window has to hold. */
export function leastWindowSamples(detector: DetectorSpec): number {
  if (!('windowSamples' in detector)) return 0; // whatever history there is, it goes on learning
  return Math.max('warmupSamples' in detector ? (detector.warmupSamples ?? 0) : 0, 3);
}
