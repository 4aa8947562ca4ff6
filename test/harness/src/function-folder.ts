import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@plumbline/config';
import { functionFiles } from '@plumbline/infra';
import { REPOSITORY } from './repository.ts';

/** What `pnpm build` makes of apps/lambda. */
const BUNDLE = join(REPOSITORY, 'apps/lambda/dist/detect.mjs');

/**
 * Writes the files of the deployed archive to a folder, which is made if need be.
 * @throws {SynthError} the function is not built
 */
export function unpackFunction(config: Config, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of functionFiles(config, { bundle: BUNDLE })) {
    writeFileSync(join(folder, name), bytes);
  }
}
