import { type AlertState, advanceAlert, type Decision } from '../alerts/lifecycle.ts';
import { type AlertPolicy, checkAlertPolicy } from '../alerts/policy.ts';
import { judge, type Verdict } from '../alerts/verdict.ts';
import type { Detector } from '../detectors/detector.ts';

/** What became of one sample. */
export interface Judged {
  readonly verdict: Verdict;
  /** The alert before it. */
  readonly before: AlertState;
  readonly decision: Decision;
}

/** One series on its way through time: its detector and its alert, a sample after the other. */
export interface SeriesFold {
  readonly alert: AlertState;
  /**
   * Judges a sample, takes the alert one sample further, and learns it.
   * @param raise - how many times rarer a page has to be now; see rule()
   */
  judge(timestamp: number, value: number, raise?: number): Judged;
  /** Learns a sample without an opinion on it: history. */
  learn(timestamp: number, value: number): void;
}

/**
 * What is done with each sample of a series, in the one order that there is: judged by what came before, decided
 * on, learned. A run does it slot by slot from a store; a file is scored by the same fold without one.
 *
 * @throws {InvalidOptionError} an option of the policy is outside its range
 */
export function createSeriesFold(
  detector: Detector,
  policy: AlertPolicy,
  initial: AlertState,
): SeriesFold {
  checkAlertPolicy(policy);
  let alert = initial;
  return {
    get alert() {
      return alert;
    },
    judge(timestamp, value, raise) {
      const verdict = judge(detector, timestamp, value);
      const before = alert;
      const decision = advanceAlert(before, verdict, policy, raise);
      alert = decision.state;
      detector.learn(timestamp, value);
      return { verdict, before, decision };
    },
    learn: (timestamp, value) => detector.learn(timestamp, value),
  };
}
