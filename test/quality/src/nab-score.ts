import type { LabelledSeries, Span } from './corpus.ts';

/** What a window found, a window missed and a false detection weigh. */
export interface Profile {
  readonly found: number;
  readonly missed: number;
  readonly false: number;
}

/** @see https://github.com/numenta/NAB, config/profiles.json */
export const PROFILES = {
  standard: { found: 1, missed: 1, false: 0.11 },
  reward_low_FP_rate: { found: 1, missed: 1, false: 0.22 },
  reward_low_FN_rate: { found: 1, missed: 2, false: 0.11 },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as readonly ProfileName[];

export interface NabScore {
  /** 100: every window found at its first row and nothing else; 0: nothing ever said. Unbounded below. */
  readonly score: number;
  /** A row is a detection when its score is this or more. */
  readonly threshold: number;
}

/** A detection later than this many windows after one is as false as can be. */
const FARTHEST = 3;

/**
 * The score of the Numenta Anomaly Benchmark at the threshold that serves it best, one for all series.
 *
 * Every row at or above the threshold is a detection, but for those before `scoredFrom`. Of a window
 * only the earliest counts; one outside costs the more the farther it is from the window before it.
 *
 * @param scores - one a row, for each series; NaN is no detection
 * @see Lavin and Ahmad 2015, "Evaluating Real-time Anomaly Detection Algorithms", section II
 */
export function sweepNab(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
  profile: Profile,
): NabScore {
  const rows = scoredRows(series, scores);
  rows.sort((a, b) => b.score - a.score);
  const tally = createTally(series, profile);
  let best: NabScore = { score: tally.normalised(), threshold: Number.POSITIVE_INFINITY };
  for (let i = 0; i < rows.length; i++) {
    tally.detect(rows[i]!);
    const threshold = rows[i]!.score;
    if (rows[i + 1]?.score === threshold) continue;
    const score = tally.normalised();
    if (score > best.score) best = { score, threshold };
  }
  return best;
}

/** The score when these are the detections: rows whose score is the threshold or more. */
export function scoreNab(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
  profile: Profile,
  threshold: number,
): number {
  const tally = createTally(series, profile);
  for (const row of scoredRows(series, scores)) if (row.score >= threshold) tally.detect(row);
  return tally.normalised();
}

/**
 * What each series adds to `scoreNab` of them all: the sum is that score. Of a series without a window
 * it is what its false detections cost.
 */
export function nabShares(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
  profile: Profile,
  threshold: number,
): number[] {
  const { range } = createTally(series, profile);
  return series.map((one, i) => {
    const tally = createTally([one], profile);
    for (const row of scoredRows([one], [scores[i]!]))
      if (row.score >= threshold) tally.detect(row);
    return (100 * tally.gained()) / range;
  });
}

interface ScoredRow {
  readonly series: number;
  readonly row: number;
  readonly score: number;
}

function scoredRows(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
): ScoredRow[] {
  return series.flatMap(({ values, scoredFrom }, index) => {
    const own = scores[index]!;
    if (own.length !== values.length) {
      throw new RangeError(`${own.length} scores for ${values.length} rows`);
    }
    return Array.from(own, (score, row) => ({ series: index, row, score })).filter(
      ({ row, score }) => row >= scoredFrom && !Number.isNaN(score),
    );
  });
}

/** Adds up detections, which may come in any order. */
function createTally(series: readonly LabelledSeries[], profile: Profile) {
  const windows = windowsOf(series);
  const earliest = new Map<Span, number>();
  let raw = -profile.missed * windows;
  const worst = -profile.missed * windows;
  const range = profile.found * windows - worst;
  return {
    detect({ series: index, row }: ScoredRow): void {
      const { spans } = series[index]!;
      const within = spans.find(([first, last]) => first <= row && row <= last);
      if (within === undefined) {
        raw += profile.false * valueOutside(row, spans);
        return;
      }
      const before = earliest.get(within);
      if (before !== undefined && before <= row) return;
      earliest.set(within, row);
      raw +=
        profile.found * valueWithin(row, within) -
        (before === undefined ? -profile.missed : profile.found * valueWithin(before, within));
    },
    /** From nothing ever said to everything found. */
    range,
    gained: () => raw - worst,
    normalised: () => (100 * (raw - worst)) / range,
  };
}

export function windowsOf(series: readonly LabelledSeries[]): number {
  return series.reduce((sum, { spans }) => sum + spans.length, 0);
}

/** From 1, at the first row of the window, down to just above 0. */
function valueWithin(row: number, [first, last]: Span): number {
  const width = last - first + 1;
  return sigmoid(-(last - row + 1) / width) / sigmoid(-1);
}

/** From 0, right after a window, down to -1 far from any. */
function valueOutside(row: number, spans: readonly Span[]): number {
  const before = spans.findLast(([, last]) => last < row);
  if (before === undefined) return -1;
  const [first, last] = before;
  const distance = (row - last) / (last - first);
  return distance > FARTHEST ? -1 : sigmoid(distance);
}

function sigmoid(y: number): number {
  return 2 / (1 + Math.exp(5 * y)) - 1;
}
