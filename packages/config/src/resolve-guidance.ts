import type { Label, MaintenanceWindow, Matcher, TimeSpans } from '@plumbline/core';
import { durationMs } from './duration.ts';
import type { ExcludedInput, LabelInput, MaintenanceInput } from './guidance-schema.ts';
import type { ConfigInput } from './schema.ts';

/** What people have said in files; silences, which they say at three in the morning, are elsewhere. */
export interface FileGuidance {
  readonly maintenance: readonly MaintenanceWindow[];
  readonly labels: readonly Label[];
}

export function resolveGuidance(
  { maintenance, exclude, defaults }: ConfigInput,
  labels: readonly LabelInput[],
): FileGuidance {
  return {
    maintenance: maintenance.map(({ name, match, ...span }: MaintenanceInput) => ({
      name,
      match,
      spans: spansOf(span, defaults.timeZone),
    })),
    labels: [
      ...exclude.map(({ match, ...span }: ExcludedInput): Label => {
        return { label: 'excluded', match, spans: spansOf(span, defaults.timeZone) };
      }),
      ...labels.map(resolveLabel),
    ],
  };
}

export function resolveLabel({ label, match, from, until }: LabelInput): Label {
  return { label, match, spans: { from: Date.parse(from), until: Date.parse(until) } };
}

/** The schema has seen to it that one of the two ways is written whole. */
function spansOf(
  { from, until, cron, for: length, timeZone }: Omit<MaintenanceInput, 'name' | 'match'>,
  zoneOfDefaults: string,
): TimeSpans {
  if (cron !== undefined && length !== undefined) {
    return { cron, timeZone: timeZone ?? zoneOfDefaults, lengthMs: durationMs(length) };
  }
  return { from: Date.parse(from!), until: Date.parse(until!) };
}

/** Of a matcher, the pattern of a monitor's name that is none of these: it would never match anything. */
export function unknownMonitor(match: Matcher, names: readonly string[]): string | undefined {
  const { monitor } = match;
  if (monitor === undefined || monitor.includes('*')) return undefined;
  return names.includes(monitor) ? undefined : monitor;
}
