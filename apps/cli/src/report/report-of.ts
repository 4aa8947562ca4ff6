import { basename } from 'node:path';
import {
  type BacktestAlert,
  keyOf,
  type Label,
  loadTimeSpans,
  locatorText,
  matches,
  type SeriesTrace,
} from '@plumbline/core';
import type { LookBack } from '../backtest/look-back.ts';
import { ALTERNATIVE_NAMES } from '../view/backtest-summary.ts';
import type { ReportAlert, ReportData, ReportSeries, ReportSpan } from './report-data.ts';

/** What a report shows of a look back. */
export async function reportOf(result: LookBack, createdAt: number): Promise<ReportData> {
  const { file, from, until, weeks, alternatives, labelled, labels, alerts, source } = result;
  const series = await Promise.all(
    result.series.map(async (trace): Promise<ReportSeries> => {
      const { monitor, series: of } = trace.watched;
      const view = { series: of, periodMs: monitor.periodMs, from: trace.from, until: trace.until };
      return {
        monitor: monitor.name,
        metric: of.metric,
        resource: of.resource,
        locator: locatorText(of.locator),
        detector: monitor.detector.type,
        periodMs: monitor.periodMs,
        owner: monitor.owner ?? null,
        runbook: monitor.runbook ?? null,
        consoleUrl: source.linkTo?.(view) ?? null,
        from: trace.from,
        until: trace.until,
        timestamps: trace.timestamps,
        values: trace.values,
        expected: trace.expected,
        lower: trace.lower,
        upper: trace.upper,
        alerts: alerts.filter(({ key }) => key === keyOf(trace.watched)).map(reportAlert),
        spans: await spansOf(trace, labels),
      };
    }),
  );
  return {
    title: basename(file.path),
    createdAt,
    from,
    until,
    weeks,
    pagesPerWeek: file.config.pagesPerWeek,
    alternatives: alternatives.map(({ name, messages }) => {
      return { name: ALTERNATIVE_NAMES[name], messages, perWeek: messages / weeks };
    }),
    labelled: labelled ?? null,
    series,
    notes: result.problems
      .filter(({ level }) => level !== 'detail')
      .map(({ where, message }) => `${where}: ${message}`),
  };
}

function reportAlert({ key: _, told: __, worst, ...alert }: BacktestAlert): ReportAlert {
  return {
    ...alert,
    worst: worst && {
      timestamp: worst.timestamp,
      value: worst.value,
      deviationFactor: worst.deviationFactor,
    },
  };
}

/** The stretches of what was judged that somebody has said something of. */
async function spansOf(
  { watched, timestamps }: SeriesTrace,
  labels: readonly Label[],
): Promise<ReportSpan[]> {
  const spans: ReportSpan[] = [];
  for (const { label, match, spans: when } of labels) {
    if (!matches(match, watched)) continue;
    const isWithin = await loadTimeSpans(when);
    let from: number | undefined;
    for (const timestamp of timestamps) {
      if (isWithin(timestamp)) from ??= timestamp;
      else if (from !== undefined) {
        spans.push({ from, until: timestamp, label });
        from = undefined;
      }
    }
    if (from !== undefined) spans.push({ from, until: timestamps.at(-1)!, label });
  }
  return spans;
}
