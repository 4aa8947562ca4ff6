import { isoTime, matcherText, type Silence } from '@plumbline/core';
import colors from 'picocolors';
import { columns, fit, printable, shortDuration } from './text.ts';

/** Columns of the terminal that the free texts have. */
const WHAT_COLUMNS = 30;
const WHY_COLUMNS = 22;

/** Silences in 80 columns, those that end first before the others. */
export function silenceTable(silences: readonly Silence[], nowMs: number): string[] {
  const rows = [...silences]
    .sort((a, b) => a.until - b.until)
    .map(({ id, match, until, why }) => [
      id,
      fit(printable(matcherText(match)), WHAT_COLUMNS),
      until > nowMs
        ? `${shortDuration(until - nowMs)} left`
        : `over ${isoTime(until).slice(0, 10)}`,
      fit(printable(why), WHY_COLUMNS),
    ]);
  const [head, ...lines] = columns(
    [['ID', 'WHAT', 'UNTIL', 'WHY'], ...rows],
    ['left', 'left', 'left', 'left'],
  );
  return [colors.dim(head!), ...lines];
}
