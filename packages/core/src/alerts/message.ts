import type { AlertGroup } from './group.ts';
import type { DecisionReason, WorstSample } from './lifecycle.ts';
import type { Severity } from './policy.ts';
import type { Condition } from './transition-id.ts';
import { deviationFactorOf, sideOf, type Verdict } from './verdict.ts';

/** Why something is told of which no sample tells. */
export type ConditionReason =
  /** No sample for longer than its monitor allows; and samples come again. */
  | 'went-silent'
  | 'data-is-back'
  /** It could not be read in several runs in a row; and it can again. */
  | 'cannot-be-read'
  | 'can-be-read'
  /** Its monitor is no more, or no more that of this series: what was open ends. */
  | 'no-longer-watched';

export type MessageReason = DecisionReason | ConditionReason;

/**
 * What a receiver gets: one JSON object. Numbers are in the unit of the metric with four
 * significant digits, null where unknown; times are ISO 8601 in UTC and are those of the samples.
 */
export interface AlertMessage {
  /** The monitor's name, as a title. */
  readonly alert: string;
  /** An `anomaly`; or `no-data` and `cannot-see`, which are told without a sample. */
  readonly condition: Condition;
  readonly state: 'firing' | 'resolved';
  /** `page` concerns people, `notice` machines. */
  readonly severity: Severity;
  readonly reason: MessageReason;
  readonly metric: string;
  /** What the metric belongs to: the value of its first dimension. */
  readonly cluster: string | null;
  readonly current_value: number | null;
  /** Mean and standard deviation of the samples remembered, without this one. */
  readonly mean: number | null;
  readonly std_deviation: number | null;
  /** |current_value - mean| / std_deviation; null when that deviation is zero or unknown. */
  readonly deviation_factor: number | null;
  readonly side: 'above' | 'below' | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly score: number | null;
  readonly threshold: number | null;
  /** How rare it is on this metric: once in so many days; null where the detector cannot tell. */
  readonly rarity_days: number | null;
  readonly detector: string;
  /** Time of the sample that caused the transition, or of the run where there is none. */
  readonly timestamp: string;
  /** Time of the sample that opened the alert; of what is missing, since when it is. */
  readonly since: string;
  /** The sample farthest from normal so far. */
  readonly worst_value: number | null;
  readonly worst_timestamp: string | null;
  readonly worst_deviation_factor: number | null;
  readonly monitor: string;
  readonly series: string;
  readonly owner: string | null;
  readonly runbook: string | null;
  /** Where people are told, when the monitor says so itself. */
  readonly topic: string | null;
  /** Where to look at the metric. */
  readonly console_url: string | null;
  /** A picture of the last day, where charts are made: a link that lives for hours. */
  readonly chart_url: string | null;
  /** Why a series cannot be read, in the words of its source. */
  readonly detail: string | null;
  /** When the message speaks for several: of them; the other fields are those of the worst. */
  readonly group: AlertGroup | null;
  readonly transition_id: string;
}

/** Whom and what an alert is about: all of it that is not in its samples. */
export interface AlertSubject {
  readonly monitor: string;
  readonly series: string;
  readonly metric: string;
  readonly resource: string | null;
  readonly detector: string;
  readonly owner?: string | undefined;
  readonly runbook?: string | undefined;
  readonly topic?: string | undefined;
}

export interface AlertMessageInput {
  readonly transitionId: string;
  readonly subject: AlertSubject;
  /** `anomaly` unless told. */
  readonly condition?: Condition;
  readonly state: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly reason: MessageReason;
  readonly since: number;
  /** Of the sample that caused the transition; without one, the slot. */
  readonly timestamp: number;
  /** Of an anomaly. */
  readonly worst?: WorstSample | undefined;
  readonly verdict?: Verdict | undefined;
  readonly detail?: string | undefined;
  /** Unknown unless told. */
  readonly consoleUrl?: string | null;
}

export function buildAlertMessage(input: AlertMessageInput): AlertMessage {
  const { verdict, worst, subject } = input;
  const { expectation } = verdict ?? {};
  return {
    alert: subject.monitor,
    condition: input.condition ?? 'anomaly',
    state: input.state,
    severity: input.severity,
    reason: input.reason,
    metric: subject.metric,
    cluster: subject.resource,
    current_value: known(verdict?.value),
    mean: known(expectation?.mean),
    std_deviation: known(expectation?.standardDeviation),
    deviation_factor: known(verdict && deviationFactorOf(verdict)),
    side: verdict === undefined ? null : sideOf(verdict),
    expected: known(expectation?.expected),
    lower: known(expectation?.lower),
    upper: known(expectation?.upper),
    score: known(verdict?.score),
    threshold: verdict?.threshold ?? null,
    rarity_days: known(verdict?.rarity),
    detector: subject.detector,
    timestamp: isoTime(input.timestamp),
    since: isoTime(input.since),
    worst_value: known(worst?.value),
    worst_timestamp: worst === undefined ? null : isoTime(worst.timestamp),
    worst_deviation_factor: known(worst?.deviationFactor),
    monitor: subject.monitor,
    series: subject.series,
    owner: subject.owner ?? null,
    runbook: subject.runbook ?? null,
    topic: subject.topic ?? null,
    console_url: input.consoleUrl ?? null,
    chart_url: null,
    detail: input.detail ?? null,
    group: null,
    transition_id: input.transitionId,
  };
}

/** Four significant digits: a latency of 4 ms must not read 0.00. */
export function significant(value: number): number {
  return Number(value.toPrecision(4));
}

function known(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? significant(value) : null;
}

/** 2014-04-15T00:04:00Z: without the milliseconds, which no metric has. */
export function isoTime(timestampMs: number): string {
  return new Date(timestampMs).toISOString().replace('.000Z', 'Z');
}
