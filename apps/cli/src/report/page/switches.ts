import { datedText, instantText } from './clock-face.ts';
import { byId } from './filter.ts';
import type { SettingsStore } from './settings.ts';

type Theme = 'light' | 'dark';

const THEME_KEY = 'plumbline-report-theme';

/** The buttons at the top: light or dark, UTC or local time. */
export function createSwitches(settings: SettingsStore): void {
  const root = document.documentElement;
  const theme = byId('theme');
  const zone = byId('zone');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const now = (): Theme => {
    const chosen = root.dataset.theme;
    if (chosen === 'light' || chosen === 'dark') return chosen;
    return system.matches ? 'dark' : 'light';
  };
  const repaint = (): void => {
    theme.textContent = now() === 'dark' ? 'Light' : 'Dark';
    settings.repaint();
  };
  const kept = remembered();
  if (kept !== undefined) root.dataset.theme = kept;
  theme.addEventListener('click', () => {
    root.dataset.theme = now() === 'dark' ? 'light' : 'dark';
    remember(now());
    repaint();
  });
  system.addEventListener('change', repaint);
  zone.addEventListener('click', () => {
    const isLocal = settings.current.zone === 'utc';
    zone.setAttribute('aria-pressed', String(isLocal));
    settings.change({ zone: isLocal ? 'local' : 'utc' });
    writeTimes(settings);
  });
  repaint();
  byId('theme').parentElement!.hidden = false;

  // Paper is white.
  let before: string | undefined;
  addEventListener('beforeprint', () => {
    before = root.dataset.theme;
    root.dataset.theme = 'light';
    settings.repaint();
  });
  addEventListener('afterprint', () => {
    if (before === undefined) delete root.dataset.theme;
    else root.dataset.theme = before;
    settings.repaint();
  });
}

function writeTimes(settings: SettingsStore): void {
  const { zone } = settings.current;
  for (const time of document.querySelectorAll('time')) {
    const textOf = time.classList.contains('dated') ? datedText : instantText;
    time.textContent = textOf(Date.parse(time.dateTime), zone);
  }
  for (const name of document.querySelectorAll('.zone')) {
    name.textContent = zone === 'utc' ? 'UTC' : 'local time';
  }
}

/** A browser may refuse to keep anything for a file. */
function remembered(): Theme | undefined {
  try {
    const kept = localStorage.getItem(THEME_KEY);
    return kept === 'light' || kept === 'dark' ? kept : undefined;
  } catch {
    return undefined;
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // the choice lasts as long as the page
  }
}
