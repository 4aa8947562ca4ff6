import { createMonitor, type MonitorContext, type PageMonitor } from './monitor.ts';

/** Charts this near to the window are drawn, and those farther away than the other are taken away again. */
const DRAW_WITHIN = '600px';
const KEEP_WITHIN = '4000px';
/** So many charts are drawn without waiting for that. */
const FIRST_DRAWN = 2;

/** All monitors of the page, in the order of the page. Charts are drawn as they come near the window. */
export function createMonitors(list: HTMLElement, context: MonitorContext): readonly PageMonitor[] {
  const monitors = Array.from(list.querySelectorAll<HTMLElement>('.monitor')).flatMap(
    (article) => createMonitor(article, context) ?? [],
  );
  // Of an article: what is in it is not laid out, and so nowhere, while it is far away.
  const byArticle = new Map<Element, PageMonitor>(
    monitors.map((monitor) => [monitor.article, monitor]),
  );

  let isFirst = true;
  const draw = async (monitor: PageMonitor): Promise<void> => {
    await monitor.draw();
    if (!isFirst) return;
    isFirst = false;
    requestAnimationFrame(() => performance.mark('first-chart')); // for who measures it
  };
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) void draw(byArticle.get(target)!);
      }
    },
    { rootMargin: DRAW_WITHIN },
  );
  const far = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) byArticle.get(target)!.clear();
      }
    },
    { rootMargin: KEEP_WITHIN },
  );
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) byArticle.get(target)!.resize();
  });
  for (const { article } of monitors) {
    near.observe(article);
    far.observe(article);
    sizes.observe(article);
  }
  // Below the window, but a reader comes there first.
  for (const monitor of monitors.slice(0, FIRST_DRAWN)) void draw(monitor);
  return monitors;
}
