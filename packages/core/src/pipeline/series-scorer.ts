import { ALERT_OK } from '../alerts/lifecycle.ts';
import type { AlertPolicy, Severity } from '../alerts/policy.ts';
import { type DetectorSpec, loadDetector } from '../detectors/detector-spec.ts';
import { createSeriesFold, type Judged } from './series-fold.ts';

/** What became of one sample, with what a file says of it. */
export interface ScoredSample extends Judged {
  /** The detector's; NaN when it has no opinion. */
  readonly score: number;
  /** What the policy lets out, the rarity or else the score: 0 while it stays quiet, and where there is no opinion. */
  readonly signal: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** The severity of the alert that is open after this sample, if one is. */
  readonly alert: Severity | undefined;
}

export interface SeriesScorer {
  /** Judges a sample, takes the alert one sample further, and learns it. NaN is a missing sample. */
  push(timestamp: number, value: number): ScoredSample;
}

/**
 * The fold of one series without a store: for files, and for measuring detectors. No budget of pages
 * applies, for that is the estate's.
 *
 * @throws {InvalidOptionError} an option of the detector or of the policy is outside its range
 */
export async function createSeriesScorer(
  spec: DetectorSpec,
  policy: AlertPolicy,
): Promise<SeriesScorer> {
  const detector = (await loadDetector(spec))();
  const fold = createSeriesFold({ detector, policy, alert: ALERT_OK });
  return {
    push(timestamp, value) {
      const judged = fold.judge(timestamp, value);
      const { verdict, decision } = judged;
      const { expected, lower, upper } = verdict.expectation;
      return {
        ...judged,
        score: verdict.score,
        signal: decision.signal,
        expected,
        lower,
        upper,
        alert: decision.state.phase === 'firing' ? decision.state.told.severity : undefined,
      };
    },
  };
}
