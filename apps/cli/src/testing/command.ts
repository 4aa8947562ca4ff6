import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const COMMAND = resolve(import.meta.dirname, '../../dist/plumbline.mjs');

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command as a person would, without colour. */
export function plumbline(
  args: readonly string[],
  {
    cwd = process.cwd(),
    env = {},
  }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
  });
  return { exitCode: status, stdout, stderr };
}

/** A folder of its own with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-cli-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const FIRST_SAMPLE = Date.UTC(2026, 0, 1);
const PERIOD_MS = 300_000;

/** Rows of a series of five-minute samples that wobbles around 50, but for what is said otherwise. */
export function csvOf(
  samples: number,
  valueAt: (index: number) => string | undefined = () => undefined,
): string {
  const rows = Array.from({ length: samples }, (_, i) => {
    const time = new Date(FIRST_SAMPLE + i * PERIOD_MS).toISOString();
    return `${time},${valueAt(i) ?? (50 + Math.sin(i * 12.9898) * 3).toFixed(3)}`;
  });
  return ['timestamp,value', ...rows, ''].join('\n');
}
