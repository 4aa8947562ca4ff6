/** Attributes of an element; numbers are written to a tenth. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Names of the colours of every picture, as classes: `fill-page`, `line-page`. */
const COLOURS = {
  card: ['#ffffff', '#0d1117'],
  edge: ['#d1d9e0', '#3d444d'],
  ink: ['#1f2328', '#f0f6fc'],
  soft: ['#59636e', '#9198a1'],
  grid: ['#e7ebef', '#262c34'],
  panel: ['#f6f8fa', '#161b22'],
  value: ['#1b4f9c', '#9ecbff'],
  band: ['#cfe4ff', '#173a66'],
  page: ['#cf222e', '#ff7b72'],
  notice: ['#9a6700', '#e3b341'],
  fine: ['#1a7f37', '#56d364'],
  quiet: ['#8250df', '#c297ff'],
} as const;

export type Colour = keyof typeof COLOURS;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface PictureText {
  readonly title: string;
  /** What somebody would see who cannot. */
  readonly description: string;
}

/**
 * A picture with a background of its own, light or dark as the reader's machine is, so that it is legible on any page.
 * Nothing in it is fetched: the letters are the reader's.
 */
export function picture(
  { width, height }: Size,
  { title, description }: PictureText,
  content: readonly string[],
): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
  };
  const edge = { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 10 };
  return `${element('svg', attributes, [
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<style>${stylesheet()}</style>`,
    element('rect', { class: 'fill-card line-edge', ...edge }),
    ...content,
  ])}\n`;
}

/** Once light and once dark. */
function stylesheet(): string {
  const rules = (which: 0 | 1): string =>
    Object.entries(COLOURS)
      .map(([name, shades]) => {
        const shade = shades[which];
        return `.fill-${name}{fill:${shade}}.line-${name}{stroke:${shade}}`;
      })
      .join('');
  return [
    'text{font:14px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}',
    '.big{font-size:17px;font-weight:600}.bold{font-weight:600}.small{font-size:13px}',
    '.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}',
    'path,line,rect,circle{stroke:none}path.open{fill:none;stroke-linejoin:round}',
    rules(0),
    `@media(prefers-color-scheme:dark){${rules(1)}}`,
  ].join('');
}

export function element(
  name: string,
  attributes: Attributes,
  content: readonly string[] = [],
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? tenth(value) : escaped(value!)}"`,
    )
    .join('');
  return content.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${content.join('\n')}</${name}>`;
}

export interface TextOptions {
  readonly colour?: Colour;
  readonly style?: 'big' | 'bold' | 'small' | 'mono';
  readonly anchor?: 'start' | 'middle' | 'end';
}

export function text(
  x: number,
  y: number,
  content: string,
  { colour = 'ink', style, anchor = 'start' }: TextOptions = {},
): string {
  const shown = [`fill-${colour}`, ...(style === undefined ? [] : [style])].join(' ');
  const ends = anchor === 'start' ? undefined : anchor;
  return element('text', { class: shown, x, y, 'text-anchor': ends }, [escaped(content)]);
}

export interface LineOptions {
  readonly colour?: Colour;
  readonly width?: number;
  readonly dashes?: string;
}

export function line(
  [x1, y1]: Point,
  [x2, y2]: Point,
  { colour = 'grid', width = 1, dashes }: LineOptions = {},
): string {
  const shown = { class: `line-${colour}`, 'stroke-width': width, 'stroke-dasharray': dashes };
  return element('line', { ...shown, x1, y1, x2, y2 });
}

/** [x, y] in the units of the picture, from its upper left corner. */
export type Point = readonly [number, number];

export function rectangle(
  [x, y]: Point,
  { width, height }: Size,
  shown: {
    readonly fill: Colour;
    readonly edge?: Colour;
    readonly round?: number;
    readonly opacity?: number;
  },
): string {
  const classes = `fill-${shown.fill}${shown.edge === undefined ? '' : ` line-${shown.edge}`}`;
  const { round: rx, opacity } = shown;
  return element('rect', { class: classes, x, y, width, height, rx, 'fill-opacity': opacity });
}

export function dot([cx, cy]: Point, r: number, colour: Colour): string {
  return element('circle', { class: `fill-${colour}`, cx, cy, r });
}

/** A line through points; one that is not finite is a gap. */
export function pathOf(points: readonly Point[]): string {
  let path = '';
  let isDrawn = false;
  for (const [x, y] of points) {
    const isPoint = Number.isFinite(x) && Number.isFinite(y);
    if (isPoint) path += `${isDrawn ? 'L' : 'M'}${tenth(x)} ${tenth(y)}`;
    isDrawn = isPoint;
  }
  return path;
}

/** An arrow with its head at the end. */
export function arrow(points: readonly Point[], colour: Colour = 'soft', dashes?: string): string {
  const [x, y] = points.at(-1)!;
  const [beforeX, beforeY] = points.at(-2)!;
  const angle = Math.atan2(y - beforeY, x - beforeX);
  const head = [2.6, -2.6].map(
    (turn): Point => [x + 8 * Math.cos(angle + turn), y + 8 * Math.sin(angle + turn)],
  );
  const shown = { 'stroke-width': 1.5, 'stroke-dasharray': dashes };
  return [
    element('path', { class: `open line-${colour}`, ...shown, d: pathOf(points) }),
    element('path', { class: `fill-${colour}`, d: `${pathOf([[x, y], ...head])}Z` }),
  ].join('\n');
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
