import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium, newReader, visit } from './visit.ts';

/**
 * The pictures of the README: the report of the example series, as the command writes it, in a real browser, light
 * and dark, at an alert.
 */
const ROOT = resolve(import.meta.dirname, '../../..');
const COMMAND = join(ROOT, 'apps/cli/dist/plumbline.mjs');
const CONFIG = join(ROOT, 'examples/local-run/plumbline.yaml');
const LABELS = join(ROOT, 'examples/local-run/labels.yaml');
const PICTURES = join(ROOT, 'docs/pictures');
const SIZE = { width: 1200, height: 1120 } as const;

const folder = mkdtempSync(join(tmpdir(), 'plumbline-picture-'));
try {
  const out = join(folder, 'report.html');
  const args = ['report', '--config', CONFIG, '--labels', LABELS, '--out', out];
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`plumbline report exits with ${status}: ${stderr}`);
  const browser = await launchChromium();
  for (const colorScheme of ['light', 'dark'] as const) {
    const reader = await newReader(browser, { viewport: SIZE, colorScheme, timezoneId: 'UTC' });
    const { page } = await visit(reader, pathToFileURL(out).href);
    await page.screenshot({ path: join(PICTURES, `report-${colorScheme}.png`) });
    const alert = page.locator('[id^="alert-"]', { hasText: '88.2' }).first();
    const id = await alert.getAttribute('id');
    await page.goto(`${pathToFileURL(out).href}#${id}`);
    await page.waitForTimeout(500);
    const path = join(PICTURES, `report-alert-${colorScheme}.png`);
    await page.screenshot({ path, clip: { x: 0, y: 0, width: SIZE.width, height: 640 } });
    await reader.close();
  }
  await browser.close();
  console.log(`drawn: ${PICTURES}/report-*.png`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
