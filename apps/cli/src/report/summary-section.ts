import { plural, shortDuration } from '../view/text.ts';
import { type Html, html } from './html.ts';
import { dated, instant } from './instants.ts';
import type { NamedSeries } from './named-series.ts';
import type { ReportData } from './report-data.ts';
import { timeline } from './timeline.ts';

const WEEK_MS = 7 * 86_400_000;
/** By more than this share longer than what was judged of each, it was not judged in one piece. */
const SAME_LENGTH = 0.05;

/** What was looked at and what came of it, at one glance. */
export function summarySection(data: ReportData, series: readonly NamedSeries[]): Html {
  const { title, from, until, weeks, createdAt, notes } = data;
  const lengthMs = weeks * WEEK_MS;
  const isOnePiece = until - from <= lengthMs * (1 + SAME_LENGTH);
  const length = isOnePiece
    ? shortDuration(until - from)
    : `${shortDuration(lengthMs)} of each series`;
  return html`<section class="summary" aria-labelledby="summary">
<h1 id="summary">${title}</h1>
<p class="range">${dated(from)} to ${dated(until)} <span class="zone">UTC</span>, ${length}
<span class="made">made ${instant(createdAt)}</span></p>
${cards(data)}
<div class="overview">
${timeline(series, data)}
${alternativesTable(data)}
</div>
${
  notes.length > 0 &&
  html`<details class="notes" open><summary>${plural(notes.length, 'note')} on the data</summary>
<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></details>`
}
</section>`;
}

interface Counts {
  readonly pages: number;
  readonly notices: number;
  readonly open: number;
  readonly weeks: number;
}

function countsOf({ series, weeks }: ReportData): Counts {
  const alerts = series.flatMap((one) => one.alerts);
  const pages = alerts.filter(({ severity }) => severity === 'page').length;
  const open = alerts.filter((alert) => alert.until === null).length;
  return { pages, notices: alerts.length - pages, open, weeks };
}

/** So many in a week, of so many in the time of the report. */
function aWeek(amount: number, weeks: number): string {
  const rate = weeks > 0 ? amount / weeks : amount;
  return rate >= 10 ? String(Math.round(rate)) : String(Number(rate.toFixed(1)));
}

function cards(data: ReportData): Html {
  const { series, pagesPerWeek, labelled } = data;
  const { pages, notices, open, weeks } = countsOf(data);
  const isOver = weeks > 0 && pages / weeks > pagesPerWeek;
  const alerting = series.filter(({ alerts }) => alerts.length > 0).length;
  const samples = series.reduce((sum, { values }) => sum + values.length, 0);
  const budget = `${aWeek(pages, weeks)} a week; the budget is ${pagesPerWeek}`;
  return html`<ul class="cards">
<li class="card pages"><h2>Pages</h2><p class="figure">${pages.toLocaleString('en-US')}</p>
<p class="${isOver ? 'over' : 'within'}">${isOver && 'Over budget: '}${budget}</p></li>
<li class="card notices"><h2>Notices</h2><p class="figure">${notices.toLocaleString('en-US')}</p>
<p>${aWeek(notices, weeks)} a week, for machines</p></li>
<li class="card"><h2>Series</h2><p class="figure">${series.length.toLocaleString('en-US')}</p>
<p>${alerting} with alerts, ${open} still open; ${plural(samples, 'sample')}</p></li>
${
  labelled !== null &&
  html`<li class="card"><h2>Labelled incidents found</h2>
<p class="figure">${labelled.found} <span class="of">of ${labelled.incidents}</span></p>
<p>${plural(labelled.falsePages, 'page')} outside of them</p></li>`
}
</ul>`;
}

/** What others would have sent, beside this configuration. */
function alternativesTable(data: ReportData): Html | null {
  const { alternatives } = data;
  if (alternatives.length === 0) return null;
  const { pages, notices, weeks } = countsOf(data);
  const most = Math.max(1, pages + notices, ...alternatives.map(({ messages }) => messages));
  const percent = (amount: number): string => `${((amount / most) * 100).toFixed(2)}%`;
  const bar = (parts: readonly (readonly [kind: string, amount: number])[]): Html => {
    let before = 0;
    const rects = parts.map(([kind, amount]) => {
      const rect = html`<rect class="${kind}" x="${percent(before)}" width="${percent(amount)}" height="100%"/>`;
      before += amount;
      return rect;
    });
    return html`<svg class="bar" aria-hidden="true">${rects}</svg>`;
  };
  return html`<div class="alternatives"><table>
<caption><h2>Messages, beside others</h2></caption>
<thead><tr><th scope="col">what would have sent them</th><th scope="col" class="number">in all</th>
<th scope="col" class="number">a week</th></tr></thead>
<tbody>
<tr class="own"><th scope="row">This configuration: <span class="ink-page">${plural(pages, 'page')}</span>,
<span class="ink-notice">${plural(notices, 'notice')}</span>
${bar([
  ['page', pages],
  ['notice', notices],
])}</th>
<td class="number">${(pages + notices).toLocaleString('en-US')}</td>
<td class="number">${aWeek(pages + notices, weeks)}</td></tr>
${alternatives.map(
  ({
    name,
    messages,
    perWeek,
  }) => html`<tr><th scope="row">${name}${bar([['other', messages]])}</th>
<td class="number">${messages.toLocaleString('en-US')}</td><td class="number">${aWeek(perWeek, 1)}</td></tr>`,
)}
</tbody></table></div>`;
}
