import {
  type Alternative,
  type BacktestAlert,
  isoTime,
  keyOf,
  type Severity,
  type WatchedSeries,
} from '@plumbline/core';
import { DEFAULT_PRICES } from '@plumbline/estimate';
import colors from 'picocolors';
import type { Labelled } from '../backtest/against-labels.ts';
import type { LookBack } from '../backtest/look-back.ts';
import { problemLines } from './problem-lines.ts';
import { reasonText } from './reason-text.ts';
import { columns, fit, plural, printable, shortDuration, shortNumber } from './text.ts';

export interface BacktestViewOptions {
  readonly verbose: boolean;
  /** Rows of each table of alerts; the rest is counted. */
  readonly most: number;
}

/** Columns of 80 that the free texts have. */
const METRIC_COLUMNS = 22;
const REASON_COLUMNS = 14;

export const ALTERNATIVE_NAMES: Readonly<Record<Alternative, string>> = {
  'static-threshold': 'a static threshold',
  'z-score': 'z-score, 3 σ over 7 days',
  'isolation-forest': "isolation forest, 5 % (the article's rule)",
};

export function backtestSummary(result: LookBack, { verbose, most }: BacktestViewOptions): string {
  const pages = result.alerts.filter(({ severity }) => severity === 'page');
  const notices = result.alerts.filter(({ severity }) => severity === 'notice');
  return [
    doneText(result),
    ...learningLines(result),
    ...problemLines(result.problems, verbose),
    '',
    colors.bold(foundText(result, pages, notices)),
    ...alertLines('page', pages, result, most),
    ...alertLines('notice', notices, result, verbose ? most : 0),
    '',
    ...monitorLines(result),
    ...messageLines(result),
    ...(result.labelled === undefined ? [] : ['', ...labelLines(result.labelled)]),
  ].join('\n');
}

function doneText({ series, found, judged, from, until, elapsedMs }: LookBack): string {
  const read = plural(series.length, 'series', 'series');
  const of = series.length < found ? ` of ${found.toLocaleString('en-US')}` : '';
  const time = `${isoTime(from).slice(0, 10)} to ${isoTime(until).slice(0, 10)}`;
  const seconds = (elapsedMs / 1000).toFixed(1);
  return `Replayed ${read}${of}, ${time}: ${plural(judged, 'sample')}, ${seconds} s.`;
}

/** More than this share of samples without an opinion is worth a word. */
const MUCH_LEARNING = 0.01;

function learningLines({ judged, noOpinion }: LookBack): string[] {
  if (noOpinion <= MUCH_LEARNING * judged) return [];
  const share = ((100 * noOpinion) / judged).toFixed(0);
  const note = `${share} % of the samples have too little history before them to be judged`;
  return [`${colors.yellow('note')}  ${note}`];
}

function foundText(
  { weeks, file }: LookBack,
  pages: readonly BacktestAlert[],
  notices: readonly BacktestAlert[],
): string {
  const budget = file.config.pagesPerWeek;
  const rate = perWeek(pages.length, weeks);
  return `${plural(pages.length, 'page')} and ${plural(notices.length, 'notice')}: ${rate} pages a week, of a budget of ${budget}`;
}

/** In how many series of each monitor, and how often. */
function monitorLines({ alerts, series }: LookBack): string[] {
  const monitors = new Map(series.map(({ watched }) => [keyOf(watched), watched.monitor.name]));
  const counts = new Map<string, { pages: number; notices: number }>();
  for (const { key, severity } of alerts) {
    const name = monitors.get(key) ?? key;
    const count = counts.get(name) ?? { pages: 0, notices: 0 };
    if (severity === 'page') count.pages += 1;
    else count.notices += 1;
    counts.set(name, count);
  }
  const total = new Set(monitors.values()).size;
  if (counts.size === 0 || total < 2) return [];
  const rows = [...counts].sort(([, a], [, b]) => b.pages - a.pages || b.notices - a.notices);
  const shown = rows.slice(0, MOST_MONITORS);
  const quiet = total - counts.size;
  const rest = rows.length - shown.length;
  const lines = columns(
    [
      ['MONITOR', 'PAGES', 'NOTICES'],
      ...shown.map(([name, { pages, notices }]) => [
        fit(printable(name), 50),
        String(pages),
        String(notices),
      ]),
    ],
    ['left', 'right', 'right'],
  );
  return [
    ...withHeading(lines),
    ...(rest > 0 ? [colors.dim(`and ${rest} more`)] : []),
    ...(quiet > 0 ? [colors.dim(`${plural(quiet, 'monitor')} would have been quiet`)] : []),
    '',
  ];
}

const MOST_MONITORS = 10;

function alertLines(
  severity: Severity,
  alerts: readonly BacktestAlert[],
  { series }: LookBack,
  most: number,
): string[] {
  if (alerts.length === 0 || most === 0) return [];
  const watchedByKey = new Map(series.map(({ watched }) => [keyOf(watched), watched]));
  const shown = alerts.slice(0, most);
  const rows = shown.map((alert) => {
    const { key, since, until, worst, expected } = alert;
    return [
      fit(printable(nameOf(watchedByKey.get(key))), METRIC_COLUMNS, 'end'),
      isoTime(since).slice(0, 16).replace('T', ' '),
      until === null ? 'open' : shortDuration(until - since),
      worst === null ? '' : `${isAbove(alert) ? '▲' : '▼'} ${shortNumber(worst.value)}`,
      expected === null ? '' : shortNumber(expected),
      fit(reasonText(alert), REASON_COLUMNS),
    ];
  });
  const heading = severity === 'page' ? 'PAGES' : 'NOTICES';
  const lines = columns(
    [[heading, 'SINCE (UTC)', 'LASTED', 'WORST', 'USUAL', 'WHY'], ...rows],
    ['left', 'left', 'right', 'right', 'right', 'left'],
  );
  const rest = alerts.length - shown.length;
  return [
    '',
    ...withHeading(lines),
    ...(rest > 0 ? [colors.dim(`and ${rest} more; --json lists them all`)] : []),
  ];
}

/** What tells the series from others: of a file its name, else the monitor and what the metric belongs to. */
function nameOf(watched: WatchedSeries | undefined): string {
  if (watched === undefined) return '';
  const { monitor, series } = watched;
  if (series.locator.kind === 'csv') return series.metric;
  return [monitor.name, series.resource ?? ''].join(' ').trim();
}

/** Where the worst sample lies, which need not be the side on which it began. */
function isAbove({ worst, expected, side }: BacktestAlert): boolean {
  return worst === null || expected === null ? side !== 'below' : worst.value > expected;
}

/** How often people would have been paged, by this configuration and by other rules. */
function messageLines({ messages, alerts, alternatives, weeks, reads }: LookBack): string[] {
  const pages = alerts.filter(({ severity }) => severity === 'page').length;
  const rows = [
    ['Plumbline', pages, ''] as const,
    ...alternatives.map(({ name, messages: sent, unknown }) => {
      const note = unknown > 0 ? `${unknown} without a history` : '';
      return [ALTERNATIVE_NAMES[name], sent, note] as const;
    }),
  ];
  const lines = columns(
    [
      ['WOULD HAVE PAGED', 'TIMES', 'A WEEK', ''],
      ...rows.map(([name, sent, note]) => [
        name,
        sent.toLocaleString('en-US'),
        perWeek(sent, weeks),
        colors.dim(note),
      ]),
    ],
    ['left', 'right', 'right', 'left'],
  );
  const [head, own, ...others] = withHeading(lines);
  const people = plural(messages.people, 'message');
  return [
    head!,
    colors.bold(own!),
    ...others,
    '',
    `${people} to people, those included that an alert got worse or is over.`,
    ...readLines(reads, weeks),
  ];
}

function readLines({ metrics }: LookBack['reads'], weeks: number): string[] {
  if (metrics === 0) return [];
  const month = dollars((costOf(metrics) / weeks) * WEEKS_A_MONTH);
  const asked = `${plural(metrics, 'metric')} asked for`;
  return [
    `The reads would have cost ${dollars(costOf(metrics))} (${asked})${weeks < LEAST_WEEKS ? '' : `, ${month} a month`}.`,
  ];
}

const WEEKS_A_MONTH = 30 / 7;

/** Of metrics that GetMetricData is asked for, USD; what one costs is in the table that estimates have. */
export function costOf(metrics: number): number {
  return (metrics / 1000) * DEFAULT_PRICES.cloudWatch.metricsReadPer1000;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function labelLines({
  incidents,
  found,
  paged,
  falsePages,
  pages,
  ...labelled
}: Labelled): string[] {
  const { medianDelayMs, each } = labelled;
  if (incidents === 0) return ['No labelled incident lies in this time.'];
  const delay =
    medianDelayMs === null
      ? ''
      : `, ${medianDelayMs === 0 ? 'at once' : `${shortDuration(medianDelayMs)} after it began`} at the median`;
  const rows = each.map(({ from, until, first, severity }) => [
    isoTime(from).slice(0, 16).replace('T', ' '),
    shortDuration(until - from),
    severity ?? 'missed',
    first === undefined ? '' : delayText(first.since - from),
  ]);
  const lines = columns(
    [['INCIDENT (UTC)', 'LASTED', 'TOLD', 'WHEN'], ...rows],
    ['left', 'right', 'left', 'left'],
  );
  return [
    colors.bold(
      `${found} of ${plural(incidents, 'labelled incident')} found, ${paged} by a page${delay}`,
    ),
    `${falsePages} of ${plural(pages, 'page')} in no labelled incident`,
    '',
    ...withHeading(lines),
  ];
}

function delayText(ms: number): string {
  if (ms === 0) return 'at once';
  return ms < 0 ? `${shortDuration(-ms)} before` : `after ${shortDuration(ms)}`;
}

function withHeading(lines: readonly string[]): string[] {
  return lines.map((line, i) => (i === 0 ? colors.dim(line) : line));
}

/** Of less than a day there is no rate. */
const LEAST_WEEKS = 1 / 7;

export function perWeek(count: number, weeks: number): string {
  if (weeks < LEAST_WEEKS) return '–';
  const rate = count / weeks;
  return rate >= 100 ? Math.round(rate).toLocaleString('en-US') : String(Number(rate.toFixed(1)));
}
