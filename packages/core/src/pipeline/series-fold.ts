import { type Account, accountOf } from '../alerts/account.ts';
import type { Label, Mute } from '../alerts/guidance.ts';
import { type AlertState, advanceAlert, type Decision } from '../alerts/lifecycle.ts';
import { type AlertPolicy, completePolicy } from '../alerts/policy.ts';
import { judge, type Verdict } from '../alerts/verdict.ts';
import type { Detector, NoOpinion } from '../detectors/detector.ts';

/** What became of one sample. */
export interface Judged {
  readonly verdict: Verdict;
  /** The alert before it. */
  readonly before: AlertState;
  readonly decision: Decision;
  /** Why nobody was told, if there was something to tell. */
  readonly mute?: Mute | undefined;
  /** How it came to that, where it was asked for. */
  readonly account?: Account;
}

/** What there is to consider about one sample. */
export interface Surroundings {
  /** How many times rarer a page has to be now; see rule(). */
  readonly raise?: number | undefined;
  readonly mute?: Mute | undefined;
  /** What somebody has said of its time. */
  readonly label?: Label['label'] | undefined;
  /** Whether an account of it is wanted. */
  readonly explain?: boolean | undefined;
}

/** One series on its way through time: its detector and its alert, a sample after the other. */
export interface SeriesFold {
  readonly alert: AlertState;
  /** Judges a sample, takes the alert one sample further, and learns it. */
  judge(timestamp: number, value: number, surroundings?: Surroundings): Judged;
  /** Learns a sample without an opinion on it: history. */
  learn(timestamp: number, value: number, label?: Label['label']): void;
}

export interface SeriesFoldOptions {
  readonly detector: Detector;
  /** Judges while the detector knows too little: a limit that somebody has set. */
  readonly fallback?: Detector | undefined;
  readonly policy: AlertPolicy;
  /** The alert as it stands. */
  readonly alert: AlertState;
}

/** What is labelled normal counts as if it had happened at this time on every day of a week. */
const NORMAL_DAYS = 7;

/**
 * What is done with each sample of a series, in the one order that there is: judged by what came before, decided
 * on, learned. A run does it slot by slot from a store; a file is scored by the same fold without one.
 *
 * @throws {InvalidOptionError} an option of the policy is outside its range
 */
export function createSeriesFold({
  detector,
  fallback,
  policy,
  alert: initial,
}: SeriesFoldOptions): SeriesFold {
  completePolicy(policy);
  let alert = initial;

  const verdictOn = (timestamp: number, value: number): Verdict => {
    const verdict = judge(detector, timestamp, value);
    if (fallback === undefined || !knowsTooLittle(verdict.noOpinion)) return verdict;
    const { readyAt } = verdict;
    return { ...judge(fallback, timestamp, value), ...(readyAt !== undefined && { readyAt }) };
  };
  /** Whose verdict it is. */
  const speakerAt = (timestamp: number, value: number): Detector =>
    fallback !== undefined && knowsTooLittle(detector.noOpinion(timestamp, value))
      ? fallback
      : detector;
  const learn: SeriesFold['learn'] = (timestamp, value, label) => {
    if (label === 'excluded' || label === 'incident') return;
    detector.learn(timestamp, value, label === 'normal' ? NORMAL_DAYS : 1);
  };

  return {
    get alert() {
      return alert;
    },
    judge(timestamp, value, { explain = false, ...surroundings } = {}) {
      const { raise, mute, label } = surroundings;
      const verdict = verdictOn(timestamp, value);
      const before = alert;
      const account =
        explain && accountOf(speakerAt(timestamp, value), verdict, before, policy, surroundings);
      if (label === 'excluded') {
        const decision: Decision = { state: before, reason: 'excluded', signal: 0 };
        return { verdict, before, decision, ...(account && { account }) };
      }
      const muted = mute?.reason;
      const labelledNormal = label === 'normal';
      const decision = advanceAlert(before, verdict, policy, { raise, muted, labelledNormal });
      alert = decision.state;
      learn(timestamp, value, label);
      return {
        verdict,
        before,
        decision,
        ...(decision.reason === muted && { mute }),
        ...(account && { account }),
      };
    },
    learn,
  };
}

function knowsTooLittle(reason: NoOpinion | undefined): boolean {
  return reason === 'warming-up' || reason === 'no-spread';
}
