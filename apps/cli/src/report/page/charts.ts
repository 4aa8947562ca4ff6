import { createMonitor, type MonitorContext, type PageMonitor } from './monitor.ts';

/** Charts this near to the window are drawn, and those farther away than the other are taken away again. */
const DRAW_WITHIN = '600px';
const KEEP_WITHIN = '4000px';

/** The first monitor of the page, with its chart: below the window mostly, but a reader comes there first. */
export function drawFirst(list: HTMLElement, context: MonitorContext): PageMonitor | null {
  const article = list.querySelector<HTMLElement>('.monitor');
  const monitor = article && createMonitor(article, context);
  if (monitor?.drawNow()) {
    requestAnimationFrame(() => performance.mark('first-chart')); // for who measures it
  }
  return monitor;
}

/**
 * All monitors of the page, in the order of the page. Charts are drawn as they come near the window.
 *
 * @param first - the one that there is already
 */
export function createMonitors(
  list: HTMLElement,
  context: MonitorContext,
  first: PageMonitor | null,
): readonly PageMonitor[] {
  const monitors = Array.from(list.querySelectorAll<HTMLElement>('.monitor')).flatMap((article) => {
    if (article === first?.article) return first;
    return createMonitor(article, context) ?? [];
  });
  // Of an article: what is in it is not laid out, and so nowhere, while it is far away.
  const byArticle = new Map<Element, PageMonitor>(
    monitors.map((monitor) => [monitor.article, monitor]),
  );

  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) void byArticle.get(target)!.draw();
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
  return monitors;
}
