import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '@plumbline/config';
import { SynthError } from './synth-error.ts';

/**
 * What the function's archive holds: its code, and the monitors, their budget and what people have said as JSON. Nothing of `deploy` or
 * `local`, which the function has no use for.
 *
 * @param bundle - path of the built detect.mjs; its other parts, and the licences of what is in them, lie beside it
 * @throws {SynthError} there is no bundle
 */
export function functionFiles(
  { monitors, pagesPerWeek, guidance }: Config,
  { bundle }: { readonly bundle: string },
): ReadonlyMap<string, Uint8Array> {
  if (!existsSync(bundle)) {
    throw new SynthError([
      `${bundle}: expected the function's code, got no file: run pnpm build first`,
    ]);
  }
  const folder = dirname(bundle);
  const code = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
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
