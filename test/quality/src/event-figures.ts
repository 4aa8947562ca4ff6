import type { LabelledSeries } from './corpus.ts';
import { type EventScore, scoreOpenings, sweepEvents } from './event-score.ts';
import { type OperatorFigures, openingsAt, operatorOfEvents } from './operator.ts';
import { partsOf } from './parts.ts';
import type { SeriesRun } from './score-series.ts';

/** The noise that `recall within` allows: a false alert in two weeks on each metric. */
export const FALSE_PER_METRIC_WEEK = 0.5;

export interface EventPoint {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly falsePerMetricWeek: number;
  /** null where nothing is flagged, and where nothing was swept. */
  readonly threshold: number | null;
}

export interface EventPart {
  readonly series: number;
  /** At the threshold with which the whole set has its best F1. */
  readonly swept: OperatorFigures;
  readonly pages: OperatorFigures;
  readonly alerts: OperatorFigures;
}

export interface EventFigures {
  /** Of the scores, at the threshold with the highest F1, one for the whole set. */
  readonly swept: EventPoint;
  /** At the threshold with the highest recall among those that keep within the noise allowed. */
  readonly within: EventPoint;
  /** Of the alerts that ship: of pages, and of pages and notices. */
  readonly shippedPages: EventPoint;
  readonly shippedAlerts: EventPoint;
  /** Of the alerts that the swept threshold would give, and of those that ship. */
  readonly sweptOperator: OperatorFigures;
  readonly pages: OperatorFigures;
  readonly alerts: OperatorFigures;
  /** mscloud by kind of metric, kpi by series. */
  readonly parts: Readonly<Record<string, EventPart>>;
}

export function eventFigures(
  series: readonly LabelledSeries[],
  runs: readonly SeriesRun[],
): EventFigures {
  const { best, within } = sweepEvents(
    series,
    runs.map((run) => run.scores),
  );
  const swept = runs.map((run) => openingsAt(run.scores, best.threshold));
  const pages = runs.map((run) => run.pages);
  const alerts = runs.map((run) => run.alerts);
  const parts = partsOf(series).map(([name, of]) => {
    const own = of(series);
    const part: EventPart = {
      series: own.length,
      swept: operatorOfEvents(own, of(swept)),
      pages: operatorOfEvents(own, of(pages)),
      alerts: operatorOfEvents(own, of(alerts)),
    };
    return [name, part] as const;
  });
  return {
    swept: pointOf(best),
    within: pointOf(within(FALSE_PER_METRIC_WEEK)),
    shippedPages: { ...pointOf(scoreOpenings(series, pages)), threshold: null },
    shippedAlerts: { ...pointOf(scoreOpenings(series, alerts)), threshold: null },
    sweptOperator: operatorOfEvents(series, swept),
    pages: operatorOfEvents(series, pages),
    alerts: operatorOfEvents(series, alerts),
    parts: Object.fromEntries(parts),
  };
}

export function pointOf({
  f1,
  precision,
  recall,
  falsePerMetricWeek,
  threshold,
}: EventScore): EventPoint {
  return {
    f1,
    precision,
    recall,
    falsePerMetricWeek,
    threshold: Number.isFinite(threshold) ? threshold : null,
  };
}
