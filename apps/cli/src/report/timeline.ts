import { plural } from '../view/text.ts';
import { type Html, html } from './html.ts';
import { dayText, instantText } from './instants.ts';
import type { NamedSeries } from './named-series.ts';
import type { ReportData } from './report-data.ts';

/** Lanes that fit beside the rest of the summary; the others are counted. */
const MOST_LANES = 16;
const DAY_MS = 86_400_000;
const MOST_DAY_LABELS = 7;
/** The least that is seen of an alert, percent of the width. */
const LEAST_WIDTH = 0.6;

/**
 * When the alerts were, a lane for each series. For the eye only: the table of alerts says the same to everybody.
 */
export function timeline(series: readonly NamedSeries[], { from, until }: ReportData): Html | null {
  const alerting = series.filter((one) => one.series.alerts.length > 0);
  if (alerting.length === 0 || !(until > from)) return null;
  const percent = (timestamp: number): number =>
    Math.min(Math.max((timestamp - from) / (until - from), 0), 1) * 100;
  const days = daysBetween(from, until);
  const grid = days.map(
    (day) =>
      html`<line class="grid" x1="${percent(day)}%" x2="${percent(day)}%" y1="0" y2="100%"/>`,
  );
  const lanes = alerting
    .slice(0, MOST_LANES)
    .map(({ series: { monitor, metric, resource, alerts, until: ended }, id }) => {
      const bars = [...alerts]
        .sort((a, b) => Number(a.severity === 'page') - Number(b.severity === 'page'))
        .map((alert) => {
          const width = Math.max(percent(alert.until ?? ended) - percent(alert.since), LEAST_WIDTH);
          const x = Math.min(percent(alert.since), 100 - width);
          return html`<a href="#alert-${alert.id}" tabindex="-1"><rect class="${alert.severity}"
x="${x.toFixed(2)}%" width="${width.toFixed(2)}%" y="${alert.severity === 'page' ? 2 : 4}" height="${
            alert.severity === 'page' ? 14 : 10
          }" rx="1.5"><title>${alert.severity}, ${instantText(alert.since)} UTC</title></rect></a>`;
        });
      return html`<a class="lane-name" tabindex="-1" href="#${id}"><bdi>${monitor}</bdi> <span>${resource ?? metric}</span></a>
<svg class="lane">${grid}${bars}</svg>`;
    });
  const labels = days.map((day) => html`<text x="${percent(day)}%" y="12">${dayText(day)}</text>`);
  const hidden = alerting.length - lanes.length;
  return html`<div class="timeline"><h2>When</h2>
<div class="lanes" aria-hidden="true">${lanes}
<span class="lane-more">${hidden > 0 && `and ${plural(hidden, 'other')} below`}</span><svg class="lane-days">${labels}</svg></div></div>`;
}

/** Midnights in UTC, so few that their names fit. */
function daysBetween(from: number, until: number): number[] {
  const step = Math.max(1, Math.ceil((until - from) / DAY_MS / MOST_DAY_LABELS)) * DAY_MS;
  const days: number[] = [];
  for (let day = Math.ceil(from / DAY_MS) * DAY_MS; day < until; day += step) days.push(day);
  return days;
}
