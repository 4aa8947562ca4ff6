import colors from 'picocolors';
import type { Problem } from '../local-series.ts';
import type { RunResult } from '../run-result.ts';
import { alertTable } from './alert-table.ts';
import { plural, printable, shortDuration } from './text.ts';

/** Rows of the table that fit a screen; the rest is counted. */
const MOST_ALERTS = 20;

export function runSummary(result: RunResult, verbose: boolean): string {
  const { alerts } = result;
  const open = alerts.filter(({ resolved }) => resolved === undefined).length;
  const found =
    alerts.length === 0
      ? 'No anomalies found.'
      : `${plural(alerts.length, 'alert')} in ${plural(seriesOf(result), 'series', 'series')}${open > 0 ? `, ${open} still open` : ''}:`;
  return [
    progressText(result),
    ...problemLines(result.problems, verbose),
    '',
    colors.bold(found),
    '',
    ...(alerts.length === 0 ? [] : [...alertTable(alerts, MOST_ALERTS), ...restLine(result), '']),
    `${colors.dim('alerts')}  ${result.alertsDirectory}`,
  ].join('\n');
}

export function runSummaryJson({ alerts, elapsedMs, ...result }: RunResult): string {
  return JSON.stringify(
    {
      ...result,
      elapsedMs: Math.round(elapsedMs),
      alerts: alerts.map(({ opened, resolved, latest }) => ({
        ...latest,
        state: resolved ? 'resolved' : 'firing',
        timestamp: opened.timestamp,
        resolved_at: resolved?.timestamp ?? null,
      })),
    },
    null,
    2,
  );
}

function progressText({ series, scored, slots, elapsedMs, replayMs }: RunResult): string {
  const watched = plural(series, 'series', 'series');
  if (slots === 0) {
    return `Nothing new was read: ${watched} stand where the last run left them. --fresh runs it anew.`;
  }
  const seconds = (elapsedMs / 1000).toFixed(1);
  return (
    `Replayed the last ${shortDuration(replayMs)} of ${watched}: ` +
    `${plural(scored, 'sample')} in ${plural(slots, 'slot')}, ${seconds} s.`
  );
}

function seriesOf({ alerts }: RunResult): number {
  return new Set(alerts.map(({ opened }) => `${opened.monitor} ${opened.series}`)).size;
}

function restLine({ alerts }: RunResult): string[] {
  const rest = alerts.length - MOST_ALERTS;
  return rest > 0 ? [colors.dim(`and ${rest} more, nearer to normal`)] : [];
}

/** What failed, and then what is merely odd: in full when asked for. */
function problemLines(problems: readonly Problem[], verbose: boolean): string[] {
  const line = ({ where, message, fatal }: Problem): string => {
    const label = fatal ? colors.red('failed') : colors.yellow('note');
    return `${label}  ${printable(where)}: ${printable(message)}`;
  };
  const distinct = [...new Map(problems.map((problem) => [line(problem), problem])).values()];
  const failed = distinct.filter(({ fatal }) => fatal).map(line);
  const notes = distinct.filter(({ fatal }) => !fatal);
  if (verbose || notes.length <= 1) return [...failed, ...notes.map(line)];
  const files = new Set(notes.map(({ where }) => where)).size;
  const text = `${plural(notes.length, 'note')} on ${plural(files, 'file')}, such as gaps; --verbose lists them`;
  return [...failed, `${colors.yellow('note')}  ${text}`];
}
