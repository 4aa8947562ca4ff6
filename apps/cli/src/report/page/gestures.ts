import { panned, type TimeWindow, zoomed } from './time-window.ts';

/** What a hand can do to a chart. */
export interface Handled {
  readonly window: TimeWindow;
  show(window: TimeWindow): void;
  /** The time under a place on the screen, and how much time a pixel is. */
  timeAt(clientX: number): number;
  msPerPixel(): number;
}

/** A wheel's notch is 100 of its units in most browsers. */
const ZOOM_PER_NOTCH = 0.8;
const NOTCH = 100;
/** A finger that went so far to the side pans; before, the page may be scrolling. */
const PAN_BEGINS = 8;

/** Ctrl and wheel, which is also what a pinch on a touchpad sends. A wheel alone scrolls the page. */
export function zoomByWheel(over: HTMLElement, chart: Handled): void {
  over.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const factor = ZOOM_PER_NOTCH ** (-event.deltaY / NOTCH);
      chart.show(
        zoomed(chart.window, Math.min(Math.max(factor, 0.5), 2), chart.timeAt(event.clientX)),
      );
    },
    { passive: false },
  );
}

/** Moves the chart with the mouse until its button is let go. */
export function panByMouse(host: HTMLElement, chart: Handled, down: MouseEvent): void {
  host.focus({ preventScroll: true });
  const begun = chart.window;
  const msPerPixel = chart.msPerPixel();
  host.classList.add('panning');
  const move = (event: MouseEvent): void => {
    const by = (down.clientX - event.clientX) * msPerPixel;
    chart.show({ from: begun.from + by, until: begun.until + by });
  };
  const up = (): void => {
    host.classList.remove('panning');
    document.removeEventListener('mousemove', move);
    document.removeEventListener('mouseup', up);
  };
  document.addEventListener('mousemove', move);
  document.addEventListener('mouseup', up);
}

/** One finger to the side pans, two zoom. */
export function handleTouch(over: HTMLElement, chart: Handled): void {
  let begun: { readonly window: TimeWindow; readonly touches: readonly number[] } | undefined;
  const placesOf = (event: TouchEvent): number[] =>
    Array.from(event.touches, ({ clientX }) => clientX);
  const begin = (event: TouchEvent): void => {
    begun = { window: chart.window, touches: placesOf(event) };
  };
  over.addEventListener('touchstart', begin, { passive: true });
  over.addEventListener('touchend', begin, { passive: true });
  over.addEventListener(
    'touchmove',
    (event) => {
      if (begun === undefined || begun.touches.length !== event.touches.length) return begin(event);
      const [a0 = 0, b0] = begun.touches;
      const [a1 = 0, b1] = placesOf(event);
      const { window } = begun;
      if (b0 === undefined || b1 === undefined) {
        if (Math.abs(a0 - a1) < PAN_BEGINS) return;
        chart.show(panned(window, (a0 - a1) / over.clientWidth));
        return;
      }
      event.preventDefault();
      const factor = Math.abs(a0 - b0) / Math.max(Math.abs(a1 - b1), 1);
      const left = over.getBoundingClientRect().left;
      const share = ((a0 + b0) / 2 - left) / over.clientWidth;
      const centre = window.from + share * (window.until - window.from);
      chart.show(zoomed(window, factor, centre));
    },
    { passive: false },
  );
}
