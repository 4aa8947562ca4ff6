import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeMachine } from './machine.ts';

/**
 * How long a newcomer waits, from a clone to a report in the browser: everything in an empty home, so that nothing
 * comes from a cache of packages.
 */
const ROOT = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'plumbline-newcomer-'));
const clone = join(folder, 'plumbline');
const home = join(folder, 'home');
const env = {
  PATH: withoutWorkspace(process.env.PATH ?? ''),
  HOME: home,
  // Where packages come from is a matter of the machine, not of the cache.
  ...(process.env.npm_config_registry && { npm_config_registry: process.env.npm_config_registry }),
};

console.log(`${describeMachine()}\n`);
let total = 0;
try {
  step('git clone', 'git', ['clone', '--quiet', ROOT, clone], folder);
  step('npm start: install, build, and a first run', 'npm', ['start'], clone);
  const report = ['report', '--config', 'examples/local-run/plumbline.yaml'];
  const command = join(clone, 'apps/cli/dist/plumbline.mjs');
  step('plumbline report', process.execPath, [command, ...report, '--out', 'report.html'], clone);
  const megabytes = statSync(join(clone, 'report.html')).size / 1e6;
  console.log(`  all: ${total.toFixed(0)} s; a report of ${megabytes.toFixed(1)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function step(what: string, command: string, args: readonly string[], cwd: string): void {
  const begun = performance.now();
  execFileSync(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const seconds = (performance.now() - begun) / 1000;
  total += seconds;
  console.log(`  ${what}: ${seconds.toFixed(1)} s`);
}

/** A newcomer has no packages of this workspace on the path. */
function withoutWorkspace(path: string): string {
  return path
    .split(':')
    .filter((part) => !part.includes('node_modules'))
    .join(':');
}
