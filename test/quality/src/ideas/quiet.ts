import type { LabelledSeries } from '../corpus.ts';
import { PROFILES, scoreNab } from '../nab-score.ts';

const QUIET_MS = 12 * 3_600_000;
/** What breaks the quiet: twice as high as what was told. */
const WORSE = 2;
/** Thresholds tried: from the 50 highest peaks of the corpus to some 5,000, an eighth more each time. */
const FEWEST_PEAKS = 50;
const STEP = 1.125;
const THRESHOLDS = 40;

/**
 * The standard score of the Numenta benchmark when a score is told as an alert is: at or above a threshold, then
 * quiet for 12 hours after it was last above, unless it is twice as high; at the threshold that serves best.
 */
export function quietNab(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
): number {
  const tried = thresholdsOf(series, scores);
  const results = tried.map((threshold) => {
    const told = scores.map((own, i) => toldRows(series[i]!.timestamps, own, threshold));
    return scoreNab(series, told, PROFILES.standard, 1);
  });
  return Math.max(...results);
}

/** 1 in the rows that are told, NaN in the others. */
function toldRows(timestamps: Float64Array, scores: Float64Array, threshold: number): Float64Array {
  let [told, until] = [0, Number.NEGATIVE_INFINITY];
  return scores.map((score, row) => {
    if (!(score >= threshold)) return Number.NaN;
    const tells = timestamps[row]! > until || score > WORSE * told;
    until = timestamps[row]! + QUIET_MS;
    if (!tells) return Number.NaN;
    told = score;
    return 1;
  });
}

function thresholdsOf(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
): number[] {
  const peaks = scores
    .flatMap((own, i) =>
      Array.from(own).filter((score, row) => {
        const isPeak = !(own[row - 1]! > score) && !(own[row + 1]! > score);
        return row >= series[i]!.scoredFrom && score > 0 && isPeak;
      }),
    )
    .sort((a, b) => b - a);
  const ranks = Array.from({ length: THRESHOLDS }, (_, i) => Math.floor(FEWEST_PEAKS * STEP ** i));
  return ranks.flatMap((rank) => peaks[Math.min(rank, peaks.length - 1)] ?? []);
}
