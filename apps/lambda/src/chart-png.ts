import { readFile } from 'node:fs/promises';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Inter: its letters come in files by script, of which those are read that a picture needs. */
const FAMILY = 'Inter';
const ALWAYS = ['charts-latin-400.woff2', 'charts-latin-600.woff2'];
const BY_SCRIPT: readonly (readonly [script: RegExp, file: string])[] = [
  [/[\u0100-\u024f]/, 'charts-latin-ext-400.woff2'],
  [/[\u0370-\u03ff]/, 'charts-greek-400.woff2'],
  [/[\u0400-\u045f]/, 'charts-cyrillic-400.woff2'],
];

/** What none of the files has would be drawn as a box. */
const UNKNOWN = /[^\n -\u024f\u0370-\u03ff\u0400-\u045f\u2010-\u2027\u2030-\u203a\u2212]/gu;

let started: Promise<void> | undefined;

/**
 * Makes PNG of SVG, in WebAssembly: no browser, and nothing that is compiled for one processor.
 *
 * @param folder - where `charts.wasm` and the fonts lie, as a URL that ends with /
 * @throws when they are not there, or the SVG is none
 */
export function createRasterizer(folder: URL): (svg: string) => Promise<Uint8Array> {
  const read = (name: string): Promise<Uint8Array> => readFile(new URL(name, folder));
  const fonts = new Map<string, Promise<Uint8Array>>();
  const fontOf = (name: string): Promise<Uint8Array> => {
    const font = fonts.get(name) ?? read(name);
    fonts.set(name, font);
    return font;
  };
  return async (svg) => {
    started ??= read('charts.wasm').then((wasm) => initWasm(wasm));
    await started;
    const known = svg.replace(UNKNOWN, '?');
    const needed = BY_SCRIPT.flatMap(([script, name]) => (script.test(known) ? [name] : []));
    const fontBuffers = await Promise.all([...ALWAYS, ...needed].map(fontOf));
    const picture = new Resvg(known, {
      font: { fontBuffers, defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
    });
    // What WebAssembly holds is not collected.
    const rendered = picture.render();
    const png = rendered.asPng();
    rendered.free();
    picture.free();
    return png;
  };
}
