import uPlot from 'uplot';
import { shortNumber } from '../../view/text.ts';
import type { ChartAbout } from '../chart-about.ts';
import { axisText } from './clock-face.ts';
import { type Handled, handleTouch, panByMouse, zoomByWheel } from './gestures.ts';
import { paintBefore, paintBehind, STRIP_HEIGHT } from './paint.ts';
import type { Settings } from './settings.ts';
import { fitWindow, isWhole, type TimeWindow } from './time-window.ts';
import { createTip, tellSample, toldText } from './tip.ts';
import type { Columns } from './unpack.ts';
import { valueRange } from './value-range.ts';

/** A drag shorter than this is a click, CSS pixels. */
const LEAST_DRAG = 5;
const AXIS_FONT = '11px system-ui, sans-serif';

/** What a chart keeps while it is away from the window, and is drawn from again. */
export interface View {
  readonly window: TimeWindow;
  readonly allPeaks: boolean;
  readonly currentAlert: string | undefined;
}

export interface ChartOptions {
  readonly host: HTMLElement;
  readonly about: ChartAbout;
  readonly columns: Columns;
  readonly settings: () => Settings;
  readonly view: View;
  /** The reader has zoomed or panned. */
  readonly onWindow: (window: TimeWindow) => void;
}

export interface Chart extends Handled {
  readonly element: HTMLElement;
  change(view: View): void;
  /** Shows the next sample, or the one before, and says what is known of it. */
  read(step: 1 | -1): string;
  repaint(): void;
  resize(): void;
  destroy(): void;
}

export function createChart({
  host,
  about,
  columns,
  settings,
  view: begun,
  onWindow,
}: ChartOptions): Chart {
  const whole: TimeWindow = { from: about.from, until: about.until };
  const { timestamps } = columns;
  let view: View = { ...begun, window: fitWindow(begun.window, whole, about.periodMs) };
  let reading: number | undefined;
  const tip = createTip(host);

  const rowsIn = ({ from, until }: TimeWindow): readonly [number, number] => [
    lowerBound(timestamps, from),
    lowerBound(timestamps, until + 1) - 1,
  ];
  const rangeOfValues = (): [number, number] => {
    const [first, last] = rowsIn(view.window);
    const [least, most] = valueRange({ ...columns, first, last }, view.allPeaks);
    return [least, most];
  };
  const painted = (u: uPlot) => {
    const { palette } = settings();
    return { u, about, columns, palette, current: view.currentAlert };
  };
  const tell = (u: uPlot): void => {
    const { left = -1, top = 0, idx } = u.cursor;
    if (left < 0 || idx == null) {
      tip.hide();
      return;
    }
    tip.show(
      tellSample(columns, about, idx, settings().zone),
      left + u.over.offsetLeft,
      top + u.over.offsetTop,
    );
  };
  const colour = (of: (palette: Settings['palette']) => string) => () => of(settings().palette);
  const axis = {
    stroke: colour(({ muted }) => muted),
    font: AXIS_FONT,
    grid: { stroke: colour(({ grid }) => grid), width: 1 },
    ticks: { show: false },
  };
  const alone = aloneIn(columns.values);
  const strip = about.spans.length > 0 ? STRIP_HEIGHT + 4 : 0;

  const u = new uPlot(
    {
      ...sizeOf(host),
      ms: 1,
      tzDate: (timestamp) => {
        const date = new Date(timestamp);
        return settings().zone === 'utc' ? uPlot.tzDate(date, 'Etc/UTC') : date;
      },
      padding: [6, 20, 0, 4],
      legend: { show: false },
      scales: {
        x: { time: true, range: () => [view.window.from, view.window.until] },
        y: { range: rangeOfValues },
      },
      axes: [
        {
          ...axis,
          size: 24 + strip,
          gap: 5 + strip,
          values: (_, splits, __, ___, step) =>
            splits.map((at) => axisText(at, step, settings().zone)),
        },
        { ...axis, size: 58, values: (_, splits) => splits.map(shortNumber) },
      ],
      series: [
        {},
        {
          stroke: colour(({ expected }) => expected),
          width: 1,
          dash: [4, 3],
          points: { show: false },
        },
        {
          stroke: colour(({ value }) => value),
          width: 1.3,
          points: {
            size: 4,
            fill: colour(({ value }) => value),
            // Where there is no room for all: those that no line goes to.
            filter: (_, __, isShown) => (isShown ? null : alone),
          },
        },
      ],
      cursor: {
        y: false,
        points: { size: 7, show: true },
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
        bind: {
          mousedown: (_, __, handler) => (event) => {
            if (event.shiftKey) panByMouse(host, chart, event);
            else handler(event);
            return null;
          },
          dblclick: () => () => {
            chart.show(whole);
            return null;
          },
        },
      },
      hooks: {
        drawClear: [(plot) => paintBehind(painted(plot))],
        draw: [(plot) => paintBefore(painted(plot))],
        setCursor: [tell],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width >= LEAST_DRAG) {
              const from = plot.posToVal(left, 'x');
              const until = plot.posToVal(left + width, 'x');
              plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              chart.show({ from, until });
            }
          },
        ],
      },
    },
    [timestamps, orNull(columns.expected), orNull(columns.values)],
    host,
  );

  const draw = (): void => {
    host.classList.toggle('zoomed', !isWhole(view.window, whole));
    u.setScale('x', { min: view.window.from, max: view.window.until });
  };

  const chart: Chart = {
    element: host,
    get window() {
      return view.window;
    },
    show(window) {
      view = { ...view, window: fitWindow(window, whole, about.periodMs) };
      draw();
      onWindow(view.window);
    },
    change(now) {
      view = { ...now, window: fitWindow(now.window, whole, about.periodMs) };
      draw();
    },
    timeAt: (clientX) => u.posToVal(clientX - u.over.getBoundingClientRect().left, 'x'),
    msPerPixel: () => (view.window.until - view.window.from) / u.over.clientWidth,
    read(step) {
      const [first, last] = rowsIn(view.window);
      let row = reading === undefined ? (step > 0 ? first : last) : reading + step;
      while (row > 0 && row < timestamps.length - 1 && Number.isNaN(columns.values[row]))
        row += step;
      reading = Math.min(Math.max(row, 0), timestamps.length - 1);
      const at = timestamps[reading]!;
      if (at < view.window.from || at > view.window.until) {
        const half = (view.window.until - view.window.from) / 2;
        chart.show({ from: at - half, until: at + half });
      }
      u.setCursor({ left: u.valToPos(at, 'x'), top: u.over.clientHeight / 2 });
      return toldText(tellSample(columns, about, reading, settings().zone));
    },
    repaint: () => u.redraw(true, true),
    resize: () => {
      const size = sizeOf(host);
      if (size.width !== u.width) u.setSize(size);
    },
    destroy: () => {
      u.destroy();
      host.replaceChildren();
    },
  };
  zoomByWheel(u.over, chart);
  handleTouch(u.over, chart);
  host.classList.toggle('zoomed', !isWhole(view.window, whole));
  return chart;
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): {
  readonly width: number;
  readonly height: number;
} {
  return { width: Math.max(clientWidth, 120), height: Math.max(clientHeight, 100) };
}

/** The rows with a number that have none before and after them. */
function aloneIn(values: Float64Array): number[] {
  const isNumber = (row: number): boolean => Number.isFinite(values[row] ?? Number.NaN);
  return Array.from(values.keys()).filter(
    (row) => isNumber(row) && !isNumber(row - 1) && !isNumber(row + 1),
  );
}

/** uPlot knows a gap by null. */
function orNull(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** The first row at or after a time. */
function lowerBound(timestamps: Float64Array, time: number): number {
  let [low, high] = [0, timestamps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timestamps[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
