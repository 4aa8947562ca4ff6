import { plural } from '../view/text.ts';
import { lengthText, rarityText, usualText, worstText } from './alert-text.ts';
import { type Html, html } from './html.ts';
import { instant } from './instants.ts';
import { byUrgency, type NamedSeries } from './named-series.ts';

/** Rows that are seen before a reader asks for all. */
const FIRST_ROWS = 15;

/** All alerts, the most urgent first, each with the way to its chart. */
export function alertsSection(series: readonly NamedSeries[]): Html {
  const alerts = series
    .flatMap((named) => named.series.alerts.map((alert) => ({ alert, named })))
    .sort((a, b) => byUrgency(a.alert, b.alert));
  if (alerts.length === 0) {
    return html`<section class="alerts" aria-labelledby="alerts"><h2 id="alerts">Alerts</h2>
<p class="empty">None: nothing would have been sent.</p></section>`;
  }
  const rows = alerts.map(({ alert, named: { series: one, id } }, i) => {
    const name = one.resource ?? one.metric;
    return html`<tr class="${i >= FIRST_ROWS ? 'row later' : 'row'}" data-monitor="${id}"><td>${severityBadge(alert.severity)}</td>
<th scope="row"><a href="#alert-${alert.id}"><bdi>${one.monitor}</bdi> <span class="resource"><bdi>${name}</bdi></span></a></th>
<td class="time">${instant(alert.since)}</td><td class="number lasted">${lengthText(alert)}</td>
<td class="number">${worstText(alert)}</td><td class="number usual">${usualText(alert)}</td>
<td class="number rare">${rarityText(alert)}</td></tr>`;
  });
  return html`<section class="alerts short" aria-labelledby="alerts"><h2 id="alerts">Alerts <span class="count">${alerts.length}</span></h2>
<table><thead><tr><th scope="col">Severity</th><th scope="col">Monitor</th>
<th scope="col" class="time">Since, <span class="zone">UTC</span></th>
<th scope="col" class="number lasted">Lasted</th><th scope="col" class="number">Worst</th>
<th scope="col" class="number usual">Usual</th><th scope="col" class="number rare">How rare</th></tr></thead>
<tbody>${rows}</tbody></table>
${
  alerts.length > FIRST_ROWS &&
  html`<button type="button" class="show-all" hidden>Show all ${plural(alerts.length, 'alert')}</button>`
}
</section>`;
}

/** Told apart by word and form, not by colour alone. */
export function severityBadge(severity: 'page' | 'notice'): Html {
  return html`<span class="badge ${severity}">${severity === 'page' ? 'Page' : 'Notice'}</span>`;
}
