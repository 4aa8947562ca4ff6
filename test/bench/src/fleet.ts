import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FleetReport } from './fleet-process.ts';

/** Of util-linux: holds a process on the cores it is given. */
const TASKSET = 'taskset';
const PROCESS = fileURLToPath(new URL('fleet-process.ts', import.meta.url));

/** The fleet in a process of its own, on one core where `taskset` can hold it there. */
export function measureFleet(): FleetReport & { readonly pinned: boolean } {
  const core = firstAllowedCore();
  const pinned =
    core !== undefined &&
    spawnSync(TASKSET, ['-c', core, 'true'], { stdio: 'ignore' }).status === 0;
  const [command, ...args] = [...(pinned ? [TASKSET, '-c', core] : []), process.execPath, PROCESS];
  const { status, stdout, stderr } = spawnSync(command!, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the fleet ended with ${status}:\n${stderr}`);
  return { ...(JSON.parse(stdout) as FleetReport), pinned };
}

/** Linux alone lists the cores that a process may use. */
function firstAllowedCore(): string | undefined {
  try {
    const allowed = readFileSync('/proc/self/status', 'utf8');
    return /^Cpus_allowed_list:\s*(\d+)/m.exec(allowed)?.[1];
  } catch {
    return undefined;
  }
}
