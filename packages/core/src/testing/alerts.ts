import type { WorstSample } from '../alerts/lifecycle.ts';
import { type AlertMessage, buildAlertMessage } from '../alerts/message.ts';
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

/** A sample on which the detector had no opinion. */
export function noOpinionOf(index: number): Verdict {
  return verdictOf(index, 50, { score: Number.NaN, noOpinion: 'warming-up' });
}

export const WORST: WorstSample = {
  timestamp: timeOf(0),
  value: 95,
  deviationFactor: 4.5,
  score: 4.5,
};

export function messageOfVerdict(
  verdict: Verdict,
  changes: Partial<Parameters<typeof buildAlertMessage>[0]> = {},
): AlertMessage {
  return buildAlertMessage({
    transitionId: '0123456789abcdef0123456789abcdef',
    state: 'firing',
    reason: 'first-flagged',
    since: verdict.timestamp,
    worst: WORST,
    verdict,
    monitor: { name: 'cpu', detector: { type: 'z-score' } },
    series: { id: 'memory:web', metric: 'CPUUtilization', resource: 'web' },
    ...changes,
  });
}

/** The n-th of a row of notifications, one a period. */
export function notificationOf(index: number, changes: Partial<AlertMessage> = {}): Notification {
  const id = index.toString(16).padStart(32, '0');
  const message = messageOfVerdict(verdictOf(index, 95), { transitionId: id });
  return { id, message: { ...message, ...changes } };
}
