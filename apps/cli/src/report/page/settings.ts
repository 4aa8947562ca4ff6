import type { Zone } from './clock-face.ts';
import { type Palette, readPalette } from './palette.ts';

/** How the page is read now: what all charts share, and what happens when it changes. */
export interface Settings {
  readonly palette: Palette;
  readonly zone: Zone;
  /** Every chart shows the same time. */
  readonly together: boolean;
}

export interface SettingsStore {
  readonly current: Settings;
  change(changes: Partial<Pick<Settings, 'zone' | 'together'>>): void;
  /** The colours of the page are others now. */
  repaint(): void;
  onChange(listener: (now: Settings) => void): void;
}

export function createSettings(): SettingsStore {
  const listeners: ((now: Settings) => void)[] = [];
  let current: Settings = { palette: readPalette(), zone: 'utc', together: false };
  const become = (now: Settings): void => {
    current = now;
    for (const listener of listeners) listener(now);
  };
  return {
    get current() {
      return current;
    },
    change: (changes) => become({ ...current, ...changes }),
    repaint: () => become({ ...current, palette: readPalette() }),
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}
