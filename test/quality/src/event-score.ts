import type { LabelledSeries, Span } from './corpus.ts';

/**
 * An alert is its opening: the first of a run of rows at or above the threshold. A marked run of rows is
 * found by an opening from one row before it to two rows after it; what else opens there counts neither
 * way, and every other opening is false.
 */
const ROWS_BEFORE = 1;
const ROWS_AFTER = 2;

const WEEK_MS = 7 * 24 * 3_600_000;

export interface EventScore {
  /** A row at or above it is flagged. */
  readonly threshold: number;
  readonly events: number;
  readonly found: number;
  readonly false: number;
  /** found / (found + false); 1 when nothing opened. */
  readonly precision: number;
  /** found / events. */
  readonly recall: number;
  readonly f1: number;
  /** Over the time in which an opening would be false. */
  readonly falsePerMetricWeek: number;
}

export interface EventSweep {
  /** At the threshold with the highest F1. */
  readonly best: EventScore;
  /** At the threshold with the highest recall among those with at most so many false alerts. */
  within(falsePerMetricWeek: number): EventScore;
}

/**
 * How well scores find the marked events of series, at every threshold there is; one threshold holds for
 * all series. Rows before `scoredFrom`, and events that begin there, are left out.
 *
 * @param scores - one a row, for each series; NaN is below every threshold
 */
export function sweepEvents(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
): EventSweep {
  const { changes, events, weeks } = changesOf(series, scores);
  changes.sort((a, b) => b.threshold - a.threshold);
  const open = new Map<Span, number>();
  const curve: EventScore[] = [];
  let found = 0;
  let falseAlerts = 0;
  curve.push(scoreOf(Number.POSITIVE_INFINITY, { found, falseAlerts, events, weeks }));
  for (let i = 0; i < changes.length; ) {
    const { threshold } = changes[i]!;
    for (; i < changes.length && changes[i]!.threshold === threshold; i++) {
      const { event, opens } = changes[i]!;
      if (event === undefined) {
        falseAlerts += opens;
        continue;
      }
      const before = open.get(event) ?? 0;
      open.set(event, before + opens);
      found += Number(before + opens > 0) - Number(before > 0);
    }
    curve.push(scoreOf(threshold, { found, falseAlerts, events, weeks }));
  }
  const highest = (scores: readonly EventScore[], by: 'f1' | 'recall'): EventScore =>
    scores.reduce((best, score) => (score[by] > best[by] ? score : best));
  return {
    best: highest(curve, 'f1'),
    within: (most) =>
      highest(
        curve.filter((score) => score.falsePerMetricWeek <= most),
        'recall',
      ),
  };
}

/** The score of alerts that open on these rows, of each series. */
export function scoreOpenings(
  series: readonly LabelledSeries[],
  openings: readonly (readonly number[])[],
): EventScore {
  const scores = series.map(({ values }, i) => {
    const flags = new Float64Array(values.length);
    for (const row of openings[i]!) flags[row] = 1;
    return flags;
  });
  // Two openings on neighbouring rows are two, which flags alone cannot say.
  const { changes, events, weeks } = changesOf(series, scores, () => Number.NEGATIVE_INFINITY);
  const seen = new Set<Span>();
  let falseAlerts = 0;
  for (const { event, opens, threshold } of changes) {
    if (threshold !== 1 || opens !== 1) continue;
    if (event === undefined) falseAlerts += 1;
    else seen.add(event);
  }
  return scoreOf(1, { found: seen.size, falseAlerts, events, weeks });
}

/** The rows in which an opening finds a marked run. */
export function eventSpan([first, last]: Span): Span {
  return [first - ROWS_BEFORE, last + ROWS_AFTER];
}

/** With the threshold going down past `threshold`, an opening comes or goes. */
interface Change {
  readonly threshold: number;
  readonly opens: 1 | -1;
  /** The event that it finds; undefined for a false one. */
  readonly event: Span | undefined;
}

/** A row is an opening for the thresholds above the score before it, up to its own. */
function changesOf(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
  scoreBefore: (scores: Float64Array, row: number) => number = (own, row) => own[row - 1]!,
): { readonly changes: Change[]; readonly events: number; readonly weeks: number } {
  const changes: Change[] = [];
  let events = 0;
  let outsideMs = 0;
  series.forEach(({ timestamps, values, spans, scoredFrom }, index) => {
    const own = scores[index]!;
    if (own.length !== values.length) {
      throw new RangeError(`${own.length} scores for ${values.length} rows`);
    }
    const scored = spans.filter(([first]) => first >= scoredFrom);
    const owners = eventsByRow(spans, values.length);
    const counted = new Set(scored);
    events += scored.length;
    for (let row = scoredFrom; row < values.length; row++) {
      const near = owners[row];
      if (near === undefined && row > 0) outsideMs += timestamps[row]! - timestamps[row - 1]!;
      const score = own[row]!;
      const before = row === 0 ? Number.NaN : scoreBefore(own, row);
      if (Number.isNaN(score) || before >= score) continue;
      for (const event of near ?? [undefined]) {
        if (event !== undefined && !counted.has(event)) continue;
        changes.push({ threshold: score, opens: 1, event });
        if (before > Number.NEGATIVE_INFINITY) {
          changes.push({ threshold: before, opens: -1, event });
        }
      }
    }
  });
  return { changes, events, weeks: outsideMs / WEEK_MS };
}

/** The events that an opening in a row would find; undefined where it would be false. */
function eventsByRow(spans: readonly Span[], rows: number): readonly (Span[] | undefined)[] {
  const owners: (Span[] | undefined)[] = new Array(rows);
  for (const span of spans) {
    const [first, last] = eventSpan(span);
    for (let row = Math.max(0, first); row <= last; row++) {
      if (row >= rows) break;
      const known = owners[row];
      if (known === undefined) owners[row] = [span];
      else known.push(span);
    }
  }
  return owners;
}

function scoreOf(
  threshold: number,
  counts: {
    readonly found: number;
    readonly falseAlerts: number;
    readonly events: number;
    readonly weeks: number;
  },
): EventScore {
  const { found, falseAlerts, events, weeks } = counts;
  const opened = found + falseAlerts;
  const precision = opened === 0 ? 1 : found / opened;
  const recall = events === 0 ? 1 : found / events;
  return {
    threshold,
    events,
    found,
    false: falseAlerts,
    precision,
    recall,
    f1: found === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    falsePerMetricWeek: weeks === 0 ? 0 : falseAlerts / weeks,
  };
}
