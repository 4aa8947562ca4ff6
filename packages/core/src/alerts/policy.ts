import { checkOption } from '../errors.ts';
import { DIRECTIONS, type Direction, sideOf, type Verdict } from './verdict.ts';

/** A notice goes to machines: the event bus, the report. A page goes to people as well. */
export type Severity = 'notice' | 'page';

/** When a flagged sample becomes an alert, and when an alert is over. */
export interface AlertPolicy {
  readonly direction: Direction;
  /**
   * How readily alerts come: 2 twice as often, 0.5 half as often; in [0.1, 10]. Both severities follow. Of
   * detectors with a threshold of their own it changes nothing.
   */
  readonly sensitivity?: number;
  /** Consecutive clean samples that end an alert; an integer >= 1. */
  readonly resolveAfterSamples: number;
  /** After a flagged sample, quiet for so long, ms, unless it is clearly worse or the first page; >= 0. */
  readonly rearmMs?: number;
  /** An alert that stays open is told again after so long, ms; 0 for never; >= 0. */
  readonly repeatMs?: number;
  /** Opens when so many of the last so many samples are flagged; integers, 1 <= flagged <= of <= 30. */
  readonly confirm?: { readonly flagged: number; readonly of: number };
  /** What a deviation from the expected value must come to, at least; by default, anything. */
  readonly minEffect?: MinEffect;
}

export interface MinEffect {
  /** In the unit of the metric; >= 0. */
  readonly absolute?: number;
  /** As a share of the expected value; >= 0. */
  readonly relative?: number;
}

export const ALERT_POLICY_DEFAULTS = {
  direction: 'both',
  sensitivity: 1,
  resolveAfterSamples: 3,
  rearmMs: 12 * 3_600_000,
  repeatMs: 0,
  confirm: { flagged: 1, of: 1 },
  minEffect: {},
} as const satisfies AlertPolicy;

/** At a sensitivity of 1: rarer than once in three days is worth a notice, than once in four weeks a page. */
const NOTICE_DAYS = 3;
const PAGE_DAYS = 28;
/** An open alert stays open down to this share of what is worth a notice. */
const HYSTERESIS = 0.5;
/** Clearly worse: 25 times as rare as what was told, or one and a half times as far off. */
const WORSE_RARITY = 25;
const WORSE_DISTANCE = 1.5;
/** Samples that `confirm` can look back on: so many bits are kept of them. */
const MOST_CONFIRMING = 30;

const complete = new WeakMap<AlertPolicy, Required<AlertPolicy>>();

/**
 * A policy with its defaults filled in and its options checked, once a policy: it is asked for with every sample.
 *
 * @throws {InvalidOptionError} an option is outside its range
 */
export function completePolicy(policy: AlertPolicy): Required<AlertPolicy> {
  let known = complete.get(policy);
  if (known === undefined) {
    known = { ...ALERT_POLICY_DEFAULTS, ...policy };
    check(known);
    complete.set(policy, known);
  }
  return known;
}

function check(all: Required<AlertPolicy>): void {
  const { direction, sensitivity, resolveAfterSamples, rearmMs, repeatMs, confirm, minEffect } =
    all;
  const isIntegerIn = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  const isDistance = (value = 0): boolean => value >= 0 && Number.isFinite(value);

  checkOption(
    DIRECTIONS.includes(direction),
    'direction',
    `one of ${DIRECTIONS.join(', ')}`,
    direction,
  );
  checkOption(sensitivity >= 0.1 && sensitivity <= 10, 'sensitivity', 'in [0.1, 10]', sensitivity);
  checkOption(
    isIntegerIn(resolveAfterSamples, 1, Number.MAX_SAFE_INTEGER),
    'resolveAfterSamples',
    'an integer >= 1',
    resolveAfterSamples,
  );
  checkOption(isDistance(rearmMs), 'rearmMs', 'finite and >= 0', rearmMs);
  checkOption(isDistance(repeatMs), 'repeatMs', 'finite and >= 0', repeatMs);
  const { flagged, of } = confirm;
  const most = MOST_CONFIRMING;
  checkOption(isIntegerIn(of, 1, most), 'confirm.of', `an integer in [1, ${most}]`, of);
  checkOption(
    isIntegerIn(flagged, 1, of),
    'confirm.flagged',
    `an integer in [1, ${of}], of as many samples`,
    flagged,
  );
  const { absolute, relative } = minEffect as MinEffect;
  checkOption(isDistance(absolute), 'minEffect.absolute', 'finite and >= 0', absolute);
  checkOption(isDistance(relative), 'minEffect.relative', 'finite and >= 0', relative);
}

/** What a verdict comes to under a policy. */
export interface Ruling {
  /** What is told of: the rarity in days where the detector can tell, else its score; NaN for no opinion. */
  readonly signal: number;
  /**
   * How far beyond the bar it is, in steps of which each is clearly worse. Unlike the signal it can be compared
   * with one of before, also when the detector or the sensitivity has become another since.
   */
  readonly strength: number;
  /** Whether the sample counts: beyond the bar, on the side that is watched, by enough. */
  readonly flagged: boolean;
  /** Whether it keeps an open alert open. */
  readonly stays: boolean;
  /** What it would open as; and were the budget of pages not overspent. */
  readonly severity: Severity;
  readonly unraised: Severity;
  /** Why a sample beyond the bar does not count. */
  readonly excused: 'other-direction' | 'small-effect' | 'labelled-normal' | undefined;
}

/**
 * @param raise - how many times rarer a page has to be because the budget of pages is overspent; >= 1.
 * Detectors without a return period have no rarer: while it is overspent, theirs are notices.
 */
export function rule(verdict: Verdict, policy: AlertPolicy, raise = 1): Ruling {
  const { direction, sensitivity, minEffect } = completePolicy(policy);
  const isWatched = direction === 'both' || direction === sideOf(verdict);
  const counts = isWatched && hasEffect(verdict, minEffect);
  const { rarity, score, threshold } = verdict;
  const { beyond, ...ruled } =
    rarity === undefined
      ? {
          signal: score,
          strength: stepsOf(timesMargin(verdict), WORSE_DISTANCE),
          beyond: score > threshold,
          stays: counts && score > threshold,
          severity: raise > 1 ? ('notice' as const) : ('page' as const),
          unraised: 'page' as const,
        }
      : {
          signal: rarity,
          strength: stepsOf((rarity * sensitivity) / NOTICE_DAYS, WORSE_RARITY),
          beyond: rarity * sensitivity >= NOTICE_DAYS,
          stays: counts && rarity * sensitivity > HYSTERESIS * NOTICE_DAYS,
          severity: severityAt(rarity * sensitivity, raise),
          unraised: severityAt(rarity * sensitivity, 1),
        };
  return {
    ...ruled,
    flagged: beyond && counts,
    excused: beyond && !counts ? (isWatched ? 'small-effect' : 'other-direction') : undefined,
  };
}

/** From where on a signal is what; days of a rarity, or a detector's own score. */
export interface Bars {
  readonly notice: number;
  readonly page: number;
  /** An open alert stays open above this. */
  readonly stays: number;
}

/** The bars that `rule` holds a verdict to; infinite where nothing reaches it. */
export function barsOf(
  { rarity, threshold }: Pick<Verdict, 'rarity' | 'threshold'>,
  { sensitivity = ALERT_POLICY_DEFAULTS.sensitivity }: AlertPolicy,
  raise = 1,
): Bars {
  if (rarity === undefined) {
    const page = raise > 1 ? Number.POSITIVE_INFINITY : threshold;
    return { notice: threshold, page, stays: threshold };
  }
  return {
    notice: NOTICE_DAYS / sensitivity,
    page: (PAGE_DAYS * raise) / sensitivity,
    stays: (HYSTERESIS * NOTICE_DAYS) / sensitivity,
  };
}

/** From which rarity on, in days, a sample is clearly worse than what was told with this strength. */
export function clearlyWorseFrom(
  told: number,
  { sensitivity = ALERT_POLICY_DEFAULTS.sensitivity }: AlertPolicy,
): number {
  return (NOTICE_DAYS / sensitivity) * WORSE_RARITY ** (told + 1);
}

/** Whether one strength is clearly worse than another. */
export function isClearlyWorse(strength: number, told: number): boolean {
  return strength > told + 1;
}

function severityAt(days: number, raise: number): Severity {
  return days >= PAGE_DAYS * raise ? 'page' : 'notice';
}

function stepsOf(times: number, factor: number): number {
  return Math.log(times) / Math.log(factor);
}

/**
 * How many times as far off as the limit a value is, >= 1; of a z-score, its score against the threshold. The
 * scores themselves cannot be compared as a ratio: that of one forest ends at 1, that of another starts at 0.
 */
function timesMargin(verdict: Verdict): number {
  const { value, expectation } = verdict;
  const side = sideOf(verdict);
  const limit = side === 'above' ? expectation.upper : expectation.lower;
  const beyond = side === 'above' ? value - limit : limit - value;
  // A limit that somebody has set has no expectation: the margin is the limit itself, or where that is 0, 1.
  const margin = Math.abs(limit - expectation.expected) || Math.abs(limit) || 1;
  const times = 1 + beyond / margin;
  // A forest can flag a value within the limits, in a gap; that is as if on the limit.
  return times > 1 ? Math.min(times, Number.MAX_VALUE) : 1;
}

/** How far off the expected value; NaN where none is known. */
export function effectOf(value: number, { expected }: Verdict['expectation']): number {
  return Math.abs(value - expected);
}

function hasEffect(
  { value, expectation }: Verdict,
  { absolute = 0, relative = 0 }: MinEffect,
): boolean {
  const effect = effectOf(value, expectation);
  // Without an expectation there is nothing to measure, and nothing to excuse.
  if (Number.isNaN(effect)) return true;
  return effect >= absolute && effect >= relative * Math.abs(expectation.expected);
}
