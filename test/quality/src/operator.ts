import type { LabelledSeries, Span } from './corpus.ts';
import { eventSpan, scoreOpenings } from './event-score.ts';

/** What alerts are like for the person who gets them; null where there is nothing to tell it from. */
export interface OperatorFigures {
  /** Windows or events that there are to find. */
  readonly events: number;
  readonly found: number;
  /** Alerts that opened where nothing was marked. */
  readonly false: number;
  readonly falsePerMetricWeek: number | null;
  /** The share of alerts that meant something. */
  readonly precision: number | null;
  /** From the first marked row to the row on which the first alert opens, half of the found ones sooner. */
  readonly delayRows: number | null;
  readonly delayMinutes: number | null;
}

const WEEK_MS = 7 * 24 * 3_600_000;

/** The first of each run of rows at or above a threshold. */
export function openingsAt(scores: Float64Array, threshold: number): number[] {
  const openings: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if (scores[row]! >= threshold && !(scores[row - 1]! >= threshold)) openings.push(row);
  }
  return openings;
}

/**
 * Of alerts over the wide windows of nab: one is right when it opens within a window. Every opening
 * counts, so precision is the share of alerts that fell into windows. A metric-week is a week of samples:
 * some of the files have gaps of days, in which nothing could have been false.
 */
export function operatorOfWindows(
  series: readonly LabelledSeries[],
  openings: readonly (readonly number[])[],
): OperatorFigures {
  const delays = delaysOf(series, openings, (span) => span);
  let inside = 0;
  let outside = 0;
  let weeks = 0;
  series.forEach(({ spans, values, timestamps, scoredFrom }, i) => {
    const isInside = (row: number): boolean =>
      spans.some(([first, last]) => first <= row && row <= last);
    for (const row of openings[i]!) {
      if (row < scoredFrom) continue;
      if (isInside(row)) inside += 1;
      else outside += 1;
    }
    let rowsOutside = 0;
    for (let row = scoredFrom; row < values.length; row++) if (!isInside(row)) rowsOutside += 1;
    weeks += (rowsOutside * medianStep(timestamps)) / WEEK_MS;
  });
  return {
    events: series.reduce((sum, { spans }) => sum + spans.length, 0),
    found: delays.length,
    false: outside,
    falsePerMetricWeek: weeks === 0 ? null : outside / weeks,
    precision: inside + outside === 0 ? null : inside / (inside + outside),
    ...mediansOf(delays),
  };
}

/** Of alerts over marked rows, as `scoreOpenings` counts them. */
export function operatorOfEvents(
  series: readonly LabelledSeries[],
  openings: readonly (readonly number[])[],
): OperatorFigures {
  const score = scoreOpenings(series, openings);
  const opened = score.found + score.false;
  return {
    events: score.events,
    found: score.found,
    false: score.false,
    falsePerMetricWeek: score.falsePerMetricWeek,
    precision: opened === 0 ? null : score.precision,
    ...mediansOf(delaysOf(series, openings, eventSpan)),
  };
}

interface Delay {
  readonly rows: number;
  readonly minutes: number;
}

/** How late each span was found that was; below zero where an alert may come a row early. */
function delaysOf(
  series: readonly LabelledSeries[],
  openings: readonly (readonly number[])[],
  reachOf: (span: Span) => Span,
): Delay[] {
  return series.flatMap(({ spans, timestamps, scoredFrom }, i) =>
    spans.flatMap((span) => {
      if (span[0] < scoredFrom) return [];
      const [first, last] = reachOf(span);
      const at = openings[i]!.find((row) => row >= scoredFrom && first <= row && row <= last);
      if (at === undefined) return [];
      const minutes = (timestamps[at]! - timestamps[span[0]]!) / 60_000;
      return [{ rows: at - span[0], minutes }];
    }),
  );
}

function mediansOf(delays: readonly Delay[]): {
  readonly delayRows: number | null;
  readonly delayMinutes: number | null;
} {
  return {
    delayRows: median(delays.map(({ rows }) => rows)),
    delayMinutes: median(delays.map(({ minutes }) => minutes)),
  };
}

/** Of two in the middle the larger: a delay that was seen, not one between two. */
function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >>> 1] ?? null;
}

function medianStep(timestamps: Float64Array): number {
  const steps = Array.from(timestamps.subarray(1), (time, row) => time - timestamps[row]!);
  return median(steps) ?? 0;
}
