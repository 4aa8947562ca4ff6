import { ALERT_OK, type AlertPolicy, type AlertState, advanceAlert } from '../alerts/lifecycle.ts';
import { judge } from '../alerts/verdict.ts';
import { type DetectorSpec, loadDetector } from '../detectors/detector-spec.ts';

/** What became of one sample. */
export interface ScoredSample {
  /** The detector's; NaN when it has no opinion. */
  readonly score: number;
  /** The score after the emission policy: 0 while it stays quiet, and where there is no opinion. */
  readonly signal: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** The severity of the alert that is open after this sample, if one is. */
  readonly alert: 'page' | 'notice' | undefined;
}

export interface SeriesScorer {
  /** Judges a sample, takes the alert one sample further, and learns it. NaN is a missing sample. */
  push(timestamp: number, value: number): ScoredSample;
}

/**
 * The fold of one series, without a store: every sample is judged, decided on and learned, in this
 * order, just as a run does it slot by slot.
 *
 * @throws {InvalidOptionError} an option of the detector is outside its range
 */
export async function createSeriesScorer(
  spec: DetectorSpec,
  policy: AlertPolicy,
): Promise<SeriesScorer> {
  const detector = (await loadDetector(spec))();
  let state: AlertState = ALERT_OK;
  return {
    push(timestamp, value) {
      const verdict = judge(detector, timestamp, value);
      state = advanceAlert(state, verdict, policy).state;
      detector.learn(timestamp, value);
      const { score, expectation } = verdict;
      return {
        score,
        signal: Number.isNaN(score) ? 0 : score,
        expected: expectation.expected,
        lower: expectation.lower,
        upper: expectation.upper,
        alert: state.phase === 'firing' ? 'page' : undefined,
      };
    },
  };
}
