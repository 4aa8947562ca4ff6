import type { ChartAbout, ChartAlert } from '../chart-about.ts';
import { type Chart, createChart, type View } from './chart.ts';
import type { SettingsStore } from './settings.ts';
import { around, panned, type TimeWindow, zoomed } from './time-window.ts';
import { type Columns, unpack } from './unpack.ts';

/** One monitor of the page: its data, unpacked when it is first asked for, and its chart while it is near the window. */
export interface PageMonitor {
  readonly article: HTMLElement;
  readonly host: HTMLElement;
  readonly about: ChartAbout;
  /** Draws the chart, at once or as soon as the browser has read its samples. */
  draw(): Promise<void>;
  /** Draws it if that can be at once. */
  drawNow(): boolean;
  /** Takes the chart away, and keeps what it showed. */
  clear(): void;
  show(window: TimeWindow): void;
  /** Shows an alert with what is around it. */
  showAlert(id: string): void;
  repaint(): void;
  resize(): void;
}

export interface MonitorContext {
  readonly settings: SettingsStore;
  readonly announce: (text: string) => void;
  /** The reader has zoomed or panned this one. */
  readonly onWindow: (from: PageMonitor, window: TimeWindow) => void;
  /** The reader went to an alert by key. */
  readonly onAlert: (id: string) => void;
}

const ZOOM_STEP = 0.5;
const PAN_STEP = 0.2;

export function createMonitor(article: HTMLElement, context: MonitorContext): PageMonitor | null {
  const host = article.querySelector<HTMLElement>('.chart');
  const aboutText = article.querySelector('.about')?.textContent;
  if (host === null || aboutText == null) return null;
  const about = JSON.parse(aboutText) as ChartAbout;
  const whole: TimeWindow = { from: about.from, until: about.until };
  let view: View = { window: whole, allPeaks: false, currentAlert: undefined };
  let columns: Columns | undefined;
  let chart: Chart | undefined;
  let isWanted = false;

  const change = (changes: Partial<View>): void => {
    view = { ...view, ...changes };
    chart?.change(view);
    if (chart !== undefined) view = { ...view, window: chart.window };
  };

  /** The alert after the one shown, or before it; the first in view where none is. */
  const neighbour = (step: 1 | -1): ChartAlert | undefined => {
    const { alerts } = about;
    const at = alerts.findIndex(({ id }) => id === view.currentAlert);
    if (at >= 0) return alerts[at + step];
    return step > 0 ? alerts[0] : alerts.at(-1);
  };

  const step = (by: 1 | -1): void => {
    const alert = neighbour(by);
    if (alert === undefined) {
      context.announce(about.alerts.length === 0 ? 'No alerts.' : 'No further alert.');
      return;
    }
    monitor.showAlert(alert.id);
    context.onAlert(alert.id);
  };

  const showAs = (window: TimeWindow): void => chart?.show(window);
  const middle = (): number => (view.window.from + view.window.until) / 2;
  const zoomBy = (factor: number): void => showAs(zoomed(view.window, factor, middle()));
  const fitPeaks = (): void => {
    change({ allPeaks: !view.allPeaks });
    context.announce(view.allPeaks ? 'All peaks are shown whole.' : 'High peaks are cut.');
  };

  const actions: Readonly<Record<string, () => void>> = {
    '+': () => zoomBy(ZOOM_STEP),
    '=': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(1 / ZOOM_STEP),
    '0': () => showAs(whole),
    ArrowLeft: () => showAs(panned(view.window, -PAN_STEP)),
    ArrowRight: () => showAs(panned(view.window, PAN_STEP)),
    'shift ArrowLeft': () => context.announce(chart?.read(-1) ?? ''),
    'shift ArrowRight': () => context.announce(chart?.read(1) ?? ''),
    n: () => step(1),
    p: () => step(-1),
    f: fitPeaks,
  };

  host.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== host) return;
    const isArrow = event.key.startsWith('Arrow');
    const action = actions[isArrow && event.shiftKey ? `shift ${event.key}` : event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });

  const controls = (): HTMLElement => {
    const bar = document.createElement('div');
    bar.className = 'controls';
    const add = (text: string, name: string, action: () => void): void => {
      const button = document.createElement('button');
      Object.assign(button, { type: 'button', textContent: text, title: name, tabIndex: -1 });
      button.setAttribute('aria-label', name);
      button.addEventListener('click', action);
      bar.append(button);
    };
    if (about.alerts.length > 0) {
      add('‹', 'Previous alert (p)', () => step(-1));
      add('›', 'Next alert (n)', () => step(1));
    }
    add('−', 'Zoom out (-)', () => zoomBy(1 / ZOOM_STEP));
    add('+', 'Zoom in (+)', () => zoomBy(ZOOM_STEP));
    add('↕', 'Fit peaks (f)', fitPeaks);
    add('↺', 'Show all (0)', () => showAs(whole));
    return bar;
  };

  const monitor: PageMonitor = {
    article,
    host,
    about,
    async draw() {
      isWanted = true;
      if (monitor.drawNow() || document.readyState !== 'loading') return;
      await new Promise((resolve) => {
        document.addEventListener('DOMContentLoaded', resolve, { once: true });
      });
      if (isWanted) monitor.drawNow();
    },
    drawNow() {
      if (chart !== undefined) return true;
      columns ??= readColumns(article, about);
      if (columns === undefined) return false;
      chart = createChart({
        host,
        about,
        columns,
        view,
        settings: () => context.settings.current,
        onWindow: (window) => {
          view = { ...view, window };
          context.onWindow(monitor, window);
        },
      });
      host.append(controls());
      return true;
    },
    clear() {
      isWanted = false;
      chart?.destroy();
      chart = undefined;
    },
    show: (window) => change({ window }),
    showAlert(id) {
      const alert = about.alerts.find((one) => one.id === id);
      if (alert === undefined) return;
      const { since, until } = alert;
      const window = around(since, until ?? about.until, about.periodMs);
      change({ currentAlert: id, window });
      context.onWindow(monitor, window);
    },
    repaint: () => chart?.repaint(),
    resize: () => chart?.resize(),
  };
  return monitor;
}

/** The samples of a monitor. Most of them come after the script: undefined while the browser has not read so far. */
function readColumns({ id }: HTMLElement, { periodMs }: ChartAbout): Columns | undefined {
  const block = document.getElementById(`${id}-samples`);
  if (block === null || block.nextSibling === null) return undefined;
  const columns = unpack(block.textContent ?? '', periodMs);
  block.textContent = ''; // it is not read twice
  return columns;
}
