import type { Monitor } from '@plumbline/core';
import type { DetectorInput } from './detector-schema.ts';
import { durationText } from './duration.ts';
import { explainIssue } from './explain.ts';
import { readConfig } from './parse.ts';
import { leastWindowSamples, MOST_WINDOW_SAMPLES, resolveMonitor } from './resolve.ts';
import { type ConfigInput, configSchema, type MonitorInput } from './schema.ts';

/**
 * How the series of a file is judged: by the defaults of a configuration, or by one of its monitors.
 * Plain data, complete but for the period, which the data tells unless it is written.
 */
export interface SeriesSettings {
  readonly monitor: MonitorInput;
  readonly defaults: ConfigInput['defaults'];
  /** A period is written, at the monitor or in the defaults. */
  readonly periodWritten: boolean;
}

/** The settings of a series that no configuration tells of. */
export function defaultSeriesSettings(): SeriesSettings {
  const { defaults } = configSchema.parse({ version: 1, monitors: [ANY_FILE] });
  return { monitor: ANY_FILE, defaults, periodWritten: false };
}

/**
 * The settings in a configuration: of each of its monitors of files, and of a file of no monitor.
 *
 * @throws {ConfigError} as `parseConfig`
 */
export function parseSeriesSettings(
  text: string,
  file: string,
): {
  readonly ofMonitors: readonly (SeriesSettings & { readonly csv: string })[];
  readonly ofOthers: SeriesSettings;
} {
  // A file is scored as it is: what people have said of an estate is not asked for.
  const { input, written } = readConfig(text, file, () => '[]');
  const { defaults } = input;
  const inDefaults = (written as { defaults?: { period?: unknown } }).defaults?.period;
  const settingsOf = (monitor: MonitorInput): SeriesSettings => {
    const periodWritten = (monitor.period ?? inDefaults) !== undefined;
    return { monitor, defaults, periodWritten };
  };
  return {
    ofMonitors: input.monitors.flatMap((monitor) =>
      monitor.csv === undefined ? [] : [{ ...settingsOf(monitor), csv: monitor.csv }],
    ),
    ofOthers: settingsOf(ANY_FILE),
  };
}

/**
 * The same settings with another detector, which has its default options.
 *
 * @throws {RangeError} there is no such detector, or it has options that no default fits
 */
export function withDetector(settings: SeriesSettings, type: string): SeriesSettings {
  return { ...settings, monitor: { ...settings.monitor, detector: defaultDetector(type) } };
}

/** Judged by the defaults alone. */
const ANY_FILE: MonitorInput = { name: 'any file', csv: 'any file' };

function defaultDetector(type: string): DetectorInput {
  const input = { version: 1, defaults: { detector: { type } }, monitors: [ANY_FILE] };
  const parsed = configSchema.safeParse(input);
  if (parsed.success) return parsed.data.defaults.detector;
  const [issue] = parsed.error.issues;
  const [explanation] = issue === undefined ? [] : explainIssue(issue, configSchema, input);
  throw new RangeError(explanation?.message ?? parsed.error.message);
}

/**
 * A series ready to be judged, and what a person should know of how it came about. A window that at
 * this period is too short for the detector, or too long for any, is made to fit: for many files of
 * different periods there is no one window that fits all.
 *
 * @param foundMs - the period found in the data, ms; counts where none is written
 */
export function resolveSeries(
  { monitor, defaults, periodWritten }: SeriesSettings,
  foundMs: number,
): { readonly monitor: Monitor; readonly remark: string | undefined } {
  const periodMs = periodWritten ? undefined : foundMs;
  const resolved = resolveMonitor(monitor, defaults, { periodMs });
  const trainingMs = fittingWindowMs(resolved);
  if (trainingMs === resolved.trainingMs) return { monitor: resolved, remark: undefined };
  const [found, asked, taken] = [resolved.periodMs, resolved.trainingMs, trainingMs].map(
    durationText,
  );
  const samples = Math.floor(resolved.trainingMs / resolved.periodMs).toLocaleString('en-US');
  return {
    monitor: resolveMonitor(monitor, defaults, { periodMs, trainingMs }),
    remark: `samples are ${found} apart, so that a window of ${asked} holds ${samples}: took one of ${taken}`,
  };
}

/** Twice what the detector needs where the window holds less; at most what any window may hold. */
function fittingWindowMs({ detector, periodMs, trainingMs }: Monitor): number {
  if (!('windowSamples' in detector)) return trainingMs; // it keeps no window
  const least = leastWindowSamples(detector);
  if (trainingMs < least * periodMs) return 2 * least * periodMs;
  return Math.min(trainingMs, MOST_WINDOW_SAMPLES * periodMs);
}
