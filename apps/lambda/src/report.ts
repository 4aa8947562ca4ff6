import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Note, RunCounts } from '@plumbline/core';

/** Where Plumbline's own metrics are; their dimension `service` is the name of the function. */
export const NAMESPACE = 'Plumbline';

/** Series of one note that a log line names; the others are counted. */
const MOST_NAMED = 5;

/** Notes that say how things are rather than that something is wrong. */
const CALM: ReadonlySet<Note['kind']> = new Set(['read-partial', 'samples-withheld']);

/** A line for each thing there is to say, however many series it concerns. */
export function logNotes(logger: Pick<Logger, 'info' | 'warn'>, notes: readonly Note[]): void {
  const groups = new Map<string, Note[]>();
  for (const note of notes) {
    const key = JSON.stringify([note.kind, note.message]);
    groups.set(key, [...(groups.get(key) ?? []), note]);
  }
  for (const group of groups.values()) {
    const { kind, message, retryable } = group[0]!;
    const concerned = group.flatMap(nameOf);
    const details = {
      kind,
      ...(retryable !== undefined && { retryable }),
      ...(concerned.length > 0 && {
        concerned: concerned.slice(0, MOST_NAMED),
        concernedCount: concerned.length,
      }),
    };
    if (CALM.has(kind)) logger.info(message, details);
    else logger.warn(message, details);
  }
}

/** What a note is about, for people; nothing when it is about the shard. */
function nameOf({ series, monitor }: Note): string | readonly string[] {
  if (series === undefined) return monitor ?? [];
  const [name, id] = JSON.parse(series) as [string, string]; // as `keyOf` writes it
  return `${name}: ${id}`;
}

/** How often each kind of note occurred. */
export function countNotes(notes: readonly Note[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of notes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export interface RunFigures {
  /** Monitors configured. */
  readonly monitors: number;
  /** Of these, monitors whose metrics could not be looked for. */
  readonly monitorsFailed: number;
  readonly counts: RunCounts;
  readonly runMs: number;
}

/**
 * Writes a run's figures as one line in the embedded metric format. The heartbeat says that Plumbline
 * can see: a run that was due to read and read nothing, or found nothing to watch, has none.
 */
export function publishCounts(
  metrics: Metrics,
  { monitors, monitorsFailed, counts, runMs }: RunFigures,
): void {
  const blind = counts.due > 0 && counts.read === 0;
  const idle = monitors > 0 && counts.series === 0;
  if (!blind && !idle) metrics.addMetric('Heartbeat', MetricUnit.Count, 1);
  for (const [name, value] of Object.entries({
    SeriesWatched: counts.series,
    SeriesRead: counts.read,
    SeriesFailed: counts.failed + monitorsFailed,
    SeriesLeft: counts.left,
    SeriesLate: counts.late,
    SamplesScored: counts.scored,
    SamplesRefused: counts.refused,
    AlertsFired: counts.fired,
    AlertsPaged: counts.paged,
    AlertsWorsened: counts.worsened,
    AlertsResolved: counts.resolved,
    NotificationsPending: counts.outbox,
  })) {
    metrics.addMetric(name, MetricUnit.Count, value);
  }
  metrics.addMetric('RunTime', MetricUnit.Milliseconds, runMs);
  metrics.publishStoredMetrics();
}
