import type { ReportAlert, ReportSeries, ReportSpan } from './report-data.ts';

/** What the page has to know of a chart beside its samples; JSON in the page. Times in ms. */
export interface ChartAbout {
  readonly periodMs: number;
  /** What is shown while it is not zoomed. */
  readonly from: number;
  readonly until: number;
  /** What is before it was history, and not judged. */
  readonly judgedFrom: number;
  readonly alerts: readonly ChartAlert[];
  readonly spans: readonly ReportSpan[];
}

export type ChartAlert = Pick<ReportAlert, 'id' | 'severity' | 'since' | 'until' | 'side'> & {
  /** Where the marker is; null where no sample tells. */
  readonly worst: { readonly timestamp: number; readonly value: number } | null;
};

export function chartAboutOf(series: ReportSeries): ChartAbout {
  const { from, until, periodMs } = series;
  return {
    periodMs,
    from: Math.min(from, series.timestamps[0] ?? from),
    until: Math.max(until, series.timestamps.at(-1) ?? until),
    judgedFrom: from,
    alerts: series.alerts
      .map(({ id, severity, since, until: ended, side, worst }) => ({
        id,
        severity,
        since,
        until: ended,
        side,
        worst: worst && { timestamp: worst.timestamp, value: worst.value },
      }))
      .sort((a, b) => a.since - b.since),
    spans: series.spans,
  };
}
