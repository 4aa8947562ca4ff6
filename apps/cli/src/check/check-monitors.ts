import {
  type CloudWatchMetric,
  type MetricLocator,
  type MetricSource,
  type Monitor,
  messageOf,
  type ReadRequest,
  type ReadResult,
  type Series,
  watchMonitors,
  withinMaxSeries,
} from '@plumbline/core';
import type { ConfigFile } from '../config-file.ts';
import { type Problem, periodProblemText } from '../problem.ts';
import { createSamplingPeriod } from '../score/sampling-period.ts';
import { openAccount } from '../source/account-metrics.ts';
import { adviceOn } from '../source/aws-trouble.ts';
import {
  type ConfiguredSource,
  openMetricSource,
  readsCloudWatch,
} from '../source/metric-source.ts';
import { nearestFile } from './nearest-file.ts';
import { createMetricFinder, type Existence } from './nearest-metric.ts';

/** What is looked at, ms: a day, and of samples that come seldom so many periods. */
const DAY_MS = 24 * 3_600_000;
const LEAST_PERIODS = 12;

/** Fewer than this share of the samples that a period promises, and something does not fit. */
const FEW = 0.5;

/** What a monitor finds, now. */
export interface MonitorCheck {
  readonly monitor: Monitor;
  /** Series that it watches, and those among them that had a sample in this time. */
  readonly series: number;
  readonly withData: number;
  /** Timestamp of the newest sample, ms since the epoch. */
  readonly newest: number | undefined;
  /** Samples of all series in `spanMs`, and how many the period promises. */
  readonly samples: number;
  readonly expected: number;
  readonly spanMs: number;
  readonly problems: readonly Problem[];
}

/**
 * Whether what a configuration names is there and has data: each monitor's series are looked for, and their last
 * day is read, which CloudWatch bills once for each metric.
 *
 * @throws {CommandError} a monitor reads CloudWatch, and there are no credentials
 */
export async function checkMonitors(
  file: ConfigFile,
  { nowMs, onMonitor }: { readonly nowMs: number; readonly onMonitor: (name: string) => void },
): Promise<readonly MonitorCheck[]> {
  const { config, folder } = file;
  const source = await openMetricSource(file);
  const find = readsCloudWatch(config)
    ? createMetricFinder(await openAccount(config.deploy.region))
    : undefined;
  const checks: MonitorCheck[] = [];
  for (const monitor of config.monitors) {
    onMonitor(monitor.name);
    const check = await checkMonitor(monitor, source, nowMs);
    const more = check.withData > 0 ? [] : await whyNothing(check, { folder, find });
    checks.push({ ...check, problems: [...check.problems, ...more] });
  }
  return checks;
}

async function checkMonitor(
  monitor: Monitor,
  source: ConfiguredSource,
  nowMs: number,
): Promise<MonitorCheck> {
  const where = whereOf(monitor);
  const spanMs = Math.max(DAY_MS, LEAST_PERIODS * monitor.periodMs);
  const { watched: found, notes } = await watchMonitors([monitor], source);
  const { watched, notes: left } = withinMaxSeries(found);
  const problems = [...notes, ...left]
    .filter(({ kind }) => kind !== 'nothing-found') // said with what there is instead
    .map(({ kind, message }): Problem => {
      const level = kind === 'discovery-failed' ? 'failed' : 'note';
      return { where, message: withAdvice(message), level };
    });
  const spans = watched.map(({ series }) => spanOf(series, monitor, source, { nowMs, spanMs }));
  const results = await readAll(
    spans.map(({ request }) => request),
    source,
  );
  const looks = results.map((result, i) => lookAt(result, spans[i]!.expected));
  problems.push(...failures(where, looks), ...remarks(monitor, looks));
  const newest = Math.max(...looks.map((look) => look.newest));
  return {
    monitor,
    series: watched.length,
    withData: looks.filter(({ samples }) => samples > 0).length,
    newest: Number.isFinite(newest) ? newest : undefined,
    samples: total(looks.map(({ samples }) => samples)),
    expected: total(looks.map(({ expected }) => expected)),
    spanMs,
    problems,
  };
}

async function readAll(
  requests: readonly ReadRequest[],
  source: MetricSource,
): Promise<readonly ReadResult[]> {
  return requests.length === 0 ? [] : source.read(requests);
}

interface Span {
  readonly request: ReadRequest;
  /** Samples that the period promises. */
  readonly expected: number;
}

/** The last day: of a metric up to the newest settled sample, of a file up to its last row. */
function spanOf(
  series: Series,
  { periodMs, settleMs }: Monitor,
  { files }: ConfiguredSource,
  { nowMs, spanMs }: { readonly nowMs: number; readonly spanMs: number },
): Span {
  const [first, last] =
    series.locator.kind === 'csv'
      ? boundsOf(series, files)
      : [Number.NEGATIVE_INFINITY, Math.floor((nowMs - settleMs) / periodMs - 1) * periodMs];
  const lengthMs = Math.min(spanMs, last - first + periodMs);
  return {
    request: { series, periodMs, after: last - spanMs, until: last + 1 },
    expected: Math.max(0, Math.floor(lengthMs / periodMs)),
  };
}

/** Timestamps of the first row and the last; without any, and of what cannot be read, a span of nothing. */
function boundsOf(series: Series, files: ConfiguredSource['files']): readonly [number, number] {
  try {
    const { timestamps } = files.contents(series).samples;
    return [timestamps[0] ?? Number.MAX_SAFE_INTEGER, timestamps.at(-1) ?? 0];
  } catch {
    return [Number.MAX_SAFE_INTEGER, 0];
  }
}

/** What was read of one series. */
interface Look {
  readonly samples: number;
  readonly expected: number;
  /** -Infinity without one. */
  readonly newest: number;
  /** The usual time between two samples, ms; NaN where there are fewer than two. */
  readonly periodMs: number;
  readonly failure: string | undefined;
}

function lookAt(result: ReadResult, expected: number): Look {
  const nothing = { samples: 0, newest: Number.NEGATIVE_INFINITY, periodMs: Number.NaN, expected };
  if (result.status === 'failed' || result.status === 'not-reached') {
    return { ...nothing, failure: result.reason ?? 'not reached' };
  }
  const { timestamps, values } = result;
  const present = Array.from(timestamps)
    .filter((_, i) => Number.isFinite(values[i]))
    .sort((a, b) => a - b);
  const period = createSamplingPeriod();
  let periodMs = Number.NaN;
  for (const timestamp of present) periodMs = period.add(timestamp) ?? periodMs;
  const newest = present.at(-1) ?? nothing.newest;
  return { samples: present.length, newest, periodMs, expected, failure: undefined };
}

/** One line for series that fail of one cause. */
function failures(where: string, looks: readonly Look[]): Problem[] {
  const counts = new Map<string, number>();
  for (const { failure } of looks) {
    if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  }
  return [...counts].map(([failure, count]): Problem => {
    const many = count === 1 ? '' : `${count} series: `;
    return { where, message: many + withAdvice(failure), level: 'failed' };
  });
}

/** What was found and does not fit what the monitor says. */
function remarks(monitor: Monitor, looks: readonly Look[]): Problem[] {
  const where = whereOf(monitor);
  const note = (message: string): Problem => ({ where, message, level: 'note' });
  const read = looks.filter(({ failure }) => failure === undefined);
  const alive = read.filter(({ samples }) => samples > 0);
  const notes: Problem[] = [];
  if (alive.length > 0 && alive.length < read.length) {
    notes.push(note(`${read.length - alive.length} of ${read.length} series had no sample`));
  }
  if (monitor.missing === 'zero') return notes; // where nothing happens, nothing is published
  const few = alive.filter(({ samples, expected }) => samples < FEW * expected);
  const [worst] = [...few].sort((a, b) => a.samples / a.expected - b.samples / b.expected);
  if (worst === undefined) return notes;
  const which = alive.length === 1 ? '' : `${few.length} of ${alive.length} series: `;
  const got = `${which}${worst.samples} of ${worst.expected} samples`;
  const other = periodProblemText(worst.periodMs, monitor.periodMs, 'monitor');
  const next =
    other ??
    'it has gaps: a counter that is published only when something happens wants missing: zero';
  return [...notes, note(`${got}; ${next}`)];
}

/** What a monitor names that gave nothing: is it there, and what is there instead? */
async function whyNothing(
  { monitor, series, problems }: MonitorCheck,
  {
    folder,
    find,
  }: {
    readonly folder: string;
    readonly find: ReturnType<typeof createMetricFinder> | undefined;
  },
): Promise<readonly Problem[]> {
  const { source } = monitor;
  const isSaid = problems.some(({ level }) => level === 'failed');
  if (source.kind !== 'csv')
    return isSaid || find === undefined ? [] : missingMetric(monitor, find);
  const near = nearestFile(folder, source.path);
  const what = isSaid ? [] : [series === 0 ? `nothing matches ${source.path}` : 'no data'];
  const message = [...what, ...(near === undefined ? [] : [`did you mean ${near}?`])].join('; ');
  return message === '' ? [] : [{ where: whereOf(monitor), message, level: 'failed' }];
}

/** Says of each metric of a monitor without data what there is. */
async function missingMetric(
  monitor: Monitor,
  find: ReturnType<typeof createMetricFinder>,
): Promise<Problem[]> {
  const where = whereOf(monitor);
  try {
    const found: Existence[] = [];
    for (const metric of metricsOf(monitor.source)) {
      const { region, role } = monitor.source as { region?: string; role?: string };
      found.push(await find(metric, { region, role }));
    }
    const gone = found.filter(({ exists }) => !exists);
    const told = gone.length > 0 ? gone : found.slice(0, 1);
    // A counter of what has not happened is in order, as long as there is such a counter.
    const isQuiet = monitor.missing === 'zero' && gone.length === 0;
    return told.map(({ text }): Problem => {
      return { where, message: `no data: ${text}`, level: isQuiet ? 'note' : 'failed' };
    });
  } catch (error) {
    const message = `no data; what there is cannot be listed: ${messageOf(error)}`;
    return [{ where, message, level: 'failed' }];
  }
}

function metricsOf(locator: MetricLocator): readonly CloudWatchMetric[] {
  if (locator.kind === 'csv') return [];
  return locator.kind === 'cloudwatch' ? [locator] : Object.values(locator.metrics);
}

function whereOf({ name }: Monitor): string {
  return `monitor "${name}"`;
}

function withAdvice(message: string): string {
  const advice = adviceOn(message);
  return advice === undefined ? message : `${message}; ${advice.replaceAll('\n', ' ')}`;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
