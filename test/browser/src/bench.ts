/**
 * How large a report of 100 series over 14 days is, and how soon its first chart stands in Chromium: after the
 * start of the navigation, opened plainly, and by the link of an alert, where the chart is in the window.
 */
import { exampleReport, renderReport } from '@plumbline/cli/testing';
import type { Browser } from 'playwright-core';
import { artefact, writeReport } from './report-file.ts';
import { launchChromium, newReader } from './visit.ts';

const SERIES = 100;
const RUNS = 9;
const TARGETS = { megabytes: 5, firstChartMs: 1000 } as const;

const data = await exampleReport(SERIES);
const begun = performance.now();
renderReport(data);
const renderMs = performance.now() - begun;
const report = writeReport(data);

const samples = data.series.reduce((sum, { values }) => sum + values.length, 0);
const megabytes = report.bytes / 1e6;
console.log(`${SERIES} series, ${samples.toLocaleString('en-US')} samples, 14 days`);
console.log(`  written in ${renderMs.toFixed(0)} ms`);
target(
  `${megabytes.toFixed(2)} MB`,
  megabytes < TARGETS.megabytes,
  `under ${TARGETS.megabytes} MB`,
);

const browser = await launchChromium();
const alert = data.series.flatMap(({ alerts }) => alerts).at(-1);
console.log(`Chromium ${browser.version()}, ${RUNS} times, each with a cache of its own`);
await measure('first chart, opened plainly', 'first-chart', report.url);
await measure('that of an alert, by its link', 'linked-chart', `${report.url}#alert-${alert?.id}`);
await photograph();
await browser.close();
report.remove();

async function measure(how: string, mark: string, url: string): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await chartMs(browser, url, mark));
  const [least, median, most] = [0, RUNS >> 1, RUNS - 1].map(
    (at) => times.toSorted((a, b) => a - b)[at]!,
  ) as [number, number, number];
  const limit = TARGETS.firstChartMs;
  target(
    `${how}: median ${median.toFixed(0)} ms (${least.toFixed(0)} to ${most.toFixed(0)})`,
    median < limit,
    `under ${limit} ms`,
  );
}

/** From the start of the navigation to the frame after a chart was drawn. */
async function chartMs(from: Browser, url: string, mark: string): Promise<number> {
  const reader = await newReader(from);
  const page = await reader.newPage();
  await page.goto(url);
  await page.waitForSelector('.chart canvas', { state: 'attached' });
  const ms = await page.evaluate(async (name) => {
    for (;;) {
      const [drawn] = performance.getEntriesByName(name);
      if (drawn !== undefined) return drawn.startTime;
      await new Promise(requestAnimationFrame);
    }
  }, mark);
  await reader.close();
  return ms;
}

/** What was measured, to be looked at. */
async function photograph(): Promise<void> {
  const page = await (await newReader(browser)).newPage();
  await page.goto(report.url);
  await page.waitForSelector('.chart canvas', { state: 'attached' });
  await page.screenshot({ path: artefact('bench.png') });
}

function target(text: string, isMet: boolean, wanted: string): void {
  console.log(`  ${text}; ${isMet ? 'met' : 'MISSED'}: ${wanted}`);
}
