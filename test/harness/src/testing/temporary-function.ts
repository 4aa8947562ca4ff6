import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createLocalFunction,
  type LocalFunction,
  type LocalFunctionOptions,
} from '../local-function.ts';

/** A folder with these files in it, until the test is over. */
export function temporaryFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-harness-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A function whose `detect.mjs` is this text, until the test is over. */
export function temporaryFunction(
  detect: string,
  options: Partial<LocalFunctionOptions> = {},
): LocalFunction {
  const folder = temporaryFolder({ 'detect.mjs': detect });
  const fn = createLocalFunction({ folder, ...options });
  onTestFinished(() => fn.close());
  return fn;
}
