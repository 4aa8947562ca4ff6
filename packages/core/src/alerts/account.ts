import type { Detector } from '../detectors/detector.ts';
import type { Explanation } from '../detectors/explanation.ts';
import type { Label, Mute } from './guidance.ts';
import { type AlertState, flaggedBefore, quietUntil, type WorstSample } from './lifecycle.ts';
import {
  ALERT_POLICY_DEFAULTS,
  type AlertPolicy,
  type Bars,
  barsOf,
  clearlyWorseFrom,
  effectOf,
  type MinEffect,
  rule,
  type Severity,
} from './policy.ts';
import { type Reach, reachOf } from './reach.ts';
import { type Direction, sideOf, type Verdict } from './verdict.ts';
import { type WhatIf, whatIfs } from './what-if.ts';

/**
 * How a sample came to its decision: what the detector looked at, what the policy asked for, and what else would have
 * had to be. Plain data, for people who ask; made from the detector and the alert as they were before the sample.
 */
export interface Account {
  /** What the verdict is made of; undefined where the detector has no opinion. */
  readonly explanation: Explanation | undefined;
  /** What alerts follow: a rarity in days, or where the detector cannot tell, its score; NaN without an opinion. */
  readonly measure: 'rarity' | 'score';
  readonly signal: number;
  /** With what the budget of pages asks for. */
  readonly bars: Bars;
  /** How many times rarer a page had to be because the budget was overspent; 1 while it holds. */
  readonly raise: number;
  readonly sensitivity: number;
  /** What the signal alone comes to; undefined below all bars. */
  readonly reaches: Severity | undefined;
  readonly side: 'above' | 'below';
  readonly direction: Direction;
  /** How far off the expected value it was, in the unit of the metric and as a share of that; and how far is asked for. */
  readonly effect: { readonly absolute: number; readonly relative: number };
  readonly minEffect: MinEffect;
  /** Whether it counts: beyond the bar, on the side that is watched, by enough. */
  readonly isFlagged: boolean;
  /** How many of how many samples have to be flagged, and how many are, with this one. */
  readonly confirm: { readonly flagged: number; readonly of: number; readonly counted: number };
  /** The alert that was open before it. */
  readonly open: OpenAlert | undefined;
  /** The alert that ended before it, while that keeps quiet. */
  readonly quiet: QuietAfter | undefined;
  readonly resolveAfterSamples: number;
  /** The silence or maintenance that covers it, and what people say of its time. */
  readonly mute: Mute | undefined;
  readonly label: Label['label'] | undefined;
  /** The values from which on it would have been a notice or a page. */
  readonly reach: Reach;
  /** What a change of one thing would have made of this sample, where it would have made a difference. */
  readonly whatIfs: readonly WhatIf[];
}

export interface OpenAlert {
  /** Timestamp of the sample that opened it. */
  readonly since: number;
  readonly severity: Severity;
  /** Clean samples in a row before this one. */
  readonly cleanSamples: number;
  /** Nobody has been told of it yet. */
  readonly isUntold: boolean;
  readonly worst: WorstSample;
  /** A rarity above this, in days, would be told again; NaN where alerts follow a score. */
  readonly worseFrom: number;
}

export interface QuietAfter {
  /** Timestamps of the sample told last, of the last one flagged, and up to when it keeps quiet, ms. */
  readonly toldAt: number;
  readonly flaggedAt: number;
  readonly until: number;
  readonly severity: Severity;
  readonly worseFrom: number;
}

/** What there was to consider beside the sample. */
export interface Considered {
  readonly raise?: number | undefined;
  readonly mute?: Mute | undefined;
  readonly label?: Label['label'] | undefined;
}

/**
 * @param detector - whose verdict it is, before it has learned the sample
 * @param before - the alert before the sample
 */
export function accountOf(
  detector: Detector,
  verdict: Verdict,
  before: AlertState,
  policy: AlertPolicy,
  { raise = 1, mute, label }: Considered,
): Account {
  const all = { ...ALERT_POLICY_DEFAULTS, ...policy };
  const { timestamp, value, expectation, rarity } = verdict;
  const ruling = rule(verdict, policy, raise);
  const bars = barsOf(verdict, policy, raise);
  const isBeyond = ruling.flagged || ruling.excused !== undefined;
  const worseFrom = (strength: number): number =>
    rarity === undefined ? Number.NaN : clearlyWorseFrom(strength, policy);
  const absolute = effectOf(value, expectation);
  const { flagged, of } = all.confirm;
  const counted = Number(ruling.flagged) + (before.phase === 'ok' ? flaggedBefore(before, of) : 0);
  return {
    explanation: detector.explain?.(timestamp, value),
    measure: rarity === undefined ? 'score' : 'rarity',
    signal: ruling.signal,
    bars,
    raise,
    sensitivity: all.sensitivity,
    reaches: isBeyond ? ruling.severity : undefined,
    side: sideOf(verdict),
    direction: all.direction,
    effect: { absolute, relative: absolute / Math.abs(expectation.expected) },
    minEffect: all.minEffect,
    isFlagged: ruling.flagged,
    confirm: { flagged, of, counted },
    open: before.phase === 'firing' ? openOf(before, worseFrom) : undefined,
    quiet: before.phase === 'ok' ? quietOf(before, timestamp, all.rearmMs, worseFrom) : undefined,
    resolveAfterSamples: all.resolveAfterSamples,
    mute,
    label,
    reach: reachOf(detector, verdict, bars),
    whatIfs: whatIfs(before, verdict, policy, { raise, mute, label }),
  };
}

function openOf(
  { since, cleanSamples, untold, worst, told }: Extract<AlertState, { phase: 'firing' }>,
  worseFrom: (strength: number) => number,
): OpenAlert {
  return {
    since,
    severity: told.severity,
    cleanSamples,
    isUntold: untold ?? false,
    worst,
    worseFrom: worseFrom(told.strength),
  };
}

function quietOf(
  { told }: Extract<AlertState, { phase: 'ok' }>,
  timestamp: number,
  rearmMs: number,
  worseFrom: (strength: number) => number,
): QuietAfter | undefined {
  if (told === undefined) return undefined;
  const until = quietUntil(told, rearmMs);
  if (timestamp > until) return undefined;
  const { at: toldAt, flaggedAt, severity, strength } = told;
  return { toldAt, flaggedAt, until, severity, worseFrom: worseFrom(strength) };
}
