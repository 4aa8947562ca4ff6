import type { AlertMessage } from '@plumbline/core';
import colors from 'picocolors';
import type { AlertRecord } from './alert-history.ts';
import { columns, fit, printable, shortDuration, shortNumber } from './text.ts';

const METRIC_COLUMNS = 26; // what the other columns leave of 80

/** The alerts, open ones and then the farthest from normal first, in 80 columns; at most `most`. */
export function alertTable(alerts: readonly AlertRecord[], most: number): string[] {
  const shown = [...alerts].sort(byUrgency).slice(0, most);
  const [header, ...rows] = columns(
    [['WHERE', 'SINCE (UTC)', 'LASTED', 'VALUE', 'MEAN', 'FAR'], ...shown.map(rowOf)],
    ['left', 'left', 'right', 'right', 'right', 'right'],
  );
  return [colors.dim(header ?? ''), ...rows];
}

function rowOf({ opened, resolved, latest }: AlertRecord): string[] {
  const factor = latest.worst_deviation_factor;
  const above = opened.mean === null ? opened.side === 'above' : latest.worst_value > opened.mean;
  return [
    fit(printable(opened.metric), METRIC_COLUMNS, 'end'),
    opened.since.slice(0, 16).replace('T', ' '),
    resolved ? shortDuration(Date.parse(resolved.timestamp) - Date.parse(opened.since)) : 'open',
    `${above ? '▲' : '▼'} ${shortNumber(latest.worst_value)}`,
    opened.mean === null ? '' : shortNumber(opened.mean),
    factor === null ? limitText(opened) : `${shortNumber(Number(factor.toPrecision(3)))} σ`,
  ];
}

/** Without a deviation to measure in, the limit that was crossed says how far is too far. */
function limitText({ side, lower, upper }: AlertMessage): string {
  const limit = side === 'above' ? upper : lower;
  return limit === null ? '' : `${side === 'above' ? '>' : '<'} ${shortNumber(limit)}`;
}

function byUrgency(a: AlertRecord, b: AlertRecord): number {
  const open = (alert: AlertRecord): number => (alert.resolved === undefined ? 1 : 0);
  return open(b) - open(a) || farness(b) - farness(a);
}

function farness({ latest }: AlertRecord): number {
  // A limit that was crossed is measured in nothing, and is sure.
  return latest.worst_deviation_factor ?? Number.MAX_VALUE;
}
