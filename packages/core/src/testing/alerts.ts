import {
  ALERT_OK,
  type AlertState,
  advanceAlert,
  type Circumstances,
  type Decision,
  type DecisionReason,
  type WorstSample,
} from '../alerts/lifecycle.ts';
import {
  type AlertMessage,
  type AlertMessageInput,
  type AlertSubject,
  buildAlertMessage,
} from '../alerts/message.ts';
import type { AlertPolicy } from '../alerts/policy.ts';
import type { Verdict } from '../alerts/verdict.ts';
import type { Expectation } from '../detectors/detector.ts';
import type { Notification } from '../ports/alert-sink.ts';
import { timeOf } from './series.ts';

/** Normal is 50 +- 10, within [20, 80]. */
export const EXPECTATION: Expectation = {
  expected: 50,
  lower: 20,
  upper: 80,
  mean: 50,
  standardDeviation: 10,
};

/** A verdict of a z-score on the sample with this index: flagged beyond three deviations. */
export function verdictOf(index: number, value: number, changes: Partial<Verdict> = {}): Verdict {
  return {
    timestamp: timeOf(index),
    value,
    score: Math.abs(value - 50) / 10,
    threshold: 3,
    noOpinion: undefined,
    expectation: EXPECTATION,
    ...changes,
  };
}

/** A verdict of a detector that tells how rare a sample is: this one once in so many days. */
export function rareVerdictOf(
  index: number,
  days: number,
  changes: Partial<Verdict> = {},
): Verdict {
  return verdictOf(index, days >= 3 ? 95 : 55, { rarity: days, ...changes });
}

/** A sample on which the detector had no opinion. */
export function noOpinionOf(index: number): Verdict {
  return verdictOf(index, 50, { score: Number.NaN, noOpinion: 'warming-up' });
}

const POLICY: AlertPolicy = { direction: 'both', resolveAfterSamples: 3 };

/** Every reason there is, in the order of a decision; the compiler misses one that is left out. */
export const DECISION_REASONS: readonly string[] = Object.keys({
  normal: true,
  'no-opinion': true,
  'other-direction': true,
  'small-effect': true,
  'labelled-normal': true,
  excluded: true,
  unconfirmed: true,
  quiet: true,
  silenced: true,
  maintenance: true,
  'first-flagged': true,
  'over-budget': true,
  'still-flagged': true,
  'clearly-worse': true,
  'now-a-page': true,
  'repeat-interval': true,
  'quiet-over': true,
  recovering: true,
  recovered: true,
  'new-normal': true,
} satisfies Record<DecisionReason, true>);

interface Setting {
  readonly policy?: Partial<AlertPolicy>;
  /** How many times rarer a page has to be at the n-th verdict. */
  readonly raises?: readonly number[];
  /** What else there is to consider at the n-th verdict. */
  readonly circumstances?: (index: number) => Circumstances;
  /** Where the alert stands before; nothing is open unless told. */
  readonly state?: AlertState;
}

/** The decisions on verdicts that come one after another. */
export function decisionsOn(
  verdicts: readonly Verdict[],
  { policy = {}, raises = [], circumstances = () => ({}), state: initial = ALERT_OK }: Setting = {},
): Decision[] {
  let state = initial;
  return verdicts.map((verdict, i) => {
    const around = { raise: raises[i], ...circumstances(i) };
    const decision = advanceAlert(state, verdict, { ...POLICY, ...policy }, around);
    state = decision.state;
    return decision;
  });
}

/** The same for values, one a period: 50 is normal, below 20 and above 80 is flagged; NaN no opinion. */
export function decisionsOnValues(values: readonly number[], setting?: Setting): Decision[] {
  return decisionsOn(
    values.map((value, i) => (Number.isNaN(value) ? noOpinionOf(i) : verdictOf(i, value))),
    setting,
  );
}

/** The same for rarities in days, one a period: from 3 on a notice, from 28 on a page; NaN no opinion. */
export function decisionsOnDays(days: readonly number[], setting?: Setting): Decision[] {
  return decisionsOn(
    days.map((rarity, i) => (Number.isNaN(rarity) ? noOpinionOf(i) : rareVerdictOf(i, rarity))),
    setting,
  );
}

export const WORST: WorstSample = {
  timestamp: timeOf(0),
  value: 95,
  deviationFactor: 4.5,
  signal: 4.5,
};

export const SUBJECT: AlertSubject = {
  monitor: 'cpu',
  series: 'memory:web',
  metric: 'CPUUtilization',
  resource: 'web',
  detector: 'z-score',
};

export function messageOfVerdict(
  verdict: Verdict,
  changes: Partial<AlertMessageInput> = {},
): AlertMessage {
  return buildAlertMessage({
    transitionId: '0123456789abcdef0123456789abcdef',
    state: 'firing',
    severity: 'page',
    reason: 'first-flagged',
    since: verdict.timestamp,
    timestamp: verdict.timestamp,
    worst: WORST,
    verdict,
    subject: SUBJECT,
    ...changes,
  });
}

/** The n-th of a row of notifications, one a period. */
export function notificationOf(index: number, changes: Partial<AlertMessage> = {}): Notification {
  const id = index.toString(16).padStart(32, '0');
  const message = messageOfVerdict(verdictOf(index, 95), { transitionId: id });
  return { id, message: { ...message, ...changes } };
}
