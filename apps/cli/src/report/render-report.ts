import { createHash } from 'node:crypto';
import { alertsSection } from './alerts-section.ts';
import { type Html, html, trusted } from './html.ts';
import { monitorSection, samplesBlock } from './monitor-section.ts';
import { namedSeries } from './named-series.ts';
import { readPageFiles } from './page-files.ts';
import type { ReportData } from './report-data.ts';
import { summarySection } from './summary-section.ts';

/** A plumb line, for the tab of the browser. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 0v7" stroke="#5b7fb0" stroke-width="1.5"/><path d="M5 7h6l-1 4-2 5-2-5z" fill="#1257b8"/></svg>',
)}`;

/** The script stands behind the first chart and its samples, and draws it while the browser still reads the others. */
const BEFORE_SCRIPT = 1;

/**
 * A report as one file of HTML that needs nothing but a browser: no request leaves it, and its policy forbids any.
 *
 * Summary and alerts can be read without a script; the charts are drawn by one when they come near the
 * window. Text from outside, such as the names of metrics, is text wherever it stands.
 *
 * @throws {RangeError} the columns of a series are not of one length, or its times are not whole ascending ms
 */
export function renderReport(data: ReportData): string {
  const { script, style } = readPageFiles();
  const series = namedSeries(data);
  const samples = series.map((named) => samplesBlock(named) ?? html``);
  const sections = series.map((named, order) => monitorSection(named, order, data));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Plumbline">
<title>${data.title} – Plumbline report</title>
<link rel="icon" href="${ICON}">
<style>${trusted(style)}</style>
</head>
<body>
${header()}
<main>
${summarySection(data, series)}
${alertsSection(series)}
<section class="monitors" aria-labelledby="monitors">
<h2 id="monitors">Monitors <span class="count" id="shown" role="status">${series.length}</span></h2>
${toolbar()}
<noscript><p class="empty">The charts are drawn by a script, and scripts are off.</p></noscript>
<div id="list">${sections.slice(0, BEFORE_SCRIPT)}
${samples.slice(0, BEFORE_SCRIPT)}
<script>${trusted(script)}</script>
${sections.slice(BEFORE_SCRIPT)}</div>
<p class="empty" id="none" hidden>No monitor is like that.</p>
</section>
</main>
${footer()}
<div id="announcer" class="unseen" aria-live="polite"></div>
${samples.slice(BEFORE_SCRIPT)}</body>
</html>
`;
  return page.markup;
}

function header(): Html {
  return html`<header class="top"><a class="skip" href="#monitors">Skip to the charts</a>
<p class="brand"><svg aria-hidden="true" width="16" height="20" viewBox="0 0 16 20"><path class="cord" d="M8 0v9"/><path class="bob" d="M4 9h8l-1.2 4.5L8 20l-2.800-6.500z"/></svg>Plumbline</p>
<div class="switches" hidden>
<button type="button" id="zone" aria-pressed="false">Local time</button>
<button type="button" id="theme">Dark</button>
</div></header>`;
}

function toolbar(): Html {
  return html`<div class="toolbar" role="search" hidden>
<label class="filter"><span class="unseen">Filter by name, metric, owner</span><input type="search" id="filter" placeholder="Filter by name, metric, owner" autocomplete="off"></label>
<label><input type="checkbox" id="alerting"> Only with alerts</label>
<label><input type="checkbox" id="together"> Zoom all together</label>
<label>Sort by <select id="sort"><option value="order">alerts</option><option value="name">name</option><option value="given">configuration</option></select></label>
</div>
<div class="legend"><p aria-hidden="true"><span class="key value">value</span><span class="key expected">expected</span><span class="key band">usual</span><span class="key page">page</span><span class="key notice">notice</span><span class="key incident">labelled</span></p>
<p id="keys">Drag to zoom, shift-drag to pan, double-click for all. Keys: <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> zoom, <kbd>←</kbd> <kbd>→</kbd> pan, <kbd>shift ←</kbd> <kbd>→</kbd> read samples, <kbd>n</kbd> <kbd>p</kbd> next and previous alert, <kbd>f</kbd> fit peaks.</p>
<p class="touch">Pinch to zoom, move to the side to pan, tap to read.</p></div>`;
}

function footer(): Html {
  return html`<footer><p>Made by Plumbline. Charts by uPlot, © Leon Sorokin, unpacked by fflate, © Arjun Barrett; both under the MIT licence, whose text is in this file.</p></footer>`;
}

/** Nothing but the one script and the one style in the file, by their digests. */
function policyOf(script: string, style: string): string {
  const digest = (text: string): string =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
