import { exampleReport, type ReportData, type ReportSeries } from '@plumbline/cli/testing';
import { describeWith } from '@plumbline/harness/testing';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seriousFaults } from './accessibility.ts';
import {
  announced,
  drag,
  drawingOf,
  focused,
  inkOf,
  isFocused,
  isInWindow,
  isZoomed,
  settled,
} from './chart-reader.ts';
import { oddSeries } from './odd-series.ts';
import { artefact, type ReportFile, writeReport } from './report-file.ts';
import { DESKTOP, launchChromium, newReader, PHONE, type Visit, visit } from './visit.ts';

await describeWith(['chromium'], 'the report, opened in Chromium', () => {
  let browser: Browser;
  let reader: BrowserContext;
  let data: ReportData;
  let report: ReportFile;
  const visits: Visit[] = [];

  /** Opened by one reader, or by another one of their own. */
  const open = async (url = report.url, options?: BrowserContextOptions): Promise<Visit> => {
    const by = options === undefined ? reader : await newReader(browser, options);
    const opened = await visit(by, url, options?.javaScriptEnabled !== false);
    visits.push(opened);
    return opened;
  };

  beforeAll(async () => {
    browser = await launchChromium();
    reader = await newReader(browser);
    data = await exampleReport();
    report = writeReport(data);
  });
  afterEach(async () => {
    const closed = visits.splice(0);
    await Promise.all(closed.map((one) => one.close()));
    // Whatever was done: nothing went wrong, and nothing left the file.
    for (const { complaints, requests } of closed) {
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    }
  });
  afterAll(async () => {
    report?.remove();
    await browser?.close();
  });

  const withAlert = (severity: 'page' | 'notice'): ReportSeries =>
    data.series.find(({ alerts }) => alerts.some((alert) => alert.severity === severity))!;

  test('shows a chart with pixels for every series, as one scrolls', async () => {
    const { page } = await open();
    const charts = page.locator('.chart');
    expect(await charts.count()).toBe(data.series.length);
    for (const chart of await charts.all()) {
      await chart.scrollIntoViewIfNeeded();
      await chart.locator('canvas').waitFor();
      await settled(page);
      const { share, blue } = await inkOf(chart);
      expect(share).toBeGreaterThan(0.02);
      expect(blue).toBeGreaterThan(500);
    }
  });

  test('does not draw what is far away, and takes away what was left behind', async () => {
    const { page } = await open();
    const drawn = (): Promise<number> => page.locator('.chart canvas').count();
    await settled(page);
    expect(await drawn()).toBeLessThan(data.series.length / 2);
    await page.locator('.chart').last().scrollIntoViewIfNeeded();
    await expect.poll(() => page.locator('.chart').first().locator('canvas').count()).toBe(0);
    expect(await page.locator('.chart').last().locator('canvas').count()).toBe(1);
  });

  test('zooms to what is dragged over, and out again with a double click', async () => {
    const { page } = await open();
    const chart = await chartOf(page, 0);
    const whole = await drawingOf(chart);
    await drag(page, chart, 0.3, 0.5);
    await expect.poll(() => isZoomed(chart)).toBe(true);
    expect(await drawingOf(chart)).not.toBe(whole);
    await chart.locator('.u-over').dblclick();
    await expect.poll(() => isZoomed(chart)).toBe(false);
    await page.mouse.move(0, 0);
    await expect.poll(() => drawingOf(chart)).toBe(whole);
  });

  test('zooms with ctrl and the wheel, and leaves the wheel alone to the page', async () => {
    const { page } = await open();
    const chart = await chartOf(page, 0);
    await chart.hover();
    await page.mouse.wheel(0, 10);
    await settled(page);
    expect(await isZoomed(chart)).toBe(false);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await expect.poll(() => isZoomed(chart)).toBe(true);
  });

  test('pans with shift and a drag', async () => {
    const { page } = await open();
    const chart = await chartOf(page, 0);
    await drag(page, chart, 0.3, 0.5);
    await expect.poll(() => isZoomed(chart)).toBe(true);
    const before = await drawingOf(chart);
    await page.keyboard.down('Shift');
    await drag(page, chart, 0.6, 0.3);
    await page.keyboard.up('Shift');
    await expect.poll(() => drawingOf(chart)).not.toBe(before);
    expect(await isZoomed(chart)).toBe(true);
  });

  test('can be read with the keyboard alone', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the charts');
    const chart = await chartOf(page, 0);
    await page.keyboard.press('Enter');
    for (let i = 0; i < 20 && !(await isFocused(chart)); i++) await page.keyboard.press('Tab');
    expect(await isFocused(chart)).toBe(true);
    expect(await chart.evaluate((node) => getComputedStyle(node).outlineStyle)).toBe('solid');

    await page.keyboard.press('+');
    await expect.poll(() => isZoomed(chart)).toBe(true);
    const zoomed = await drawingOf(chart);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => drawingOf(chart)).not.toBe(zoomed);
    await page.keyboard.press('0');
    await expect.poll(() => isZoomed(chart)).toBe(false);

    await page.keyboard.press('Shift+ArrowRight');
    const first = await announced(page);
    expect(first).toMatch(/^\w{3} \d+ \w{3} \d\d:\d\d UTC, value [\d.]+/);
    await page.keyboard.press('Shift+ArrowRight');
    expect(await announced(page)).not.toBe(first);
  });

  test('goes from alert to alert with n and p, and names each in the address', async () => {
    const { page } = await open();
    const index = await indexOfMost(page);
    const chart = await chartOf(page, index);
    const ids = await chart
      .locator('xpath=..')
      .locator('.alert')
      .evaluateAll((nodes) => nodes.map(({ id }) => id));
    await chart.focus();
    await page.keyboard.press('n');
    await expect.poll(() => page.evaluate(() => location.hash)).toBe(`#${ids[0]}`);
    await page.keyboard.press('n');
    await expect.poll(() => page.evaluate(() => location.hash)).toBe(`#${ids[1]}`);
    await page.keyboard.press('p');
    await expect.poll(() => page.evaluate(() => location.hash)).toBe(`#${ids[0]}`);
    expect(await page.locator('.alert.current').count()).toBe(1);
  });

  test.each(['page', 'notice'] as const)(
    'opened by the link of a %s shows it',
    async (severity) => {
      const series = withAlert(severity);
      const { id } = series.alerts.find((alert) => alert.severity === severity)!;
      const { page } = await open(`${report.url}#alert-${id}`);
      const article = page.locator('.monitor', { has: page.locator(`#alert-${id}`) });
      const chart = article.locator('.chart');
      await expect.poll(() => isZoomed(chart)).toBe(true);
      await expect.poll(() => isInWindow(chart)).toBe(true);
      expect(await isFocused(chart)).toBe(true);
      expect(await article.locator('.alert.current').getAttribute('id')).toBe(`alert-${id}`);
      const { red } = await inkOf(chart);
      expect(red).toBeGreaterThan(100);
    },
  );

  test('leads from the table of alerts to the chart, and back with the browser', async () => {
    const { page } = await open();
    const link = page.locator('.alerts .row a').nth(4);
    const hash = await link.getAttribute('href');
    await link.click();
    expect(await page.evaluate(() => location.hash)).toBe(hash);
    const chart = page.locator('.monitor.current .chart');
    await expect.poll(() => isInWindow(chart)).toBe(true);
    await expect.poll(() => isZoomed(chart)).toBe(true);
    await page.goBack();
    expect(await page.evaluate(() => location.hash)).toBe('');
  });

  test('shows an alert that a filter hides when its link is followed', async () => {
    const { page } = await open();
    const { id } = withAlert('page').alerts[0]!;
    await page.fill('#filter', 'nothing is named like this');
    expect(await page.locator('.monitor:visible').count()).toBe(0);
    expect(await page.locator('#none').isVisible()).toBe(true);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#alert-${id}`);
    await expect.poll(() => page.locator('.monitor.current:visible').count()).toBe(1);
  });

  test('copies the link of an alert', async () => {
    const { page } = await open(report.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const item = page.locator('.alert').first();
    await item.locator('.copy').click();
    await expect.poll(() => item.locator('.copy').textContent()).toBe('Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`${report.url}#${await item.getAttribute('id')}`);
  });

  test('filters by words, and by alerts, and sorts', async () => {
    const { page } = await open();
    await page.fill('#filter', 'rds cpu');
    const rds = data.series.filter(({ monitor }) => monitor === 'RDS CPU').length;
    expect(await page.locator('.monitor:visible').count()).toBe(rds);
    expect(await page.locator('#shown').textContent()).toBe(`${rds} of ${data.series.length}`);
    await page.fill('#filter', '');
    await page.check('#alerting');
    const alerting = data.series.filter(({ alerts }) => alerts.length > 0).length;
    expect(await page.locator('.monitor:visible').count()).toBe(alerting);
    await page.selectOption('#sort', 'name');
    const names = await page.locator('.monitor:visible h3').allTextContents();
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b)));
  });

  test('zooms all charts together where that is wanted', async () => {
    const { page } = await open();
    await page.check('#together');
    const chart = await chartOf(page, 0);
    await drag(page, chart, 0.3, 0.5);
    const second = await chartOf(page, 1);
    await expect.poll(() => isZoomed(second)).toBe(true);
  });

  test('tells what is known of the sample under the cursor, in UTC or in local time', async () => {
    const { page } = await open();
    const chart = await chartOf(page, 1);
    await chart.hover();
    const tip = chart.locator('.tip');
    await expect.poll(() => tip.isVisible()).toBe(true);
    expect(await tip.textContent()).toMatch(
      /UTCvalue[\d.]+\w?expected[\d.]+\w?usual-?[\d.]+\w? to /,
    );
    const time = page.locator('.alert time').first();
    const utc = await time.textContent();
    await page.click('#zone');
    expect(await time.textContent()).not.toBe(utc);
    expect(await page.locator('#zone').getAttribute('aria-pressed')).toBe('true');
    await chart.hover();
    await expect.poll(() => tip.isVisible()).toBe(true);
    expect(await tip.textContent()).not.toContain('UTC');
  });

  test('has names of metrics that are markup as text, and runs nothing of them', async () => {
    const attack = `</script><img src=x onerror="document.title='owned'">`;
    const series = data.series.slice(0, 2).map((one) => ({
      ...one,
      monitor: attack,
      metric: attack,
      resource: attack,
      locator: attack,
      owner: attack,
      runbook: `javascript:document.title='owned'`,
      consoleUrl: `javascript:document.title='owned'`,
    }));
    const hostile = writeReport({ ...data, title: attack, notes: [attack], series });
    const { page } = await open(hostile.url);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('h3').first().textContent()).toContain(attack);
    const chart = await chartOf(page, 0);
    await chart.hover();
    await settled(page);
    expect(await page.title()).toBe(`${attack} – Plumbline report`);
    hostile.remove();
  });

  test('draws gaps, constants, unlimited sides and single samples without a complaint', async () => {
    const odd = writeReport({ ...data, series: oddSeries(data) });
    const { page } = await open(odd.url);
    const charts = page.locator('.chart');
    expect(await charts.count()).toBe(oddSeries(data).length - 1); // one has no samples
    for (const chart of await charts.all()) {
      await chart.scrollIntoViewIfNeeded();
      await chart.locator('canvas').waitFor();
      await settled(page);
      const { share, blue } = await inkOf(chart);
      expect(share).toBeGreaterThan(0.005);
      expect(blue).toBeGreaterThan(5); // even the one sample
      await chart.focus();
      for (const key of ['+', '+', 'ArrowLeft', 'f', 'Shift+ArrowLeft', 'n', '0']) {
        await page.keyboard.press(key);
      }
    }
    odd.remove();
  });

  test('can be read without a script', async () => {
    const { page } = await open(report.url, { javaScriptEnabled: false });
    const alerts = data.series.flatMap((series) => series.alerts).length;
    expect(await page.locator('.alerts .row:visible').count()).toBe(alerts);
    expect(await page.locator('noscript').first().isVisible()).toBe(true);
    expect(await page.locator('.toolbar').isVisible()).toBe(false);
  });

  test('prints every chart, on white paper', async () => {
    const { page } = await open(report.url, { colorScheme: 'dark' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('.chart canvas').count()).toBe(data.series.length);
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(undefined);
  });

  test.each([
    ['light', 'desktop', DESKTOP],
    ['dark', 'desktop', DESKTOP],
    ['light', 'phone', PHONE],
    ['dark', 'phone', PHONE],
  ] as const)(
    'has no serious fault of accessibility, %s on a %s',
    async (colorScheme, device, viewport) => {
      const isPhone = device === 'phone';
      const { page } = await open(report.url, {
        colorScheme,
        viewport,
        hasTouch: isPhone,
        deviceScaleFactor: isPhone ? 2 : 1,
      });
      await settled(page);
      await page.screenshot({ path: artefact(`summary-${device}-${colorScheme}.png`) });
      await page.locator('.show-all').click();
      await chartOf(page, 0);
      expect(await seriousFaults(page)).toEqual([]);
      await page.locator('#monitors').scrollIntoViewIfNeeded();
      await page.evaluate(() => document.getElementById('monitors')!.scrollIntoView());
      await settled(page);
      await page.screenshot({ path: artefact(`monitors-${device}-${colorScheme}.png`) });
      // Nothing is wider than the window.
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    },
  );

  test('is light or dark as the reader wishes, charts too', async () => {
    const { page } = await open(report.url, { colorScheme: 'light' });
    const chart = await chartOf(page, 0);
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [light, lightChart] = [await ground(), await drawingOf(chart)];
    await page.click('#theme');
    await expect.poll(ground).not.toBe(light);
    await expect.poll(() => drawingOf(chart)).not.toBe(lightChart);
    expect(await page.locator('#theme').textContent()).toBe('Light');
    await page.click('#theme');
    await expect.poll(ground).toBe(light);
  });

  /** The chart at a place of the page, drawn. */
  async function chartOf(page: Page, index: number): Promise<Locator> {
    const chart = page.locator('.monitor').nth(index).locator('.chart');
    await chart.evaluate((node) => node.scrollIntoView({ block: 'center' }));
    await chart.locator('canvas').waitFor();
    await settled(page);
    return chart;
  }

  async function indexOfMost(page: Page): Promise<number> {
    const counts = await page
      .locator('.monitor')
      .evaluateAll((nodes) => nodes.map((node) => Number((node as HTMLElement).dataset.alerts)));
    return counts.indexOf(Math.max(...counts));
  }
});
