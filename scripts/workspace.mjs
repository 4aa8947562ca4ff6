// What `npm start` and `npm test` share: on a machine that has only Node and npm, they install what
// is missing (pnpm included) and build. Plain JavaScript on Node's own modules, for nothing else is
// there yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';

/** Installs the locked dependencies, unless they are what was installed last, and builds. */
export function prepare() {
  const stamp = join(root, 'node_modules', '.plumbline-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const pnpm = ['exec', '--yes', '--ignore-scripts', packageManager, '--'];
    quietly('Installing', 'npm', [...pnpm, 'install', '--frozen-lockfile']);
    writeFileSync(stamp, lock);
  }
  quietly('Building', localCommand('pnpm'), ['run', 'build']);
}

/** A command that the workspace has installed. */
export function localCommand(name) {
  return join(root, 'node_modules', '.bin', name);
}

/** Runs a command in the root of the workspace, and ends this process with its code when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    shell: windows,
    stdio: 'inherit',
    ...options,
  });
  if (result.error !== undefined) {
    console.error(`cannot start ${command}: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
    process.exit(result.status ?? 1);
  }
}

/** Shows what a step prints only when it fails. */
function quietly(what, command, args) {
  const started = performance.now();
  if (process.stderr.isTTY) process.stderr.write(`${what} ...`);
  run(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K');
  process.stderr.write(`${what} took ${seconds} s\n`);
}
