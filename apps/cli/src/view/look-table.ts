import { isoTime, type SeriesDecision } from '@plumbline/core';
import colors from 'picocolors';
import type { AccountLook, SeriesLook } from '../watch-account.ts';
import { columns, fit, plural, printable, shortNumber } from './text.ts';

/** Rows that fit a screen beside the table of alerts; the rest is counted. */
const MOST_ROWS = 15;
const MONITOR_COLUMNS = 22;
const RESOURCE_COLUMNS = 16;

/** What a look made of a series, the first that is to be seen before the others. */
const VERDICTS = [
  'page',
  'notice',
  'failed',
  'muted',
  'learning',
  'no opinion',
  'nothing new',
  'normal',
] as const;
type VerdictName = (typeof VERDICTS)[number];

/** What was judged, and how each series stands, in 80 columns. */
export function lookTable(look: AccountLook): string[] {
  const { slot, region, series, counts } = look;
  const judged = plural(counts.scored, 'sample');
  const at = isoTime(slot).slice(0, 16).replace('T', ' ');
  const head = `Looked at ${plural(series.length, 'series', 'series')} in ${region}, ${at} UTC: ${judged} judged.`;
  if (series.length === 0) return [head];
  const rows = series
    .map((each) => ({ each, name: verdictOf(each) }))
    .sort((a, b) => VERDICTS.indexOf(a.name) - VERDICTS.indexOf(b.name));
  const telling = rows.filter(({ name }) => name !== 'nothing new');
  const shown = telling.slice(0, MOST_ROWS);
  const rest = rows.filter((row) => !shown.includes(row)).map(({ name }) => name);
  if (shown.length === 0) return [head, colors.dim('No new sample has come.')];
  const [first, ...lines] = columns(
    [['MONITOR', 'OF', 'SAMPLE', 'VALUE', 'USUAL', 'VERDICT'], ...shown.map(rowOf)],
    ['left', 'left', 'left', 'right', 'right', 'left'],
  );
  return [head, '', colors.dim(first!), ...lines, ...(rest.length === 0 ? [] : [restText(rest)])];
}

/** The same for programs. */
export function lookJson({ slot, series, counts, region }: AccountLook): object {
  return {
    slot: isoTime(slot),
    region,
    counts,
    series: series.map((each) => {
      const { watched, decision, failure } = each;
      return {
        monitor: watched.monitor.name,
        series: watched.series.id,
        verdict: verdictOf(each),
        timestamp: decision === undefined ? null : isoTime(decision.verdict.timestamp),
        value: decision?.verdict.value ?? null,
        learning_until: until(decision),
        failure: failure ?? null,
      };
    }),
  };
}

function rowOf({
  each,
  name,
}: {
  readonly each: SeriesLook;
  readonly name: VerdictName;
}): string[] {
  const { watched, decision } = each;
  const expected = decision?.verdict.expectation.expected ?? Number.NaN;
  return [
    fit(printable(watched.monitor.name), MONITOR_COLUMNS),
    fit(printable(watched.series.resource ?? ''), RESOURCE_COLUMNS),
    decision === undefined ? '' : isoTime(decision.verdict.timestamp).slice(11, 16),
    decision === undefined ? '' : shortNumber(decision.verdict.value),
    Number.isFinite(expected) ? shortNumber(expected) : '',
    verdictText(name, decision),
  ];
}

function verdictOf({ decision, failure }: SeriesLook): VerdictName {
  if (failure !== undefined) return 'failed';
  if (decision === undefined) return 'nothing new';
  const { state, reason } = decision.decision;
  if (decision.mute !== undefined) return 'muted';
  if (state.phase === 'firing') return state.told.severity;
  if (reason !== 'no-opinion') return 'normal';
  return decision.verdict.noOpinion === 'warming-up' ? 'learning' : 'no opinion';
}

function verdictText(name: VerdictName, decision: SeriesDecision | undefined): string {
  if (name === 'page') return colors.red(name);
  if (name === 'notice') return colors.yellow(name);
  const ready = until(decision);
  // The table has no room for the year, and nobody learns for one.
  return name === 'learning' && ready !== null
    ? `until ${ready.slice(5, 16).replace('T', ' ')}`
    : name;
}

/** When a series that is being learned will be judged. */
function until(decision: SeriesDecision | undefined): string | null {
  const { readyAt } = decision?.verdict ?? {};
  return readyAt === undefined ? null : isoTime(readyAt);
}

function restText(names: readonly VerdictName[]): string {
  const counted = VERDICTS.flatMap((name) => {
    const count = names.filter((each) => each === name).length;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return colors.dim(`and ${counted.join(', ')}`);
}
