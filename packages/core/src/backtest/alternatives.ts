import type { Direction } from '../alerts/verdict.ts';
import { matrixOfValues } from '../detectors/batch-model.ts';
import { fitIsolationForest } from '../detectors/isolation-forest.ts';
import { contaminationOffset } from '../detectors/isolation-forest-detector.ts';
import type { Samples } from '../series/samples.ts';

/** What people use instead, each as it is mostly set up. */
export const ALTERNATIVES = ['static-threshold', 'z-score', 'isolation-forest'] as const;
export type Alternative = (typeof ALTERNATIVES)[number];

export interface AlternativesRequest {
  /** With the history before. */
  readonly samples: Samples;
  readonly periodMs: number;
  readonly direction: Direction;
  /** The metric's name: what measures utilisation in percent has the limit of the folklore, 80. */
  readonly metric: string;
  /** Timestamps of the first and the last sample to judge, ms since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
}

const DAY_MS = 24 * 3_600_000;
const WINDOW_DAYS = 7;
const FEWEST_SAMPLES = 24;

/** "Three sigma". */
const DEVIATIONS = 3;
/** What is left of running sums where nothing varies is less than this share of what was summed. */
const ROUNDING = 1e-9;
/** The article's rule. */
const CONTAMINATION = 0.05;
/** Fits in the time of a window: one for each twelve hours of a week. */
const FITS_A_WINDOW = 14;

const UTILISATION = /utili[sz]ation|percent/i;
const UTILISATION_LIMIT = 80;

/** As of an alarm: one message when it begins, and it is over after so many samples that are within. */
const CLEAN_SAMPLES = 3;

/**
 * How many messages the alternatives would have sent for one series, each as an alarm that opens with a flagged
 * sample and ends after three that are not; with Plumbline's quiet after an alert none of them.
 *
 * - `static-threshold`: 80 for a utilisation in percent, otherwise the highest value of the history before (the lowest,
 *   of a monitor that watches below). NaN without a history.
 * - `z-score`: farther than three standard deviations from the mean of the seven days before.
 * - `isolation-forest`: the article's rule, the 5 % of seven days that a forest finds oddest. Fitted anew for each twelve
 *   hours, to the seven days that end with them, and not with every sample, which takes 144 times as long and over the
 *   example series comes to 1,073 messages where this comes to 1,079 (`pnpm bench:alternatives`).
 */
export function messagesOfAlternatives(request: AlternativesRequest): Record<Alternative, number> {
  const { timestamps } = request.samples;
  const first = timestamps.findIndex((timestamp) => timestamp >= request.firstMs);
  const after = timestamps.findIndex((timestamp) => timestamp > request.lastMs);
  const end = after < 0 ? timestamps.length : after;
  if (first < 0 || first >= end) {
    return { 'static-threshold': 0, 'z-score': 0, 'isolation-forest': 0 };
  }
  const span = { ...request, first, end };
  return {
    'static-threshold': openings(staticThreshold(span), span),
    'z-score': openings(zScore(span), span),
    'isolation-forest': openings(isolationForest(span), span),
  };
}

interface Span extends AlternativesRequest {
  /** Indexes of the first sample to judge, and after the last. */
  readonly first: number;
  readonly end: number;
}

/** Whether the sample at an index is flagged; undefined where nothing can be said. */
type Rule = ((index: number) => boolean) | undefined;

function openings(rule: Rule, { first, end }: Span): number {
  if (rule === undefined) return Number.NaN;
  let [opened, clean] = [0, CLEAN_SAMPLES];
  for (let i = first; i < end; i++) {
    const flagged = rule(i);
    if (flagged && clean >= CLEAN_SAMPLES) opened += 1;
    clean = flagged ? 0 : clean + 1;
  }
  return opened;
}

function staticThreshold({ samples: { values }, metric, direction, first }: Span): Rule {
  if (UTILISATION.test(metric) && direction !== 'below') {
    return (i) => values[i]! > UTILISATION_LIMIT;
  }
  if (first < FEWEST_SAMPLES) return undefined;
  const history = values.subarray(0, first);
  if (direction === 'below') {
    const lowest = history.reduce(
      (least, value) => Math.min(least, value),
      Number.POSITIVE_INFINITY,
    );
    return (i) => values[i]! < lowest;
  }
  const highest = history.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return (i) => values[i]! > highest;
}

function zScore({ samples: { values }, periodMs, direction, first }: Span): Rule {
  const size = windowSamples(periodMs);
  // Around a value of the series, so that large values lose no digits in their squares.
  const origin = values[0]!;
  let [start, end, sum, squares] = [0, 0, 0, 0];
  const add = (index: number, sign: 1 | -1): void => {
    const value = values[index]! - origin;
    sum += sign * value;
    squares += sign * value * value;
  };
  const moveTo = (index: number): void => {
    for (; end < index; end++) add(end, 1);
    for (; start < index - size; start++) add(start, -1);
  };
  moveTo(first);
  return (i) => {
    moveTo(i);
    const count = end - start;
    if (count < FEWEST_SAMPLES) return false;
    const mean = sum / count;
    const far = values[i]! - origin - mean;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    const isWatched = direction === 'both' || (direction === 'above') === far > 0;
    const dust = ROUNDING * Math.max(Math.abs(values[i]! - origin), Math.abs(mean));
    return isWatched && Math.abs(far) > Math.max(DEVIATIONS * deviation, dust);
  };
}

function isolationForest({ samples: { values }, periodMs, first, end }: Span): Rule {
  const size = windowSamples(periodMs);
  const step = Math.max(1, Math.round(size / FITS_A_WINDOW));
  let fitted = { from: first, until: first, scores: new Float64Array(0), limit: Number.NaN };
  const fitFrom = (from: number): void => {
    const until = Math.min(end, from + step);
    const window = values.slice(Math.max(0, until - size), until);
    const { trainingScores } = fitIsolationForest(matrixOfValues(window), {});
    const scores = trainingScores.slice(window.length - (until - from));
    fitted = { from, until, scores, limit: contaminationOffset(trainingScores, CONTAMINATION) };
  };
  return (i) => {
    if (i + 1 < FEWEST_SAMPLES) return false;
    if (i >= fitted.until) fitFrom(i);
    return fitted.scores[i - fitted.from]! > fitted.limit;
  };
}

function windowSamples(periodMs: number): number {
  return Math.max(FEWEST_SAMPLES, Math.round((WINDOW_DAYS * DAY_MS) / periodMs));
}
