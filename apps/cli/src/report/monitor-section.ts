import { plural, shortDuration } from '../view/text.ts';
import {
  bandText,
  lengthText,
  rarityText,
  reasonText,
  usualText,
  worstText,
} from './alert-text.ts';
import { severityBadge } from './alerts-section.ts';
import { chartAboutOf } from './chart-about.ts';
import { chartDescription } from './chart-description.ts';
import { type Html, html, jsonBlock, trusted, webAddress } from './html.ts';
import { instant } from './instants.ts';
import type { NamedSeries } from './named-series.ts';
import { packSamples } from './pack-samples.ts';
import type { ReportAlert, ReportData, ReportSeries } from './report-data.ts';

/** One monitor's series: where it comes from, its chart with all that the chart needs, its alerts. */
export function monitorSection({ series, id }: NamedSeries, order: number, data: ReportData): Html {
  const { monitor, metric, resource, alerts } = series;
  const pages = alerts.filter(({ severity }) => severity === 'page').length;
  const notices = alerts.length - pages;
  return html`<article class="monitor" id="${id}" aria-labelledby="${id}-name" data-search="${searchText(series)}"
data-alerts="${alerts.length}" data-order="${order}" data-given="${data.series.indexOf(series)}">
<header><h3 id="${id}-name"><a class="anchor" href="#${id}"><bdi>${monitor}</bdi></a>
<span class="metric"><bdi>${metric}</bdi>${resource !== null && html` <span class="resource"><bdi>${resource}</bdi></span>`}</span></h3>
<p class="badges">${pages > 0 && html`<span class="badge page">${plural(pages, 'page')}</span>`}
${notices > 0 && html`<span class="badge notice">${plural(notices, 'notice')}</span>`}</p>
${links(series)}</header>
<p class="where"><span class="locator"><bdi>${series.locator}</bdi></span> ${series.detector}, every ${shortDuration(series.periodMs)}${
    series.owner !== null && html`, owned by <bdi>${series.owner}</bdi>`
  }</p>
${chart(series, id)}
${alerts.length > 0 && html`<ul class="alert-list">${[...alerts].sort((a, b) => a.since - b.since).map(alertItem)}</ul>`}
</article>`;
}

function chart(series: ReportSeries, id: string): Html {
  if (series.timestamps.length === 0) return html`<p class="empty">No samples.</p>`;
  return html`<div class="chart" id="${id}-chart" tabindex="0" role="application" aria-roledescription="chart"
aria-label="${chartDescription(series)}" aria-describedby="keys"></div>
${jsonBlock('about', chartAboutOf(series))}`;
}

/** The samples of a chart, as the page's script unpacks them; nothing where there are none. */
export function samplesBlock({ series, id }: NamedSeries): Html | null {
  if (series.timestamps.length === 0) return null;
  return html`<script type="application/octet-stream" class="samples" id="${id}-samples">${trusted(packSamples(series))}</script>
`;
}

function links({ metric, consoleUrl, runbook }: ReportSeries): Html | null {
  const found = [
    ['Console', webAddress(consoleUrl)],
    ['Runbook', webAddress(runbook)],
  ] as const;
  const shown = found.flatMap(([name, address]) =>
    address === null
      ? []
      : [
          html`<a href="${address}" rel="noreferrer noopener" target="_blank" aria-label="${name} of ${metric}">${name}</a>`,
        ],
  );
  // A runbook need not be an address: it may be the name of a page.
  const named = runbook !== null && webAddress(runbook) === null;
  if (shown.length === 0 && !named) return null;
  return html`<p class="links">${shown}${named && html`<span>Runbook: ${runbook}</span>`}</p>`;
}

function alertItem(alert: ReportAlert): Html {
  const usual = usualText(alert);
  const band = bandText(alert.lower, alert.upper);
  const bandShown = band !== usual && band !== '' ? ` (${band})` : '';
  const facts = [rarityText(alert), reasonText(alert)].filter(
    (fact) => fact !== null && fact !== '',
  );
  const lasted = alert.until === null ? 'still open' : `lasted ${lengthText(alert)}`;
  return html`<li id="alert-${alert.id}" class="alert ${alert.severity}">${severityBadge(alert.severity)}
<a class="show" href="#alert-${alert.id}">${instant(alert.since)}</a> <span>${lasted}</span>
<span><strong>${worstText(alert)}</strong>${usual !== '' && `, usual ${usual}${bandShown}`}</span>
${facts.map((fact) => html`<span>${fact}</span>`)}
<button type="button" class="copy">Copy link</button></li>`;
}

/** What the filter looks through. */
function searchText({ monitor, metric, resource, locator, owner, detector }: ReportSeries): string {
  return [monitor, metric, resource, locator, owner, detector].join(' ').toLowerCase();
}
