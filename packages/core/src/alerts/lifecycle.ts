import {
  type AlertPolicy,
  completePolicy,
  isClearlyWorse,
  type Ruling,
  rule,
  type Severity,
} from './policy.ts';
import { deviationFactorOf, type Verdict } from './verdict.ts';

/** The sample of an alert that was farthest from normal: the one with the strongest signal. */
export interface WorstSample {
  readonly timestamp: number;
  readonly value: number;
  /** In standard deviations; null when there was none to measure with. */
  readonly deviationFactor: number | null;
  /** What alerts follow: the rarity in days where the detector can tell, else its score. */
  readonly signal: number;
}

/** What was told of an alert, and when there was last something to tell. */
export interface Told {
  readonly severity: Severity;
  /** The greatest strength told. */
  readonly strength: number;
  /** Timestamps of the sample told last, and of the latest one that was flagged or kept it open, ms. */
  readonly at: number;
  readonly flaggedAt: number;
}

interface OkState {
  readonly phase: 'ok';
  /** Of the alert before, while it still keeps this one quiet. */
  readonly told?: Told;
  /** The latest samples, newest in the lowest bit: 1 where flagged. Only where more than one decides. */
  readonly recent?: number;
}

interface FiringState {
  readonly phase: 'firing';
  /** Timestamp of the sample that opened it; with the series it names the alert. */
  readonly since: number;
  /** Clean samples since the last flagged one. */
  readonly cleanSamples: number;
  readonly worst: WorstSample;
  readonly told: Told;
  /** Nobody has been told of it yet: somebody wanted quiet, and `told` is what there would have been to tell. */
  readonly untold?: true;
  /** What was normal when it opened, where that is known. */
  readonly normal?: { readonly lower: number; readonly upper: number };
}

/** Where the alert of one series stands; plain data, kept in the shard's state. */
export type AlertState = OkState | FiringState;

export const ALERT_OK: OkState = { phase: 'ok' };

/** Why an alert is where it is after a sample. */
export type DecisionReason =
  /** Not flagged, and no alert is open. */
  | 'normal'
  /** The detector had no opinion; whatever was, stays. */
  | 'no-opinion'
  /** Beyond the bar, but on the side that the monitor does not watch; counts as clean. */
  | 'other-direction'
  /** Beyond the bar, but by less than the monitor's smallest effect; counts as clean. */
  | 'small-effect'
  /** Flagged, but not yet often enough. */
  | 'unconfirmed'
  /** Beyond the bar, but somebody has said that this is normal; counts as clean. */
  | 'labelled-normal'
  /** In a stretch of time that is left out: neither judged nor learned. */
  | 'excluded'
  /** Flagged, but so soon after an alert, and neither clearly worse nor the first page. */
  | 'quiet'
  /** There would be something to tell, but a silence or a maintenance window covers it. */
  | 'silenced'
  | 'maintenance'
  /** Flagged: the alert opens. */
  | 'first-flagged'
  /** Flagged, and a page were the budget of pages not overspent: opens as a notice, or stays one. */
  | 'over-budget'
  /** Flagged while the alert is open. */
  | 'still-flagged'
  /** Clearly worse than what was told: told again. */
  | 'clearly-worse'
  /** A notice until now, and this sample is a page: told again. */
  | 'now-a-page'
  /** Still open after the repeat interval: told again. */
  | 'repeat-interval'
  /** Opened while nobody was told, and the silence or the maintenance is over: told now. */
  | 'quiet-over'
  /** Clean while the alert is open, not yet for long enough. */
  | 'recovering'
  /** Clean for long enough: the alert ends. */
  | 'recovered'
  /** Clean for long enough, and yet where it was not normal when the alert opened: learned as the new normal. */
  | 'new-normal';

/** What is told of an alert: that it opened, got worse, goes on, or ended. */
export type Transition = 'firing' | 'worse' | 'repeat' | 'resolved';

export interface Decision {
  readonly state: AlertState;
  readonly reason: DecisionReason;
  /** Set when this sample is told of. */
  readonly transition?: Transition;
  /** The rarity or the score that is told; 0 while it stays quiet. */
  readonly signal: number;
}

/** Whether people are told for the first time: a page opens, or what was a notice becomes one. */
export function opensPage({ state, transition, reason }: Decision): boolean {
  const opens = transition === 'firing' || reason === 'now-a-page';
  return opens && state.phase === 'firing' && state.told.severity === 'page';
}

/** However often it is flagged again, quiet ends so many times the re-arm time after what was told. */
const QUIET_AT_MOST = 4;

/** What else there is to consider about a sample, beside the sample. */
export interface Circumstances {
  /** How many times rarer a page has to be now, 1 unless told; see rule(). */
  readonly raise?: number | undefined;
  /** Why nobody is to be told now. */
  readonly muted?: 'silenced' | 'maintenance' | undefined;
  /** Somebody has said that this stretch of time is normal. */
  readonly labelledNormal?: boolean | undefined;
}

/**
 * Takes an alert one sample further. It opens on a flagged sample, or on enough of them; stays one alert while it
 * lasts; is told again when it gets clearly worse or becomes a page, and after the repeat interval; ends after
 * `resolveAfterSamples` clean samples in a row; and re-arms some hours later. A sample without an opinion
 * changes nothing: silence is neither trouble nor recovery.
 *
 * While it is muted an alert lives on in the same way, and nothing is told but the end of what was told before.
 * What is still flagged when quiet is over is told then.
 */
export function advanceAlert(
  state: AlertState,
  verdict: Verdict,
  policy: AlertPolicy,
  { raise, muted, labelledNormal = false }: Circumstances = {},
): Decision {
  const ruling = rule(verdict, policy, raise);
  if (Number.isNaN(ruling.signal)) return { state, reason: 'no-opinion', signal: 0 };
  const ruled = labelledNormal ? asNormal(ruling) : ruling;
  return state.phase === 'ok'
    ? advanceQuiet(state, verdict, ruled, policy, muted)
    : advanceFiring(state, verdict, ruled, policy, muted);
}

/** What is beyond the bar, had nobody said that it is normal. */
function asNormal(ruling: Ruling): Ruling {
  const excused = ruling.flagged ? 'labelled-normal' : ruling.excused;
  return { ...ruling, flagged: false, stays: false, excused };
}

function advanceQuiet(
  state: OkState,
  verdict: Verdict,
  ruling: Ruling,
  policy: AlertPolicy,
  muted: Circumstances['muted'],
): Decision {
  const { rearmMs, confirm } = completePolicy(policy);
  const { timestamp } = verdict;
  const { signal, strength, severity, unraised } = ruling;
  const recent = ((state.recent ?? 0) * 2 + Number(ruling.flagged)) % 2 ** confirm.of;
  const told = state.told && isQuiet(state.told, timestamp, rearmMs) ? state.told : undefined;
  const quiet = okState(told, confirm.of > 1 ? recent : 0);

  if (!ruling.flagged) return { state: quiet, reason: ruling.excused ?? 'normal', signal: 0 };
  if (countOnes(recent) < confirm.flagged) {
    return { state: quiet, reason: 'unconfirmed', signal: 0 };
  }
  if (
    told !== undefined &&
    !isFirstPage(ruling, told) &&
    !isClearlyWorse(strength, told.strength)
  ) {
    const stillQuiet = { ...quiet, told: { ...told, flaggedAt: timestamp } };
    return { state: stillQuiet, reason: 'quiet', signal: 0 };
  }
  const { lower, upper } = verdict.expectation;
  const opened: FiringState = {
    phase: 'firing',
    since: timestamp,
    cleanSamples: 0,
    worst: sampleOf(verdict, signal),
    told: { severity, strength, at: timestamp, flaggedAt: timestamp },
    ...(Number.isFinite(lower) && Number.isFinite(upper) && { normal: { lower, upper } }),
  };
  if (muted !== undefined) return { state: { ...opened, untold: true }, reason: muted, signal: 0 };
  const reason = severity !== unraised ? 'over-budget' : 'first-flagged';
  return { state: opened, reason, transition: 'firing', signal };
}

function advanceFiring(
  state: FiringState,
  verdict: Verdict,
  ruling: Ruling,
  policy: AlertPolicy,
  muted: Circumstances['muted'],
): Decision {
  if (!ruling.stays) return recover(state, verdict, policy);

  const { timestamp } = verdict;
  const { signal, strength, severity, unraised } = ruling;
  const sample = sampleOf(verdict, signal);
  const worst = sample.signal > state.worst.signal ? sample : state.worst;
  const told = { ...state.told, flaggedAt: timestamp };
  const open: FiringState = { ...state, cleanSamples: 0, worst, told };
  const becomesPage = isFirstPage(ruling, told);
  const tellAs = {
    severity: becomesPage ? 'page' : told.severity,
    strength: Math.max(strength, told.strength),
    at: timestamp,
    flaggedAt: timestamp,
  } as const;

  if (state.untold) {
    // What has been reached in the meantime is what there is to tell, as soon as there may be telling.
    const { untold: _, ...waiting } = { ...open, told: tellAs };
    return muted === undefined
      ? { state: waiting, reason: 'quiet-over', transition: 'firing', signal }
      : { state: { ...waiting, untold: true }, reason: muted, signal: 0 };
  }
  const isWorse = isClearlyWorse(strength, told.strength);
  const { repeatMs } = completePolicy(policy);
  const isDue = repeatMs > 0 && timestamp - told.at >= repeatMs;
  if (!becomesPage && !isWorse && !isDue) {
    const isWithheld = told.severity === 'notice' && severity !== unraised;
    return { state: open, reason: isWithheld ? 'over-budget' : 'still-flagged', signal: 0 };
  }
  if (muted !== undefined) return { state: open, reason: muted, signal: 0 };
  const isNews = becomesPage || isWorse;
  return {
    state: { ...open, told: tellAs },
    reason: becomesPage ? 'now-a-page' : isWorse ? 'clearly-worse' : 'repeat-interval',
    transition: isNews ? 'worse' : 'repeat',
    signal,
  };
}

/** A clean sample of an open alert; the last of enough ends it. */
function recover(
  state: FiringState,
  verdict: Verdict,
  { resolveAfterSamples }: AlertPolicy,
): Decision {
  const cleanSamples = state.cleanSamples + 1;
  if (cleanSamples < resolveAfterSamples) {
    return { state: { ...state, cleanSamples }, reason: 'recovering', signal: 0 };
  }
  const reason = isNewNormal(state, verdict) ? 'new-normal' : 'recovered';
  // Nobody is told of the end of what nobody was told of, and it keeps nothing quiet.
  if (state.untold) return { state: ALERT_OK, reason, signal: 0 };
  return { state: okState(state.told, 0), reason, transition: 'resolved', signal: 0 };
}

/** Whether a value is normal by now, and still as far off, on its side, as what the alert opened for. */
function isNewNormal({ normal, worst }: FiringState, { value, expectation }: Verdict): boolean {
  if (normal === undefined) return false;
  if (!(value >= expectation.lower && value <= expectation.upper)) return false;
  const { lower, upper } = normal;
  return (worst.value > upper && value > upper) || (worst.value < lower && value < lower);
}

/** Whether people, who were told nothing of a notice, have to be told now. */
function isFirstPage({ severity }: Ruling, told: Told): boolean {
  return severity === 'page' && told.severity === 'notice';
}

function isQuiet(told: Told, timestamp: number, rearmMs: number): boolean {
  return timestamp - told.flaggedAt <= rearmMs && timestamp - told.at <= QUIET_AT_MOST * rearmMs;
}

/** Up to when, ms since the epoch, what was told keeps quiet if nothing more is flagged. */
export function quietUntil({ flaggedAt, at }: Told, rearmMs: number): number {
  return Math.min(flaggedAt + rearmMs, at + QUIET_AT_MOST * rearmMs);
}

/** How many of the latest samples, before the next, were flagged: of those that `confirm` looks back on. */
export function flaggedBefore({ recent = 0 }: { readonly recent?: number }, of: number): number {
  return countOnes(recent % 2 ** (of - 1));
}

/** One and the same object where nothing is remembered. */
function okState(told: Told | undefined, recent: number): OkState {
  if (told === undefined && recent === 0) return ALERT_OK;
  return { phase: 'ok', ...(told && { told }), ...(recent > 0 && { recent }) };
}

function sampleOf(verdict: Verdict, signal: number): WorstSample {
  const { timestamp, value } = verdict;
  return { timestamp, value, signal, deviationFactor: deviationFactorOf(verdict) };
}

function countOnes(bits: number): number {
  let ones = 0;
  for (let rest = bits; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
