import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Note, RunCounts, RunReport } from '@plumbline/core';

/** Where Plumbline's own metrics are; their dimension `service` is the name of the function. */
export const NAMESPACE = 'Plumbline';

/** Series of one note that a log line names; the others are counted. */
const MOST_NAMED = 5;

/** Notes that say how things are rather than that something is wrong. */
const CALM: ReadonlySet<Note['kind']> = new Set([
  'read-partial',
  'samples-withheld',
  'learning',
  'muted',
  'shard-divided',
]);

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

/**
 * Monitors that are not watched as they should be: their metrics cannot be looked for, or are too many, so that
 * somebody has to do something.
 */
export function countFailedMonitors(discovery: readonly Note[]): number {
  return discovery.filter(({ kind, retryable }) => {
    return kind === 'discovery-failed' || (kind === 'discovery-incomplete' && retryable === false);
  }).length;
}

export interface RunFigures {
  /** The moment that the figures are of, ms since the epoch: a run that ends late is not one of the next slot. */
  readonly slot: number;
  /** Monitors configured. */
  readonly monitors: number;
  /** Of these, monitors that are not watched as they should be; see countFailedMonitors(). */
  readonly monitorsFailed: number;
  readonly counts: RunCounts;
  readonly runMs: number;
  /** Whether it is a part of an estate, which may happen to have no series. */
  readonly isPart?: boolean;
}

/**
 * Writes a run's figures as one line in the embedded metric format. The heartbeat says that Plumbline
 * can see: a run that was due to read and read nothing, or found nothing to watch, has none.
 */
export function publishCounts(
  metrics: Metrics,
  { slot, monitors, monitorsFailed, counts, runMs, isPart = false }: RunFigures,
): void {
  metrics.setTimestamp(slot);
  const blind = counts.due > 0 && counts.read === 0;
  const idle = monitors > 0 && counts.series === 0 && !isPart;
  if (!blind && !idle) metrics.addMetric('Heartbeat', MetricUnit.Count, 1);
  for (const [name, value] of Object.entries({
    SeriesWatched: counts.series,
    SeriesRead: counts.read,
    SeriesFailed: counts.failed + monitorsFailed,
    SeriesLeft: counts.left,
    SeriesLate: counts.late,
    ThrottledSeries: counts.throttled,
    SeriesSilent: counts.silent,
    SeriesUnseen: counts.unseen,
    SamplesScored: counts.scored,
    SamplesRefused: counts.refused,
    AlertsFired: counts.fired,
    AlertsPaged: counts.paged,
    AlertsWorsened: counts.worsened,
    AlertsResolved: counts.resolved,
    AlertsMuted: counts.muted,
    NotificationsPending: counts.outbox,
  })) {
    metrics.addMetric(name, MetricUnit.Count, value);
  }
  metrics.addMetric('OutboxAge', MetricUnit.Seconds, counts.outboxAgeMs / 1000);
  metrics.addMetric('RunTime', MetricUnit.Milliseconds, runMs);
  metrics.publishStoredMetrics();
}

export interface PlanFigures {
  /** As of RunFigures. */
  readonly slot: number;
  readonly shards: number;
  readonly series: number;
  readonly monitorsFailed: number;
  /** What lay at the desk after telling, and for how long, ms. */
  readonly waiting: number;
  readonly ageMs: number;
  readonly runMs: number;
}

/** The figures of a planner. It has no heartbeat: each shard that is worked on has one. */
export function publishPlan(metrics: Metrics, figures: PlanFigures): void {
  const { slot, shards, series, monitorsFailed, waiting, ageMs, runMs } = figures;
  metrics.setTimestamp(slot);
  metrics.addMetric('ShardsPlanned', MetricUnit.Count, shards);
  metrics.addMetric('SeriesPlanned', MetricUnit.Count, series);
  metrics.addMetric('SeriesFailed', MetricUnit.Count, monitorsFailed);
  metrics.addMetric('NotificationsPending', MetricUnit.Count, waiting);
  metrics.addMetric('OutboxAge', MetricUnit.Seconds, ageMs / 1000);
  metrics.addMetric('PlanTime', MetricUnit.Milliseconds, runMs);
  metrics.publishStoredMetrics();
}

/** Alerts that a log line names; the others are counted. */
const MOST_ALERTS_NAMED = 20;

/** What became of alerts, each with its reason: what was told, and what was kept quiet. */
export function logAlerts(
  logger: Pick<Logger, 'info'>,
  { decisions, changes }: Pick<RunReport, 'decisions' | 'changes'>,
): void {
  const alerts = [
    ...decisions.flatMap(({ series, decision: { transition, reason }, mute }) => {
      if (transition === undefined && mute === undefined) return [];
      const which = `${series.monitor.name}: ${series.series.id}`;
      return [{ what: transition ?? 'quiet', reason, which, ...(mute && { by: mute.by }) }];
    }),
    ...changes.map(({ state, reason, subject }) => {
      return { what: state, reason, which: `${subject.monitor}: ${subject.series}` };
    }),
  ];
  if (alerts.length === 0) return;
  const named = alerts.slice(0, MOST_ALERTS_NAMED);
  logger.info('alerts', { kind: 'alerts', alerts: named, alertCount: alerts.length });
}
