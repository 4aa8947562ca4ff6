import type { Locator, Page } from 'playwright-core';

/** Colours of a chart by how many of its pixels have them, whatever their opacity. */
export async function inkOf(chart: Locator): Promise<{
  readonly inked: number;
  readonly share: number;
  /** Pixels that are rather red than blue, as alerts are. */
  readonly red: number;
  /** Pixels that are rather blue than red, as values and their band are. */
  readonly blue: number;
}> {
  return await chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    let [inked, red, blue] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] === 0) continue;
      inked += 1;
      const warmer = data[i]! - data[i + 2]!;
      if (warmer > 40) red += 1;
      if (warmer < -40) blue += 1;
    }
    return { inked, share: inked / (width * height), red, blue };
  });
}

/** All that is drawn, to tell one drawing from another. */
export async function drawingOf(chart: Locator): Promise<string> {
  return await chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
}

/** Two frames later all that was asked for is drawn. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );
}

export async function drag(page: Page, chart: Locator, from: number, to: number): Promise<void> {
  const box = (await chart.locator('.u-over').boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * ((from + to) / 2), y, { steps: 3 });
  await page.mouse.move(box.x + box.width * to, y, { steps: 3 });
  await page.mouse.up();
}

export async function isZoomed(chart: Locator): Promise<boolean> {
  return await chart.evaluate((node) => node.classList.contains('zoomed'));
}

export async function isFocused(chart: Locator): Promise<boolean> {
  return await chart.evaluate((node) => node === document.activeElement);
}

export async function isInWindow(chart: Locator): Promise<boolean> {
  return await chart.evaluate((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
}

export async function focused(page: Page): Promise<string | null> {
  return await page.evaluate(() => document.activeElement?.textContent ?? null);
}

export async function announced(page: Page): Promise<string> {
  return (await page.locator('#announcer').textContent()) ?? '';
}
