import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** A fault that keeps somebody out, or nearly so, with what it was found in. */
export interface Fault {
  readonly rule: string;
  readonly impact: string;
  readonly where: readonly string[];
}

/** What axe finds serious or critical, of WCAG 2.2 A and AA and of good practice. */
export async function seriousFaults(page: Page): Promise<Fault[]> {
  // What is far from the window is looked at too.
  await page.evaluate(() => {
    for (const monitor of document.querySelectorAll<HTMLElement>('.monitor')) {
      monitor.style.contentVisibility = 'visible';
    }
  });
  // By the debugger's protocol, which no policy of the page forbids.
  await page.evaluate(axe.source);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
    }),
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({
      rule: id,
      impact: String(impact),
      where: nodes.map(({ target }) => target.join(' ')),
    }));
}
