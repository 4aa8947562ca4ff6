import { isoTime } from '@plumbline/core';
import colors from 'picocolors';
import type { MonitorCheck } from '../check/check-monitors.ts';
import { problemLines } from './problem-lines.ts';
import { columns, fit, plural, printable, shortDuration } from './text.ts';

const NAME_COLUMNS = 32;

/** What every monitor finds, in 80 columns, and what is wrong. */
export function checkTable(checks: readonly MonitorCheck[], nowMs: number): string {
  const rows = checks.map((check) => [
    fit(printable(check.monitor.name), NAME_COLUMNS),
    check.withData < check.series ? `${check.withData} of ${check.series}` : String(check.series),
    newestText(check, nowMs),
    `${check.samples} of ${check.expected}`,
  ]);
  const head = ['MONITOR', 'SERIES', 'NEWEST', 'RECENT SAMPLES'];
  const [first, ...lines] = columns([head, ...rows], ['left', 'right', 'right', 'right']);
  const found = checks.filter(({ withData }) => withData > 0).length;
  const problems = checks.flatMap((check) => check.problems);
  return [
    colors.dim(first!),
    ...lines,
    '',
    ...problemLines(problems, true),
    ...(problems.length === 0 ? [] : ['']),
    `${found} of ${plural(checks.length, 'monitor')} ${checks.length === 1 ? 'has' : 'have'} data.`,
  ].join('\n');
}

/** The age of what goes on; of files, which end somewhere, the time of the last row. */
function newestText({ monitor, newest }: MonitorCheck, nowMs: number): string {
  if (newest === undefined) return 'none';
  if (monitor.source.kind === 'csv') return isoTime(newest).slice(0, 16).replace('T', ' ');
  return `${shortDuration(nowMs - newest)} ago`;
}

/** The same for programs. */
export function checkJson(checks: readonly MonitorCheck[]): object[] {
  return checks.map(({ monitor, newest, problems, ...figures }) => ({
    monitor: monitor.name,
    ...figures,
    newest: newest === undefined ? null : isoTime(newest),
    problems: problems.map(({ level, message }) => ({ level, message })),
  }));
}
