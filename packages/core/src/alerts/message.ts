import type { DecisionReason, WorstSample } from './lifecycle.ts';
import type { Severity } from './policy.ts';
import { deviationFactorOf, sideOf, type Verdict } from './verdict.ts';

/**
 * What a receiver gets: one flat JSON object. Numbers are in the unit of the metric with four
 * significant digits, null where unknown; times are ISO 8601 in UTC and are those of the samples.
 */
export interface AlertMessage {
  /** The monitor's name, as a title. */
  readonly alert: string;
  readonly state: 'firing' | 'resolved';
  /** `page` concerns people, `notice` machines. */
  readonly severity: Severity;
  readonly reason: DecisionReason;
  readonly metric: string;
  /** What the metric belongs to: the value of its first dimension. */
  readonly cluster: string | null;
  readonly current_value: number;
  /** Mean and standard deviation of the samples remembered, without this one. */
  readonly mean: number | null;
  readonly std_deviation: number | null;
  /** |current_value - mean| / std_deviation; null when that deviation is zero or unknown. */
  readonly deviation_factor: number | null;
  readonly side: 'above' | 'below';
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly score: number | null;
  readonly threshold: number;
  /** How rare it is on this metric: once in so many days; null where the detector cannot tell. */
  readonly rarity_days: number | null;
  readonly detector: string;
  /** Time of the sample that caused the transition. */
  readonly timestamp: string;
  /** Time of the sample that opened the alert. */
  readonly since: string;
  /** The sample farthest from normal so far. */
  readonly worst_value: number;
  readonly worst_timestamp: string;
  readonly worst_deviation_factor: number | null;
  readonly monitor: string;
  readonly series: string;
  readonly owner: string | null;
  readonly runbook: string | null;
  /** Where people are told, when the monitor says so itself. */
  readonly topic: string | null;
  /** Where to look at the metric. */
  readonly console_url: string | null;
  readonly transition_id: string;
}

export interface AlertMessageInput {
  readonly transitionId: string;
  readonly state: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly reason: DecisionReason;
  readonly since: number;
  readonly worst: WorstSample;
  readonly verdict: Verdict;
  readonly monitor: {
    readonly name: string;
    readonly owner?: string | undefined;
    readonly runbook?: string | undefined;
    readonly topic?: string | undefined;
    readonly detector: { readonly type: string };
  };
  readonly series: {
    readonly id: string;
    readonly metric: string;
    readonly resource: string | null;
  };
  /** Unknown unless told. */
  readonly consoleUrl?: string | null;
}

export function buildAlertMessage(input: AlertMessageInput): AlertMessage {
  const { verdict, worst, monitor, series } = input;
  const { expectation } = verdict;
  return {
    alert: monitor.name,
    state: input.state,
    severity: input.severity,
    reason: input.reason,
    metric: series.metric,
    cluster: series.resource,
    current_value: significant(verdict.value),
    mean: known(expectation.mean),
    std_deviation: known(expectation.standardDeviation),
    deviation_factor: known(deviationFactorOf(verdict)),
    side: sideOf(verdict),
    expected: known(expectation.expected),
    lower: known(expectation.lower),
    upper: known(expectation.upper),
    score: known(verdict.score),
    threshold: verdict.threshold,
    rarity_days: known(verdict.rarity ?? null),
    detector: monitor.detector.type,
    timestamp: isoTime(verdict.timestamp),
    since: isoTime(input.since),
    worst_value: significant(worst.value),
    worst_timestamp: isoTime(worst.timestamp),
    worst_deviation_factor: known(worst.deviationFactor),
    monitor: monitor.name,
    series: series.id,
    owner: monitor.owner ?? null,
    runbook: monitor.runbook ?? null,
    topic: monitor.topic ?? null,
    console_url: input.consoleUrl ?? null,
    transition_id: input.transitionId,
  };
}

/** Four significant digits: a latency of 4 ms must not read 0.00. */
export function significant(value: number): number {
  return Number(value.toPrecision(4));
}

function known(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : significant(value);
}

/** 2014-04-15T00:04:00Z: without the milliseconds, which no metric has. */
export function isoTime(timestampMs: number): string {
  return new Date(timestampMs).toISOString().replace('.000Z', 'Z');
}
