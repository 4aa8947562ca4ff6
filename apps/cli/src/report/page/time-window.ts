/** A stretch of time that a chart shows, ms. */
export interface TimeWindow {
  readonly from: number;
  readonly until: number;
}

/** Closer than so many samples nobody has to look. */
const LEAST_SAMPLES = 6;

/** The window made fit: no closer than a few samples, and within all that there is. */
export function fitWindow(wanted: TimeWindow, whole: TimeWindow, periodMs: number): TimeWindow {
  const all = whole.until - whole.from;
  const length = Math.min(Math.max(wanted.until - wanted.from, LEAST_SAMPLES * periodMs), all);
  const middle = (wanted.from + wanted.until) / 2;
  const from = Math.min(Math.max(middle - length / 2, whole.from), whole.until - length);
  return { from, until: from + length };
}

/** Closer for a factor below 1; what is at `centre` stays where it is. */
export function zoomed(window: TimeWindow, factor: number, centre: number): TimeWindow {
  return {
    from: centre - (centre - window.from) * factor,
    until: centre + (window.until - centre) * factor,
  };
}

/** Later by a share of its length. */
export function panned(window: TimeWindow, share: number): TimeWindow {
  const by = (window.until - window.from) * share;
  return { from: window.from + by, until: window.until + by };
}

/** An alert with what came before and after it. */
export function around(since: number, until: number, periodMs: number): TimeWindow {
  const before = Math.max((until - since) * 0.75, 48 * periodMs);
  return { from: since - before, until: until + before };
}

export function isWhole(window: TimeWindow, whole: TimeWindow): boolean {
  return window.from <= whole.from && window.until >= whole.until;
}
