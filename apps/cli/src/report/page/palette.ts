/** Colours of the charts, as the style of the page has them now. */
export interface Palette {
  readonly surface: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly value: string;
  readonly band: string;
  readonly expected: string;
  readonly history: string;
  readonly page: string;
  readonly pageFill: string;
  readonly notice: string;
  readonly noticeFill: string;
  readonly incident: string;
  readonly normal: string;
  readonly excluded: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: of('surface'),
    ink: of('ink'),
    muted: of('muted'),
    grid: of('grid'),
    value: of('value'),
    band: of('band'),
    expected: of('expected'),
    history: of('history'),
    page: of('page'),
    pageFill: of('page-fill'),
    notice: of('notice-mark'),
    noticeFill: of('notice-fill'),
    incident: of('incident'),
    normal: of('normal'),
    excluded: of('excluded'),
  };
}
