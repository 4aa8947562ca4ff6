import { CHROMIUM_FLAGS, findChromium } from '@plumbline/harness';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

export async function launchChromium(): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error('there is no Chromium here');
  return await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
}

/** A page that was opened, with what happened in it that should not. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions that nobody caught. */
  readonly complaints: readonly string[];
  /** Whatever was asked for beside the file itself. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export const DESKTOP = { width: 1280, height: 900 } as const;
export const PHONE = { width: 390, height: 844 } as const;

/** A reader's browser: what it keeps, how large its window is, where on Earth it is. */
export async function newReader(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  return await browser.newContext({
    viewport: DESKTOP,
    timezoneId: 'America/New_York',
    ...options,
  });
}

/** Opens a report as a reader would, and waits for its first chart where there is to be one. */
export async function visit(
  reader: BrowserContext,
  url: string,
  firstChart = true,
): Promise<Visit> {
  const page = await reader.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const asked = request.url();
    if (asked !== url.replace(/#.*/, '') && !asked.startsWith('data:')) requests.push(asked);
  });
  await page.goto(url);
  if (firstChart) await page.waitForSelector('.chart canvas', { state: 'attached' });
  return { page, complaints, requests, close: () => page.close() };
}
