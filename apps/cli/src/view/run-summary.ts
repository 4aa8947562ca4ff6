import colors from 'picocolors';
import type { WatchResult } from '../watch.ts';
import { alertTable } from './alert-table.ts';
import { lookJson, lookTable } from './look-table.ts';
import { problemLines } from './problem-lines.ts';
import { plural, printable, shortDuration } from './text.ts';

/** Rows of the table that fit a screen; the rest is counted. */
const MOST_ALERTS = 20;

/** Whoever watches an account may expect to be told. */
const NOTHING_SENT =
  'Nothing was sent: this look writes files. pnpm synth deploys what tells people.';

export function runSummary(result: WatchResult, verbose: boolean): string {
  const { alerts, account, series } = result;
  return [
    ...(account === undefined ? [] : lookTable(account)),
    ...(account === undefined || series === 0 ? [] : ['']),
    ...(account !== undefined && series === 0 ? [] : [progressText(result)]),
    ...problemLines(result.problems, verbose),
    '',
    colors.bold(foundText(result)),
    '',
    ...(alerts.length === 0 ? [] : [...alertTable(alerts, MOST_ALERTS), ...restLine(result), '']),
    `${colors.dim('alerts')}  ${printable(result.alertsDirectory)}`,
    ...(account === undefined ? [] : [NOTHING_SENT]),
  ].join('\n');
}

export function runSummaryJson({ alerts, elapsedMs, account, ...result }: WatchResult): string {
  return JSON.stringify(
    {
      ...result,
      ...(account && { cloudwatch: lookJson(account) }),
      elapsedMs: Math.round(elapsedMs),
      // As it opened, but for what is known only later: how far it went.
      alerts: alerts.map(({ opened, resolved, latest, rarityDays }) => ({
        ...opened,
        state: latest.state,
        severity: latest.severity,
        rarity_days: rarityDays,
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

function foundText({ alerts, readable, account }: WatchResult): string {
  const read = readable + (account?.counts.read ?? 0);
  if (alerts.length === 0) return read === 0 ? 'Nothing known.' : 'No anomalies found.';
  const open = alerts.filter(({ resolved }) => resolved === undefined).length;
  const series = new Set(alerts.map(({ opened }) => `${opened.monitor} ${opened.series}`)).size;
  const pages = alerts.filter(({ latest }) => latest.severity === 'page').length;
  const found = [
    ...(pages > 0 ? [plural(pages, 'page')] : []),
    ...(alerts.length > pages ? [plural(alerts.length - pages, 'notice')] : []),
  ].join(' and ');
  const where = `${found} in ${plural(series, 'series', 'series')}`;
  return open === 0 ? `${where}:` : `${where}, ${open} still open:`;
}

function restLine({ alerts }: WatchResult): string[] {
  const rest = alerts.length - MOST_ALERTS;
  return rest > 0 ? [colors.dim(`and ${rest} more`)] : [];
}
