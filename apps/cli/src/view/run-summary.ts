import colors from 'picocolors';
import type { Problem } from '../problem.ts';
import type { WatchResult } from '../watch-files.ts';
import { alertTable } from './alert-table.ts';
import { plural, printable, shortDuration } from './text.ts';

/** Rows of the table, and notes, that fit a screen; the rest is counted. */
const MOST_ALERTS = 20;
const MOST_NOTES = 5;

export function runSummary(result: WatchResult, verbose: boolean): string {
  const { alerts } = result;
  return [
    progressText(result),
    ...problemLines(result.problems, verbose),
    '',
    colors.bold(foundText(result)),
    '',
    ...(alerts.length === 0 ? [] : [...alertTable(alerts, MOST_ALERTS), ...restLine(result), '']),
    `${colors.dim('alerts')}  ${result.alertsDirectory}`,
  ].join('\n');
}

export function runSummaryJson({ alerts, elapsedMs, ...result }: WatchResult): string {
  return JSON.stringify(
    {
      ...result,
      elapsedMs: Math.round(elapsedMs),
      // As it opened, but for the worst sample, which is known only later.
      alerts: alerts.map(({ opened, resolved, latest }) => ({
        ...opened,
        state: latest.state,
        worst_value: latest.worst_value,
        worst_timestamp: latest.worst_timestamp,
        worst_deviation_factor: latest.worst_deviation_factor,
        resolved_at: resolved?.timestamp ?? null,
      })),
    },
    null,
    2,
  );
}

function progressText({
  series,
  readable,
  scored,
  slots,
  elapsedMs,
  replayMs,
}: WatchResult): string {
  const watched = plural(readable, 'series', 'series');
  if (readable === 0) return `Nothing could be read of ${plural(series, 'series', 'series')}.`;
  if (scored === 0) {
    return `Nothing new was read: ${watched} stand where the last run left them. --fresh runs it anew.`;
  }
  const seconds = (elapsedMs / 1000).toFixed(1);
  return (
    `Replayed the last ${shortDuration(replayMs)} of ${watched}: ` +
    `${plural(scored, 'sample')} in ${plural(slots, 'slot')}, ${seconds} s.`
  );
}

function foundText({ alerts, readable }: WatchResult): string {
  if (alerts.length === 0) return readable === 0 ? 'Nothing known.' : 'No anomalies found.';
  const open = alerts.filter(({ resolved }) => resolved === undefined).length;
  const series = new Set(alerts.map(({ opened }) => `${opened.monitor} ${opened.series}`)).size;
  const where = `${plural(alerts.length, 'alert')} in ${plural(series, 'series', 'series')}`;
  return open === 0 ? `${where}:` : `${where}, ${open} still open:`;
}

function restLine({ alerts }: WatchResult): string[] {
  const rest = alerts.length - MOST_ALERTS;
  return rest > 0 ? [colors.dim(`and ${rest} more`)] : [];
}

/** What failed, what to look at again, and how much more there is to know. */
function problemLines(problems: readonly Problem[], verbose: boolean): string[] {
  const line = ({ where, message, level }: Problem): string => {
    const label = level === 'failed' ? colors.red('failed') : colors.yellow('note');
    return `${label}  ${printable(where)}: ${printable(message)}`;
  };
  const distinct = [...new Map(problems.map((problem) => [line(problem), problem])).values()];
  const of = (wanted: Problem['level']): Problem[] =>
    distinct.filter(({ level }) => level === wanted);
  const [failed, notes, details] = [of('failed'), of('note'), of('detail')];

  const shown = verbose ? [...notes, ...details] : notes.slice(0, MOST_NOTES);
  const hidden = [...notes, ...details].slice(shown.length);
  const files = new Set(hidden.map(({ where }) => where)).size;
  const rest = `${plural(hidden.length, 'remark')} on ${plural(files, 'file')}, such as gaps; --verbose lists them`;
  return [
    ...[...failed, ...shown].map(line),
    ...(hidden.length === 0 ? [] : [`${colors.yellow('note')}  ${rest}`]),
  ];
}
