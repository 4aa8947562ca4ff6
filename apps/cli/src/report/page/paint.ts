import type uPlot from 'uplot';
import { shortNumber } from '../../view/text.ts';
import type { ChartAbout, ChartAlert } from '../chart-about.ts';
import type { ReportSpan } from '../report-data.ts';
import { type Box, boxOf, edgeMark, hatch, LABEL_FONT, triangle } from './marks.ts';
import type { Palette } from './palette.ts';
import type { Columns } from './unpack.ts';

/** Height of the strip of what people have labelled, below the plot, CSS pixels. */
export const STRIP_HEIGHT = 10;
/** The bar on top of an alert. */
const BAR_HEIGHT = 4;
/** Peaks beyond the plot are told of once in so many pixels. */
const MARKS_APART = 48;

export interface Painted {
  readonly u: uPlot;
  readonly about: ChartAbout;
  readonly columns: Columns;
  readonly palette: Palette;
  /** The alert that the reader was led to. */
  readonly current: string | undefined;
}

/** What lies behind grid and lines: history, the alerts, the band of what is usual. */
export function paintBehind(painted: Painted): void {
  const { u, about, palette, current } = painted;
  if (u.scales.y?.min == null) return;
  const box = boxOf(u);
  const { ctx } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top, box.width, box.height);
  ctx.clip();
  paintHistory(painted, box);
  paintBand(painted, box);
  for (const alert of about.alerts) {
    const { left, width } = extentOf(u, alert, about, box);
    ctx.fillStyle = alert.severity === 'page' ? palette.pageFill : palette.noticeFill;
    ctx.fillRect(left, box.top, width, box.height);
    if (alert.id !== current) continue;
    ctx.globalAlpha = 0.4; // once more, so that it stands out
    ctx.fillRect(left, box.top, width, box.height);
    ctx.globalAlpha = 1;
  }
  ctx.restore();
}

/** What lies before the lines: bars and markers of the alerts, peaks beyond the plot, labelled spans. */
export function paintBefore(painted: Painted): void {
  const { u, about, palette, current } = painted;
  if (u.scales.y?.min == null) return;
  const box = boxOf(u);
  const { ctx } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top - box.ratio, box.width, box.height + 2 * box.ratio);
  ctx.clip();
  paintPeaks(painted, box);
  for (const alert of about.alerts) {
    const { left, width } = extentOf(u, alert, about, box);
    const colour = alert.severity === 'page' ? palette.page : palette.notice;
    ctx.strokeStyle = colour;
    ctx.lineWidth = BAR_HEIGHT * box.ratio;
    ctx.setLineDash(alert.severity === 'page' ? [] : [3 * box.ratio, 2 * box.ratio]);
    const y = box.top + (BAR_HEIGHT / 2) * box.ratio;
    line(ctx, left, y, left + width, y);
    ctx.setLineDash([]);
    if (alert.id === current) {
      ctx.lineWidth = box.ratio;
      line(ctx, left, box.top, left, box.top + box.height);
      line(ctx, left + width, box.top, left + width, box.top + box.height);
    }
    paintWorst(painted, alert, box);
  }
  ctx.restore();
  for (const span of about.spans) paintSpan(painted, span, box);
}

function paintHistory({ u, about, palette }: Painted, box: Box): void {
  const end = u.valToPos(about.judgedFrom, 'x', true);
  if (end <= box.left) return;
  const { ctx } = u;
  ctx.fillStyle = palette.history;
  ctx.fillRect(box.left, box.top, end - box.left, box.height);
  ctx.fillStyle = palette.muted;
  ctx.font = LABEL_FONT(box.ratio);
  ctx.fillText('history', box.left + 6 * box.ratio, box.top + 16 * box.ratio);
}

/** From lower to upper, a side without a limit to the edge of the plot; nothing where there is no opinion. */
function paintBand({ u, columns, palette }: Painted, box: Box): void {
  const { timestamps, lower, upper } = columns;
  const [first, last] = rowsInView(u, timestamps);
  const { ctx } = u;
  const yOf = (value: number): number => {
    const y = u.valToPos(value, 'y', true);
    return Math.min(Math.max(y, box.top - 2), box.top + box.height + 2);
  };
  const hasBand = (i: number): boolean => {
    const [low, high] = [lower[i]!, upper[i]!];
    return low <= high && (Number.isFinite(low) || Number.isFinite(high));
  };
  ctx.fillStyle = palette.band;
  for (let i = first; i <= last; i++) {
    if (!hasBand(i)) continue;
    const begin = i;
    ctx.beginPath();
    for (; i <= last && hasBand(i); i++) {
      ctx.lineTo(u.valToPos(timestamps[i]!, 'x', true), yOf(upper[i]!));
    }
    for (let back = i - 1; back >= begin; back--) {
      ctx.lineTo(u.valToPos(timestamps[back]!, 'x', true), yOf(lower[back]!));
    }
    ctx.fill();
  }
}

/** Samples beyond the plot: a mark at its edge, with the farthest value of those near. */
function paintPeaks({ u, columns, palette }: Painted, box: Box): void {
  const { timestamps, values } = columns;
  const { min, max } = u.scales.y!;
  const [first, last] = rowsInView(u, timestamps);
  for (const side of ['above', 'below'] as const) {
    const sign = side === 'above' ? 1 : -1;
    const limit = side === 'above' ? max! : min!;
    let peak: { readonly x: number; readonly value: number } | undefined;
    const flush = (): void => {
      if (peak === undefined) return;
      edgeMark(u.ctx, { ...peak, side, box, colour: palette.value, text: shortNumber(peak.value) });
      peak = undefined;
    };
    for (let i = first; i <= last; i++) {
      const value = values[i]!;
      if (!(sign * value > sign * limit)) continue;
      const x = u.valToPos(timestamps[i]!, 'x', true);
      if (peak !== undefined && x - peak.x > MARKS_APART * box.ratio) flush();
      if (peak === undefined || sign * value > sign * peak.value) peak = { x, value };
    }
    flush();
  }
}

/** A full triangle for a page, a ring for a notice, at the sample farthest from normal. */
function paintWorst({ u, palette }: Painted, alert: ChartAlert, box: Box): void {
  const { worst, severity, side } = alert;
  if (worst === null) return;
  const { ctx } = u;
  const { ratio } = box;
  const x = u.valToPos(worst.timestamp, 'x', true);
  const y = u.valToPos(worst.value, 'y', true);
  const isCut = y < box.top || y > box.top + box.height;
  if (severity === 'page') {
    const pointsDown = side !== 'below';
    const at = y + (pointsDown ? -5 : 5) * ratio;
    const within = Math.min(Math.max(at, box.top + 14 * ratio), box.top + box.height - 14 * ratio);
    ctx.fillStyle = palette.page;
    ctx.strokeStyle = palette.surface;
    ctx.lineWidth = 1.5 * ratio;
    triangle(ctx, x, within, 6 * ratio, pointsDown !== isCut);
    ctx.stroke();
    ctx.fill();
  } else if (!isCut) {
    ctx.strokeStyle = palette.notice;
    ctx.lineWidth = 2 * ratio;
    ctx.beginPath();
    ctx.arc(x, y, 4.5 * ratio, 0, 2 * Math.PI);
    ctx.stroke();
  }
}

function paintSpan({ u, palette }: Painted, span: ReportSpan, box: Box): void {
  const { ctx } = u;
  const { ratio } = box;
  const left = Math.max(u.valToPos(span.from, 'x', true), box.left);
  const right = Math.min(u.valToPos(span.until, 'x', true), box.left + box.width);
  if (right <= left) return;
  const width = Math.max(right - left, 2 * ratio);
  const top = box.top + box.height + 3 * ratio;
  const height = STRIP_HEIGHT * ratio;
  ctx.save();
  ctx.setLineDash([]);
  hatch(ctx, { left, top, width, height, ratio }, palette[span.label]);
  ctx.font = LABEL_FONT(ratio);
  const textWidth = ctx.measureText(span.label).width;
  if (width > textWidth + 24 * ratio) {
    ctx.fillStyle = palette.surface;
    ctx.fillRect(left + 8 * ratio, top - ratio, textWidth + 6 * ratio, height + 2 * ratio);
    ctx.fillStyle = palette[span.label];
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    ctx.fillText(span.label, left + 11 * ratio, top + height / 2 + 0.5 * ratio);
  }
  ctx.restore();
}

function extentOf(
  u: uPlot,
  { since, until }: ChartAlert,
  about: ChartAbout,
  box: Box,
): { readonly left: number; readonly width: number } {
  const left = u.valToPos(since, 'x', true);
  const right = u.valToPos(until ?? about.until, 'x', true);
  return { left, width: Math.max(right - left, 3 * box.ratio) };
}

/** The samples in the window, with one more on each side, for lines come from there. */
function rowsInView(u: uPlot, timestamps: Float64Array): readonly [first: number, last: number] {
  const { min, max } = u.scales.x!;
  const first = u.valToIdx(min!);
  const last = u.valToIdx(max!);
  return [Math.max(first - 1, 0), Math.min(last + 1, timestamps.length - 1)];
}

function line(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}
