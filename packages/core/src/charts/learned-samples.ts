import type { Label, SeriesGuidance } from '../alerts/guidance.ts';
import { ALERT_OK } from '../alerts/lifecycle.ts';
import type { Expectation } from '../detectors/detector.ts';
import { loadDetector } from '../detectors/detector-spec.ts';
import type { WatchedSeries } from '../pipeline/monitor.ts';
import { createSeriesFold } from '../pipeline/series-fold.ts';
import type { Samples } from '../series/samples.ts';
import type { ChartSample } from './alert-chart.ts';

export interface LearningOptions {
  /** Samples from here on, ms, are shown with what was expected of them; those before are learned alone. */
  readonly from: number;
  readonly guidance: SeriesGuidance;
  /** Whether a moment belongs to an alert that is not to be learned as history. */
  readonly wasIncident: (timestamp: number) => boolean;
  /** Time left, ms, from now on. */
  readonly remainingMs: () => number;
}

/** Looks at the time are calls, so not at every sample. */
const SAMPLES_PER_LOOK = 32;

/**
 * What a detector expected of each sample, learned anew from the samples before it: the band of a day is kept nowhere.
 * It may differ a little from what was in the messages, where the model had learned from more.
 *
 * @returns undefined when the time is over
 * @throws {InvalidOptionError} an option of the detector is outside its range
 */
export async function learnedSamples(
  { monitor }: WatchedSeries,
  { timestamps, values }: Samples,
  { from, guidance, wasIncident, remainingMs }: LearningOptions,
): Promise<readonly ChartSample[] | undefined> {
  const detector = (await loadDetector(monitor.detector))();
  const fallback = monitor.fallback && (await loadDetector(monitor.fallback))();
  const fold = createSeriesFold({ detector, policy: monitor, alert: ALERT_OK });
  const expectationAt = (timestamp: number, value: number): Expectation => {
    const noOpinion = detector.noOpinion(timestamp, value);
    const knowsTooLittle = noOpinion === 'warming-up' || noOpinion === 'no-spread';
    return (knowsTooLittle && fallback ? fallback : detector).expect(timestamp);
  };
  const shown: ChartSample[] = [];
  for (let i = 0; i < values.length; i++) {
    if (i % SAMPLES_PER_LOOK === 0 && remainingMs() <= 0) return undefined;
    const [timestamp, value] = [timestamps[i]!, values[i]!];
    const isShown = timestamp >= from;
    if (isShown) {
      const { expected, lower, upper } = expectationAt(timestamp, value);
      shown.push({ timestamp, value, expected, lower, upper });
    }
    fold.learn(timestamp, value, labelOf(timestamp, isShown));
  }
  return shown;

  /** As a run does: an alert of the past is not learned as history, one that is new is. */
  function labelOf(timestamp: number, isShown: boolean): Label['label'] | undefined {
    const label = guidance.labelAt(timestamp);
    return label ?? (!isShown && wasIncident(timestamp) ? 'incident' : undefined);
  }
}
