/** Texts on a chart come from outside: what XML does not take goes, what it would take for markup is escaped. */

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
]);

export function svgText(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
    .replace(/[&<>"']/g, (char) => ESCAPES.get(char)!);
}

/** Widths of characters of a sans-serif font, in ems: rough, and rather too wide. */
const NARROW = /[ .,:;|!'`()[\]ijlftr/-]/;
const WIDE = /[A-Z0-9#$&+<=>?_~%−]/;
const WIDEST = /[MWmw@—…\u1100-\uffff]/;

/** About how wide a text is, in pixels. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const char of text) ems += widthOf(char);
  return ems * fontSize;
}

function widthOf(char: string): number {
  if (char.length > 1) return 1.3;
  if (WIDE.test(char) && char !== 'M' && char !== 'W') return 0.68;
  if (WIDEST.test(char)) return 0.95;
  return NARROW.test(char) ? 0.36 : 0.6;
}

/** The text where there is room for it; else its two ends, for names often differ at the end. */
export function fitted(text: string, fontSize: number, room: number): string {
  const chars = Array.from(text.slice(0, 2_000));
  if (chars.length === Array.from(text).length && textWidth(text, fontSize) <= room) return text;
  const cut = (kept: number): string => {
    const head = Math.ceil(kept * 0.6);
    return `${chars.slice(0, head).join('')}…${chars.slice(chars.length - (kept - head)).join('')}`;
  };
  let kept = chars.length - 1;
  while (kept > 0 && textWidth(cut(kept), fontSize) > room) kept -= 1;
  return cut(kept);
}
