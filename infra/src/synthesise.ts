import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@plumbline/config';
import { App } from 'cdktf';
import { archiveOf } from './archive.ts';
import { functionFiles } from './function-files.ts';
import { ARCHIVE_NAME } from './names.ts';
import { deployProblems } from './preflight.ts';
import { createPlumblineStack, STACK_NAME } from './stack.ts';
import { SynthError } from './synth-error.ts';

export interface SynthOptions {
  /** The folder to write to; what Terraform keeps in it stays. */
  readonly out: string;
  /** The built detect.mjs. */
  readonly bundle: string;
}

/**
 * Writes the stack as Terraform, with the function's archive beside it.
 *
 * @returns the folder that Terraform is to be run in
 * @throws {SynthError} the configuration cannot be deployed, or the function is not built; nothing is
 *   written then
 */
export function synthesise(config: Config, { out, bundle }: SynthOptions): string {
  const problems = deployProblems(config);
  if (problems.length > 0) throw new SynthError(problems);
  const archive = archiveOf(functionFiles(config, { bundle }));

  mkdirSync(out, { recursive: true });
  const app = new App({ outdir: out });
  createPlumblineStack(app, config);
  app.synth();
  const folder = join(out, 'stacks', STACK_NAME);
  writeFileSync(join(folder, ARCHIVE_NAME), archive);
  return folder;
}
