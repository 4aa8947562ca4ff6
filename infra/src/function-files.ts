import { existsSync, readFileSync } from 'node:fs';
import type { Config } from '@plumbline/config';
import { SynthError } from './synth-error.ts';

/**
 * What the function's archive holds: its code, and the monitors and their budget as JSON. Nothing of `deploy` or
 * `local`, which the function has no use for.
 *
 * @param bundle - path of the built detect.mjs; the licences of what is in it lie beside it
 * @throws {SynthError} there is no bundle
 */
export function functionFiles(
  { monitors, pagesPerWeek }: Config,
  { bundle }: { readonly bundle: string },
): ReadonlyMap<string, Uint8Array> {
  if (!existsSync(bundle)) {
    throw new SynthError([
      `${bundle}: expected the function's code, got no file: run pnpm build first`,
    ]);
  }
  const files = new Map<string, Uint8Array>([
    ['detect.mjs', readFileSync(bundle)],
    ['plumbline.json', new TextEncoder().encode(`${JSON.stringify({ monitors, pagesPerWeek })}\n`)],
  ]);
  const licences = `${bundle}.LEGAL.txt`;
  if (existsSync(licences)) files.set('detect.mjs.LEGAL.txt', readFileSync(licences));
  return files;
}
