import { resolveSeries, type SeriesSettings } from '@plumbline/config';
import { createSeriesScorer, type ScoredSample } from '@plumbline/core';
import { periodProblemText } from '../problem.ts';
import { createSamplingPeriod } from './sampling-period.ts';

/** The period of a series of which only one sample is known, ms. */
const FIRST_PERIOD_MS = 300_000;

export interface CausalScorer {
  /** Scores a sample that is later than those before it. NaN is a missing sample. */
  push(timestamp: number, value: number): Promise<ScoredSample>;
  /** What a person should know of the settings, now that the data is known. */
  remark(): string | undefined;
  /** When there will be enough history, ms; undefined where there is, or nobody can tell. */
  readyAt(): number | undefined;
}

/**
 * The fold of one series whose period nobody knows beforehand.
 *
 * While the period is being learned, the samples so far are gone through again whenever it turns out
 * to be another. So each sample is scored as if the series ended with it, and what comes later
 * changes nothing.
 */
export async function createCausalScorer(settings: SeriesSettings): Promise<CausalScorer> {
  const period = createSamplingPeriod();
  const opening: { readonly timestamp: number; readonly value: number }[] = [];
  let foundMs = FIRST_PERIOD_MS;
  let { monitor, remark } = resolveSeries(settings, foundMs);
  let scorer = await createSeriesScorer(monitor.detector, monitor);
  let readyAt: number | undefined;

  const startAgain = async (): Promise<void> => {
    ({ monitor, remark } = resolveSeries(settings, foundMs));
    scorer = await createSeriesScorer(monitor.detector, monitor);
    for (const { timestamp, value } of opening) scorer.push(timestamp, value);
  };

  return {
    async push(timestamp, value) {
      if (!period.isSettled()) {
        const periodMs = period.add(timestamp) ?? foundMs;
        const isOther = periodMs !== foundMs;
        foundMs = periodMs;
        if (isOther && !settings.periodWritten) await startAgain();
        opening.push({ timestamp, value });
      }
      const sample = scorer.push(timestamp, value);
      readyAt = sample.verdict.readyAt;
      return sample;
    },
    readyAt: () => readyAt,
    remark: () => periodProblemText(foundMs, monitor.periodMs, 'configuration') ?? remark,
  };
}
