import type { AlertSubject } from '../alerts/message.ts';
import type { AlertPolicy } from '../alerts/policy.ts';
import type { DetectorSpec } from '../detectors/detector-spec.ts';
import type { MetricLocator, Series } from '../ports/metric-source.ts';

/**
 * What it means when no sample comes. As of CloudWatch's alarms: `missing`, that nobody knows: told as a notice;
 * `ignore`, nothing: an alert stays what it is; `breaching`, trouble: a page; `notBreaching`, that all is well: an open
 * alert ends. And `zero`: of counters that are published only when something happens, that the value is 0.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export const MISSING_POLICIES = ['missing', 'ignore', 'breaching', 'notBreaching', 'zero'] as const;
export type MissingPolicy = (typeof MISSING_POLICIES)[number];

/** What to watch, how to judge it and whom it concerns; plain data, as a configuration resolves it. */
export interface Monitor extends AlertPolicy {
  /** Unique; a part of the identity of its alerts. */
  readonly name: string;
  readonly source: MetricLocator;
  /** Time between two samples, ms. */
  readonly periodMs: number;
  /** How long after its period has ended a sample may still change, ms. */
  readonly settleMs: number;
  /** How often it is read at most, ms: each read is paid for; whenever there may be news unless told. */
  readonly readEveryMs?: number | undefined;
  /** History to learn from on first sight, ms. */
  readonly trainingMs: number;
  readonly detector: DetectorSpec;
  /** Judges while the detector has too little history: a limit that somebody has set. */
  readonly fallback?: DetectorSpec | undefined;
  /** What it means when no sample comes; `ignore` unless told. */
  readonly missing?: MissingPolicy | undefined;
  /** Without a sample for so long, ms, a series has gone silent; a day or twelve periods unless told. */
  readonly silentAfterMs?: number | undefined;
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

/** What a message says of the series, whatever happened to it. */
export function subjectOf({ monitor, series }: WatchedSeries): AlertSubject {
  const { owner, runbook, topic } = monitor;
  return {
    monitor: monitor.name,
    series: series.id,
    metric: series.metric,
    resource: series.resource,
    detector: monitor.detector.type,
    ...(owner !== undefined && { owner }),
    ...(runbook !== undefined && { runbook }),
    ...(topic !== undefined && { topic }),
  };
}

interface Named {
  readonly monitor: Pick<Monitor, 'name'>;
  readonly series: Pick<Series, 'id'>;
}

const keys = new WeakMap<Named, string>();

/** Names a watched series in state and in alerts. Quoted, so that no name can imitate another pair. */
export function keyOf(watched: Named): string {
  // Each stage of each slot asks, of the same objects.
  let key = keys.get(watched);
  if (key === undefined) {
    key = JSON.stringify([watched.monitor.name, watched.series.id]);
    keys.set(watched, key);
  }
  return key;
}

const CATCH_UP_MS = 24 * 3_600_000;
const CATCH_UP_PERIODS = 12;

/** How far back a series is read again after a pause, ms: of what is long over nobody wants to be told. */
export function catchUpMs({ periodMs }: Pick<Monitor, 'periodMs'>): number {
  return Math.max(CATCH_UP_MS, CATCH_UP_PERIODS * periodMs);
}

/** A series without a sample for longer than this, ms, has gone silent. */
export function silentAfterMs(monitor: Pick<Monitor, 'periodMs' | 'silentAfterMs'>): number {
  return monitor.silentAfterMs ?? catchUpMs(monitor);
}
