import type { AlertPolicy } from '../alerts/policy.ts';
import type { DetectorSpec } from '../detectors/detector-spec.ts';
import type { MetricLocator, Series } from '../ports/metric-source.ts';

/** What to watch, how to judge it and whom it concerns; plain data, as a configuration resolves it. */
export interface Monitor extends AlertPolicy {
  /** Unique; a part of the identity of its alerts. */
  readonly name: string;
  readonly source: MetricLocator;
  /** Time between two samples, ms. */
  readonly periodMs: number;
  /** How long after its period has ended a sample may still change, ms. */
  readonly settleMs: number;
  /** History to learn from on first sight, ms. */
  readonly trainingMs: number;
  readonly detector: DetectorSpec;
  /** The most series of its source to watch; all unless told. */
  readonly maxSeries?: number | undefined;
  /** Where people are told, in the terms of the sink (of SNS, a topic's ARN); its default unless told. */
  readonly topic?: string | undefined;
  readonly owner?: string | undefined;
  readonly runbook?: string | undefined;
}

/** A series under a monitor: the unit that has a model, a watermark and an alert. */
export interface WatchedSeries {
  readonly monitor: Monitor;
  readonly series: Series;
}

/** Names a watched series in state and in alerts. Quoted, so that no name can imitate another pair. */
export function keyOf({
  monitor,
  series,
}: {
  readonly monitor: Pick<Monitor, 'name'>;
  readonly series: Pick<Series, 'id'>;
}): string {
  return JSON.stringify([monitor.name, series.id]);
}

const SILENT_MS = 24 * 3_600_000;
const SILENT_PERIODS = 12;

/** A series without a sample for longer than this, ms, is taken for silent. */
export function silentAfterMs({ periodMs }: Pick<Monitor, 'periodMs'>): number {
  return Math.max(SILENT_MS, SILENT_PERIODS * periodMs);
}
