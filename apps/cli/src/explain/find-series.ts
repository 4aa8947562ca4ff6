import { nearestName } from '@plumbline/config';
import {
  type MetricSource,
  type Monitor,
  matchesPattern,
  type Series,
  type WatchedSeries,
  watchMonitors,
} from '@plumbline/core';
import { CommandError, EXIT } from '../exit.ts';
import { printable } from '../view/text.ts';

/** Of many series so many are listed. */
const MOST_LISTED = 20;

/**
 * The one series that is asked about: of the monitor of this name, or the series of this name, as `plumbline run`
 * shows it.
 *
 * @throws {CommandError} there is none, or more than one
 */
export async function findSeries(
  { name, pattern }: { readonly name: string; readonly pattern: string | undefined },
  monitors: readonly Monitor[],
  source: MetricSource,
): Promise<WatchedSeries> {
  const monitor =
    monitors.find((each) => each.name === name) ??
    monitors.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const within = monitor === undefined ? monitors : [monitor];
  const { watched, notes } = await watchMonitors(within, source);
  const named = monitor ? watched : watched.filter(({ series }) => isCalled(series, name));
  if (named.length === 0) {
    if (monitor === undefined) throw unknown(name, monitors, watched);
    const why = notes.map(({ message }) => message).join('; ') || 'nothing matches';
    throw new CommandError(EXIT.failed, `monitor "${monitor.name}" has no series: ${why}`);
  }
  const fitting =
    pattern === undefined ? named : named.filter(({ series }) => fits(series, pattern));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  if (only === undefined) {
    throw new CommandError(
      EXIT.usage,
      `no series of ${printable(JSON.stringify(name))} fits ${printable(JSON.stringify(pattern))}\n${listOf(named)}`,
    );
  }
  throw new CommandError(
    EXIT.usage,
    `${printable(JSON.stringify(name))} has ${fitting.length} series${pattern === undefined ? '' : ' that fit'}: say which with --series <pattern>\n${listOf(fitting)}`,
  );
}

/** How a series is called: by the source, by its metric, by what it belongs to. */
function namesOf({ id, metric, resource }: Series): readonly string[] {
  return [id, metric, ...(resource === null ? [] : [resource])];
}

function isCalled(series: Series, name: string): boolean {
  return namesOf(series).includes(name);
}

function fits(series: Series, pattern: string): boolean {
  return namesOf(series).some((name) => matchesPattern(pattern, name));
}

function unknown(
  name: string,
  monitors: readonly Monitor[],
  watched: readonly WatchedSeries[],
): CommandError {
  const names = monitors.map((monitor) => monitor.name);
  const metrics = watched.map(({ series }) => series.metric);
  const nearest = nearestName(name, names) ?? nearestName(name, metrics);
  const meant = nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
  const known = names.slice(0, MOST_LISTED).map((each) => `  ${each}`);
  const rest = names.length > MOST_LISTED ? [`  and ${names.length - MOST_LISTED} more`] : [];
  return new CommandError(
    EXIT.usage,
    [
      `no monitor or series is called ${JSON.stringify(name)}${meant}`,
      'monitors:',
      ...known,
      ...rest,
    ].join('\n'),
  );
}

function listOf(watched: readonly WatchedSeries[]): string {
  const shown = watched.slice(0, MOST_LISTED).map(({ series }) => `  ${printable(lineOf(series))}`);
  const rest = watched.length - shown.length;
  return [...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
}

function lineOf({ metric, resource, locator }: Series): string {
  if (resource === null) return metric;
  return locator.kind === 'cloudwatch' ? `${resource}  (${metric})` : `${metric} ${resource}`;
}
