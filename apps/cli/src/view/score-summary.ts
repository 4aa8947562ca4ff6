import colors from 'picocolors';
import type { ScoreResult } from '../score/score-files.ts';
import { problemLines } from './problem-lines.ts';
import { plural, printable } from './text.ts';

export function scoreSummary(result: ScoreResult, verbose: boolean): string {
  const written = result.rows > 0 || result.files > result.failed;
  return [
    doneText(result),
    ...problemLines(result.problems, verbose),
    '',
    colors.bold(alertsText(result)),
    ...(written ? ['', `${colors.dim('scores')}  ${printable(result.out)}`] : []),
  ].join('\n');
}

export function scoreSummaryJson(result: ScoreResult): string {
  return JSON.stringify({ ...result, elapsedMs: Math.round(result.elapsedMs) }, null, 2);
}

function doneText({ files, failed, rows, elapsedMs, pointsPerSecond }: ScoreResult): string {
  const scored = `Scored ${plural(files - failed, 'file')}`;
  const of = failed === 0 ? scored : `${scored} of ${files.toLocaleString('en-US')}`;
  const seconds = (elapsedMs / 1000).toFixed(1);
  return `${of}: ${plural(rows, 'row')} in ${seconds} s, ${pointsPerSecond.toLocaleString('en-US')} points/s.`;
}

function alertsText({ pages, notices }: ScoreResult): string {
  if (pages + notices === 0) return 'No alert opened.';
  const opened = plural(pages + notices, 'alert');
  return `${opened} opened: ${plural(pages, 'page')}, ${plural(notices, 'notice')}.`;
}
