#!/usr/bin/env node
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Config, ConfigError, loadConfig } from '@plumbline/config';
import { deployProblems } from './preflight.ts';
import { SynthError } from './synth-error.ts';
import { synthesise } from './synthesise.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const HELP = `pnpm synth [--config <file>] [--out <folder>]

Writes the Terraform of a deployment, with the function's archive beside it.

  --config <file>   the configuration; plumbline.yaml of this repository unless told
  --out <folder>    where to write; cdktf.out of this repository unless told
  --help            this text
`;

const EXIT = {
  /** Wrong usage or configuration; nothing was written. */
  usage: 2,
  /** The folder cannot be written to. */
  failed: 3,
} as const;

try {
  main();
} catch (error) {
  const isRefused = error instanceof ConfigError || error instanceof SynthError;
  if (!isRefused && !isSystemError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = isRefused ? EXIT.usage : EXIT.failed;
}

function main(): void {
  const { config: file, out, help } = readArguments();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const path = file ?? resolve(ROOT, 'plumbline.yaml');
  const config = readConfig(path);
  const problems = deployProblems(config);
  if (problems.length > 0) {
    throw new SynthError(problems.map((problem) => `${relative('', path)}: ${problem}`));
  }
  const folder = synthesise(config, {
    out: out ?? resolve(ROOT, 'cdktf.out'),
    bundle: resolve(ROOT, 'apps/lambda/dist/detect.mjs'),
  });
  const here = relative(process.cwd(), folder) || '.';
  const chdir = /^[\w./-]+$/.test(here) ? here : JSON.stringify(here);
  for (const note of notesOn(config)) process.stderr.write(`note: ${note}\n`);
  process.stdout.write(`${here}: the stack and the function's archive are written. Next:

  terraform -chdir=${chdir} init
  terraform -chdir=${chdir} apply
`);
}

/** What is as it was written, and perhaps not as it was meant. */
function notesOn({ deploy }: Config): string[] {
  const lists = [
    ['emails', 'of alerts', deploy.names.topic],
    ['alarmEmails', "of Plumbline's own trouble", deploy.names.alarmsTopic],
  ] as const;
  return lists
    .filter(([list]) => deploy[list].length === 0)
    .map(
      ([list, what, topic]) =>
        `deploy.${list} is empty: nobody is told ${what} until something is subscribed to the topic ${topic}`,
    );
}

function readArguments(): { config?: string; out?: string; help?: boolean } {
  const options = {
    config: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new SynthError([`${error instanceof Error ? error.message : error}\n\n${HELP}`]);
  }
}

function readConfig(path: string): Config {
  try {
    return loadConfig(path, relative(process.cwd(), path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SynthError([
      `cannot read the configuration: ${error.message}; name the file with --config <file>`,
    ]);
  }
}

/** Such as EACCES or ENOSPC: its message names the call and the path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
