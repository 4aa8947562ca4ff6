import { createMonitors, drawFirst } from './charts.ts';
import { byId, createFilter } from './filter.ts';
import { createLinks, type Links } from './links.ts';
import type { PageMonitor } from './monitor.ts';
import { createSettings } from './settings.ts';
import { createSwitches } from './switches.ts';
import type { TimeWindow } from './time-window.ts';

/**
 * What runs in a report. The first chart is drawn at once; what needs the whole page waits until the browser has read
 * up to its footer, and not for the samples behind it, which are most of the file.
 */
function main(): void {
  const settings = createSettings();
  const list = byId('list');
  let links: Links | undefined;
  let monitors: readonly PageMonitor[] = [];
  const context = {
    settings,
    announce: (text: string) => {
      byId('announcer').textContent = text;
    },
    onWindow: (from: PageMonitor, window: TimeWindow) => {
      if (!settings.current.together) return;
      for (const monitor of monitors) if (monitor !== from) monitor.show(window);
    },
    onAlert: (id: string) => links?.markAlert(id),
  };
  const first = drawFirst(list, context);

  whenFooterIsRead(() => {
    createSwitches(settings);
    const rows = Array.from(document.querySelectorAll<HTMLElement>('.alerts .row'));
    const filter = createFilter(list, rows);
    const together = byId<HTMLInputElement>('together');
    together.addEventListener('change', () => settings.change({ together: together.checked }));
    monitors = createMonitors(list, context, first);
    links = createLinks(monitors, filter);
    settings.onChange(() => {
      for (const monitor of monitors) monitor.repaint();
    });
    addEventListener('beforeprint', () => {
      for (const monitor of monitors) monitor.drawNow();
    });
    foldAlerts();
    document.querySelector<HTMLElement>('.toolbar')!.hidden = false;
  });
}

function whenFooterIsRead(then: () => void): void {
  const isRead = (): boolean => document.getElementById('announcer') !== null;
  if (isRead()) {
    then();
    return;
  }
  const reading = new MutationObserver(() => {
    if (!isRead()) return;
    reading.disconnect();
    then();
  });
  reading.observe(document.body, { childList: true });
}

/** The first alerts are enough until somebody asks for all. */
function foldAlerts(): void {
  const button = document.querySelector<HTMLElement>('.show-all');
  const section = button?.closest('.alerts');
  if (button === null || section == null) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    section.classList.remove('short');
    button.hidden = true;
  });
}

main();
