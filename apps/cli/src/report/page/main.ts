import { createMonitors } from './charts.ts';
import { byId, createFilter } from './filter.ts';
import { createLinks, type Links } from './links.ts';
import type { PageMonitor } from './monitor.ts';
import { createSettings } from './settings.ts';
import { createSwitches } from './switches.ts';
import type { TimeWindow } from './time-window.ts';

/** What runs in a report. */
function main(): void {
  const settings = createSettings();
  createSwitches(settings);

  const list = byId('list');
  const rows = Array.from(document.querySelectorAll<HTMLElement>('.alerts .row'));
  const filter = createFilter(list, rows);
  const announcer = byId('announcer');
  const together = byId<HTMLInputElement>('together');
  together.addEventListener('change', () => settings.change({ together: together.checked }));

  let links: Links | undefined;
  let monitors: readonly PageMonitor[] = [];
  const showTogether = (from: PageMonitor, window: TimeWindow): void => {
    if (!settings.current.together) return;
    for (const monitor of monitors) if (monitor !== from) monitor.show(window);
  };
  monitors = createMonitors(list, {
    settings,
    announce: (text) => {
      announcer.textContent = text;
    },
    onWindow: showTogether,
    onAlert: (id) => links?.markAlert(id),
  });
  links = createLinks(monitors, filter);
  settings.onChange(() => {
    for (const monitor of monitors) monitor.repaint();
  });
  addEventListener('beforeprint', () => {
    for (const monitor of monitors) monitor.drawNow();
  });
  foldAlerts();
  document.querySelector<HTMLElement>('.toolbar')!.hidden = false;
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
