import type { Monitor, WatchedSeries } from '../pipeline/monitor.ts';
import type { CloudWatchMetric, Series } from '../ports/metric-source.ts';

/**
 * Which series something is about: each key has to be what is written, in which `*` stands for any characters.
 * An empty matcher is about every series.
 *
 * Patterns come from operators. What they are held against comes from outside, and is never a pattern.
 */
export type Matcher = Readonly<Record<string, string>>;

/** Keys that mean the same for every series; any other is the name of a dimension. */
export const MATCHER_KEYS = [
  'monitor',
  'series',
  'metric',
  'resource',
  'namespace',
  'region',
  'owner',
] as const;

/** Whether every key of the matcher fits. A key that a series does not have fits nothing. */
export function matches(matcher: Matcher, watched: WatchedSeries): boolean {
  return Object.entries(matcher).every(([key, pattern]) => {
    const value = textOf(key, watched);
    return value !== undefined && matchesPattern(pattern, value);
  });
}

function textOf(key: string, { monitor, series }: WatchedSeries): string | undefined {
  switch (key as (typeof MATCHER_KEYS)[number]) {
    case 'monitor':
      return monitor.name;
    case 'series':
      return series.id;
    case 'metric':
      return series.metric;
    case 'resource':
      return series.resource ?? undefined;
    case 'namespace':
      return metricOf(series.locator)?.namespace;
    case 'region':
      return regionOf(series);
    case 'owner':
      return monitor.owner;
    default: {
      const dimensions = metricOf(series.locator)?.dimensions ?? {};
      return Object.hasOwn(dimensions, key) ? dimensions[key] : undefined;
    }
  }
}

function metricOf(locator: Monitor['source']): CloudWatchMetric | undefined {
  return locator.kind === 'cloudwatch' ? locator : undefined;
}

/** What the locator says, or else the id: `cloudwatch://eu-west-1/...`, or `cloudwatch://role@eu-west-1/...`. */
function regionOf({ id, locator }: Series): string | undefined {
  if (locator.kind === 'csv') return undefined;
  return locator.region ?? /^cloudwatch:\/\/(?:[^/@]*@)?([^/@]+)\//.exec(id)?.[1];
}

/**
 * Whether a text is what a pattern says from its first to its last character. In time that grows with the
 * product of both lengths at worst: no text can make it explode, as it can a regular expression.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === first;
  const last = rest.pop()!;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/** As one writes it: `monitor=CPU Host=web-*`. */
export function matcherText(matcher: Matcher): string {
  const parts = Object.entries(matcher).map(([key, pattern]) => `${key}=${pattern}`);
  return parts.length === 0 ? 'every series' : parts.join(' ');
}
