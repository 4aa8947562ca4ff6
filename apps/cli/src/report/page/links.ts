import type { Filter } from './filter.ts';
import type { PageMonitor } from './monitor.ts';

export interface Links {
  /** Marks an alert as the one that is looked at, and names it in the address. */
  markAlert(id: string): void;
}

const ALERT = /^#alert-(.+)$/;

/**
 * Links to alerts: one in the table, in the address that the page was opened with, or from elsewhere leads to the
 * chart, zoomed to the alert.
 */
export function createLinks(monitors: readonly PageMonitor[], filter: Filter): Links {
  const ofAlert = new Map(
    monitors.flatMap((monitor) => monitor.about.alerts.map(({ id }) => [id, monitor] as const)),
  );
  const mark = (id: string): void => {
    for (const marked of document.querySelectorAll('.current')) marked.classList.remove('current');
    document.getElementById(`alert-${id}`)?.classList.add('current');
    ofAlert.get(id)?.article.classList.add('current');
  };
  const goTo = (hash: string, isSmooth: boolean): void => {
    const id = ALERT.exec(hash)?.[1];
    const monitor = id === undefined ? undefined : ofAlert.get(id);
    if (id === undefined || monitor === undefined) {
      const article = document.getElementById(hash.slice(1));
      if (article?.classList.contains('monitor')) {
        filter.reveal(article);
        article.scrollIntoView();
      }
      return;
    }
    filter.reveal(monitor.article);
    mark(id);
    void monitor.draw().then(() => {
      requestAnimationFrame(() => performance.mark('linked-chart')); // for who measures it
    });
    monitor.showAlert(id);
    monitor.article.scrollIntoView({ behavior: isSmooth ? 'smooth' : 'instant', block: 'start' });
    monitor.host.focus({ preventScroll: true });
  };
  const mayMove = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  // Far away, smooth scrolling would pass by a hundred charts.
  const isNear = (hash: string): boolean => {
    const target = document.getElementById(hash.slice(1));
    if (target === null) return false;
    return Math.abs(target.getBoundingClientRect().top) < 3 * innerHeight;
  };

  addEventListener('hashchange', () => goTo(location.hash, false));
  document.addEventListener('click', (event) => {
    const clicked = event.target instanceof Element ? event.target : null;
    const button = clicked?.closest<HTMLElement>('.copy');
    if (button != null) void copyLink(button);
    const link = clicked?.closest('a');
    const hash = link?.getAttribute('href') ?? '';
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!ALERT.test(hash) || !isPlain) return;
    event.preventDefault();
    if (location.hash !== hash) history.pushState(null, '', hash);
    goTo(hash, mayMove && isNear(hash));
  });
  addEventListener('popstate', () => goTo(location.hash, false));
  if (location.hash !== '') {
    goTo(location.hash, false);
    // The browser goes to the line of the alert by itself, or to where the page was left: the chart is what counts.
    history.scrollRestoration = 'manual';
    addEventListener('load', () => requestAnimationFrame(() => goTo(location.hash, false)));
  }
  return {
    markAlert(id) {
      mark(id);
      history.replaceState(null, '', `#alert-${id}`);
    },
  };
}

async function copyLink(button: HTMLElement): Promise<void> {
  const id = button.closest('.alert')!.id;
  const address = new URL(`#${id}`, location.href).href;
  const isCopied = await copy(address);
  button.textContent = isCopied ? 'Copied' : address;
  setTimeout(() => {
    button.textContent = 'Copy link';
  }, 2000);
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // not allowed for a file in this browser: the address is shown instead
  }
}
