import { plural, shortDuration, shortNumber } from '../view/text.ts';
import { lengthText, worstText } from './alert-text.ts';
import { instantText } from './instants.ts';
import type { ReportSeries } from './report-data.ts';

/** Alerts that are told one by one; the others are counted. */
const MOST_TOLD = 5;

/** What a chart shows, in words: for who cannot see it. */
export function chartDescription(series: ReportSeries): string {
  const { metric, resource, timestamps, values, periodMs } = series;
  const name = resource === null ? metric : `${metric} of ${resource}`;
  const finite = values.filter(Number.isFinite).sort();
  if (finite.length === 0) return `${name}: no samples.`;
  const at = (share: number): string => {
    return shortNumber(finite[Math.round(share * (finite.length - 1))]!);
  };
  const parts = [
    `${name}: ${plural(finite.length, 'sample')}, every ${shortDuration(periodMs)}`,
    `from ${instantText(timestamps[0]!)} to ${instantText(timestamps.at(-1)!)} UTC`,
    `between ${at(0)} and ${at(1)}, the middle half between ${at(0.25)} and ${at(0.75)}`,
  ];
  return `${parts.join(', ')}. ${alertsText(series)}`;
}

function alertsText({ alerts }: ReportSeries): string {
  if (alerts.length === 0) return 'No alerts.';
  const told = alerts.slice(0, MOST_TOLD).map((alert) => {
    const what = alert.severity === 'page' ? 'Page' : 'Notice';
    const lasted = alert.until === null ? 'still open' : `for ${lengthText(alert)}`;
    const side = alert.side === null ? '' : ` ${alert.side} normal`;
    const worst = worstText(alert).replace(/^[▲▼] /, '');
    return `${what} from ${instantText(alert.since)}, ${lasted}, worst ${worst}${side}.`;
  });
  const others = alerts.length - told.length;
  return [...told, ...(others > 0 ? [`And ${plural(others, 'more alert')}.`] : [])].join(' ');
}
