import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '@plumbline/config';
import { SynthError } from './synth-error.ts';

/** What draws charts, and beside it what that needs: WebAssembly and fonts. */
const CHARTS_CODE = 'charts.mjs';
const CHARTS_FILE = /^charts(-[\w-]+)?\.(mjs|wasm|woff2)$/;

/**
 * What the function's archive holds: its code, with what draws charts only where they are made, and the monitors, their budget and what people have said as JSON. Nothing of `deploy` or
 * `local`, which the function has no use for.
 *
 * @param bundle - path of the built detect.mjs; its other parts, and the licences of what is in them, lie beside it
 * @throws {SynthError} there is no bundle
 */
export function functionFiles(
  { monitors, pagesPerWeek, guidance, deploy }: Config,
  { bundle }: { readonly bundle: string },
): ReadonlyMap<string, Uint8Array> {
  const folder = dirname(bundle);
  const needed = [bundle, ...(deploy.charts ? [join(folder, CHARTS_CODE)] : [])];
  const missing = needed.filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new SynthError(
      missing.map(
        (path) => `${path}: expected the function's code, got no file: run pnpm build first`,
      ),
    );
  }
  const code = readdirSync(folder).filter((name) =>
    CHARTS_FILE.test(name) ? deploy.charts !== undefined : name.endsWith('.mjs'),
  );
  const files = new Map<string, Uint8Array>([
    ...code.sort().map((name) => [name, readFileSync(join(folder, name))] as const),
    [
      'plumbline.json',
      new TextEncoder().encode(`${JSON.stringify({ monitors, pagesPerWeek, guidance })}\n`),
    ],
  ]);
  const licences = `${bundle}.LEGAL.txt`;
  if (existsSync(licences)) files.set('detect.mjs.LEGAL.txt', readFileSync(licences));
  return files;
}
