import type { BacktestAlert, Label, WorstSample } from '@plumbline/core';
import type { Labelled } from '../backtest/against-labels.ts';

/** All that a report shows. Times in ms since the epoch, UTC; values in the unit of the metric. */
export interface ReportData {
  /** What was looked at: the configuration's file. */
  readonly title: string;
  readonly createdAt: number;
  /** What was judged; what is before it was history. */
  readonly from: number;
  readonly until: number;
  /** The length of what was judged, in weeks: rates are counted in it. Of files of several times, of the longest. */
  readonly weeks: number;
  /** The budget: how many pages a week all monitors together may have. What came is counted from the alerts. */
  readonly pagesPerWeek: number;
  /** What others would have sent, in the order to be shown; empty when it was not asked for. */
  readonly alternatives: readonly ReportAlternative[];
  /** Against what people have labelled; null without labels of incidents. */
  readonly labelled: ReportLabelled | null;
  readonly series: readonly ReportSeries[];
  /** What a reader has to know of the data, such as series that could not be read. */
  readonly notes: readonly string[];
}

export interface ReportAlternative {
  /** Such as "z-score, 3 standard deviations". */
  readonly name: string;
  readonly messages: number;
  readonly perWeek: number;
}

/** Against labels of incidents. */
export type ReportLabelled = Pick<Labelled, 'found' | 'incidents' | 'falsePages'>;

export interface ReportSeries {
  readonly monitor: string;
  readonly metric: string;
  /** What it belongs to: the value of its first dimension. */
  readonly resource: string | null;
  /** Where it is read, in one line. */
  readonly locator: string;
  readonly detector: string;
  readonly periodMs: number;
  readonly owner: string | null;
  readonly runbook: string | null;
  readonly consoleUrl: string | null;
  /** What was judged of the series and those that share its clock. */
  readonly from: number;
  readonly until: number;
  /** Ascending; parallel to the others. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** NaN where there was no opinion, +-Infinity on a side that is not watched. */
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly alerts: readonly ReportAlert[];
  readonly spans: readonly ReportSpan[];
}

/** An alert, as a backtest knows it; its id is the same in every report of the same history. */
export type ReportAlert = Omit<BacktestAlert, 'key' | 'told' | 'worst'> & {
  readonly worst: Pick<WorstSample, 'timestamp' | 'value' | 'deviationFactor'> | null;
};

/** A stretch of time that somebody has said something of. */
export interface ReportSpan {
  readonly from: number;
  readonly until: number;
  readonly label: Label['label'];
}
