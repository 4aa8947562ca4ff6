import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const KIB_PER_MB = 1024;

/** How often memory is worth a look, ms: `ps` is a process of its own, /proc is a read. */
export const MEMORY_LOOK_MS = process.platform === 'linux' ? 20 : 200;

/**
 * Memory that a process holds, in Lambda's MB (of 1,048,576 bytes); 0 when it has ended.
 *
 * On Linux it is the most that the process ever held, so nothing between two looks is missed.
 * Elsewhere it is what it holds now.
 */
export function residentMb(pid: number): number {
  try {
    const kibibytes =
      process.platform === 'linux'
        ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    return Number(kibibytes ?? 0) / KIB_PER_MB;
  } catch {
    return 0;
  }
}
