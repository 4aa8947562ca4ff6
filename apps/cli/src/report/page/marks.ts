import uPlot from 'uplot';

/** The plot on its canvas, in the canvas's pixels, `ratio` of them to one of CSS. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

export function boxOf({ bbox: { left, top, width, height } }: uPlot): Box {
  return { left, top, width, height, ratio: uPlot.pxRatio };
}

export const LABEL_FONT = (ratio: number): string => `${11 * ratio}px system-ui, sans-serif`;

/** The path of a triangle whose point is at (x, y). */
export function triangle(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  pointsDown: boolean,
): void {
  const base = y + (pointsDown ? -1.6 : 1.6) * size;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - size, base);
  ctx.lineTo(x + size, base);
  ctx.closePath();
}

/** Tells of a value beyond the edge of the plot. */
export function edgeMark(
  ctx: CanvasRenderingContext2D,
  mark: {
    readonly x: number;
    readonly side: 'above' | 'below';
    readonly box: Box;
    readonly colour: string;
    readonly text: string;
  },
): void {
  const { x, side, box, colour, text } = mark;
  const { ratio } = box;
  const isAbove = side === 'above';
  const y = isAbove ? box.top + 6 * ratio : box.top + box.height - 2 * ratio;
  ctx.fillStyle = colour;
  triangle(ctx, x, y, 3.5 * ratio, !isAbove);
  ctx.fill();
  ctx.font = LABEL_FONT(ratio);
  ctx.textBaseline = isAbove ? 'top' : 'bottom';
  const isRight = x + 60 * ratio > box.left + box.width;
  ctx.textAlign = isRight ? 'right' : 'left';
  ctx.fillText(text, x + (isRight ? -7 : 7) * ratio, isAbove ? y : y - ratio);
}

/** A box of slanted lines, which is seen without colour too. */
export function hatch(ctx: CanvasRenderingContext2D, box: Box, colour: string): void {
  const { left, top, width, height, ratio } = box;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.stroke();
  ctx.clip();
  ctx.globalAlpha = 0.7;
  ctx.beginPath();
  for (let x = left - height; x < left + width; x += 5 * ratio) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
}
