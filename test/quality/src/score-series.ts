import { type AlertPolicy, createSeriesScorer, type DetectorSpec } from '@plumbline/core';
import type { Contender } from './contenders.ts';
import type { LabelledSeries } from './corpus.ts';

/** One series to go through; plain data, sent to a worker. */
export interface SeriesJob {
  readonly spec: DetectorSpec;
  readonly policy: AlertPolicy;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** The first row that the detector sees. */
  readonly from: number;
}

/** What became of a series. */
export interface SeriesRun {
  /** One a row; NaN where there is no opinion. */
  readonly scores: Float64Array;
  /** One a row; 0 where it stays quiet. */
  readonly signals: Float64Array;
  /** Rows on which a page opens: a new one, or a notice that becomes one. */
  readonly pages: readonly number[];
  /** Rows on which an alert of any severity opens. */
  readonly alerts: readonly number[];
}

export function jobOf(contender: Contender, series: LabelledSeries): SeriesJob {
  const { timestamps, values, scoredFrom } = series;
  const { policy, remembersMs = Number.POSITIVE_INFINITY } = contender;
  const since = timestamps[scoredFrom]! - 2 * remembersMs;
  const from = timestamps.findIndex((timestamp) => timestamp >= since);
  return { spec: contender.specFor(series), policy, timestamps, values, from };
}

/**
 * Goes through a series sample by sample, as the command `score` does: a row that is not later than all
 * before it has come too late, gets no score and is not shown to the detector.
 */
export async function scoreSeries(job: SeriesJob): Promise<SeriesRun> {
  const { spec, policy, timestamps, values, from } = job;
  const scorer = await createSeriesScorer(spec, policy);
  const scores = new Float64Array(values.length).fill(Number.NaN);
  const signals = new Float64Array(values.length);
  const pages: number[] = [];
  const alerts: number[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let open: 'page' | 'notice' | undefined;
  for (let row = from; row < values.length; row++) {
    if (!(timestamps[row]! > newest)) continue;
    newest = timestamps[row]!;
    const { score, signal, alert } = scorer.push(newest, values[row]!);
    scores[row] = score;
    signals[row] = signal;
    if (alert === 'page' && open !== 'page') pages.push(row);
    if (alert !== undefined && open === undefined) alerts.push(row);
    open = alert;
  }
  return { scores, signals, pages, alerts };
}
