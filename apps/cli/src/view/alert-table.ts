import type { AlertMessage, Condition, Severity } from '@plumbline/core';
import colors from 'picocolors';
import type { AlertRecord } from './alert-history.ts';
import { columns, fit, printable, shortDays, shortDuration, shortNumber } from './text.ts';

const METRIC_COLUMNS = 26; // what the other columns leave of 80

const HEADINGS: Readonly<Record<Severity, string>> = { page: 'PAGES', notice: 'NOTICES' };

/** What stands in the place of a value where there is none. */
const CONDITIONS: Readonly<Record<Condition, string>> = {
  anomaly: '',
  'no-data': 'no data',
  'cannot-see': 'unread',
};

/**
 * The alerts in 80 columns, at most `most`: pages before notices, of each the open ones and then the farthest from
 * normal first.
 */
export function alertTable(alerts: readonly AlertRecord[], most: number): string[] {
  const shown = [...alerts].sort(byUrgency).slice(0, most);
  const headings = new Set<number>();
  const rows: string[][] = [];
  for (const severity of ['page', 'notice'] as const) {
    const group = shown.filter(({ latest }) => latest.severity === severity);
    if (group.length === 0) continue;
    headings.add(rows.length);
    rows.push([HEADINGS[severity], 'SINCE (UTC)', 'LASTED', 'VALUE', 'USUAL', 'FAR']);
    rows.push(...group.map(rowOf));
  }
  const lines = columns(rows, ['left', 'left', 'right', 'right', 'right', 'right']);
  return lines.map((line, i) => (headings.has(i) ? colors.dim(line) : line));
}

function rowOf({ opened, resolved, latest, rarityDays }: AlertRecord): string[] {
  const usual = opened.expected ?? opened.mean;
  const worst = latest.worst_value;
  const above = usual === null || worst === null ? opened.side === 'above' : worst > usual;
  return [
    fit(printable(subjectText(opened)), METRIC_COLUMNS, 'end'),
    opened.since.slice(0, 16).replace('T', ' '),
    resolved ? shortDuration(Date.parse(resolved.timestamp) - Date.parse(opened.since)) : 'open',
    worst === null ? CONDITIONS[opened.condition] : `${above ? '▲' : '▼'} ${shortNumber(worst)}`,
    usual === null ? '' : shortNumber(usual),
    rarityDays === null ? distanceText(opened, latest) : shortDays(rarityDays),
  ];
}

/** The metric, and what it belongs to where that tells it from its siblings. */
function subjectText({ metric, cluster }: AlertMessage): string {
  return cluster === null ? metric : `${metric} ${cluster}`;
}

/** Deviations, or the limit that was crossed where there is nothing to measure in. */
function distanceText({ side, lower, upper }: AlertMessage, latest: AlertMessage): string {
  const factor = latest.worst_deviation_factor;
  if (factor !== null) return `${shortNumber(Number(factor.toPrecision(3)))} σ`;
  const limit = side === 'above' ? upper : lower;
  return limit === null ? '' : `${side === 'above' ? '>' : '<'} ${shortNumber(limit)}`;
}

function byUrgency(a: AlertRecord, b: AlertRecord): number {
  const isPage = ({ latest }: AlertRecord): number => (latest.severity === 'page' ? 1 : 0);
  const isOpen = (alert: AlertRecord): number => (alert.resolved === undefined ? 1 : 0);
  return isPage(b) - isPage(a) || isOpen(b) - isOpen(a) || farness(b) - farness(a);
}

function farness({ latest, rarityDays }: AlertRecord): number {
  // A limit that was crossed is measured in nothing, and is sure.
  return rarityDays ?? latest.worst_deviation_factor ?? Number.MAX_VALUE;
}
