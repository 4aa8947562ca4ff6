import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';

/** The machine a figure was measured on, in a line: a figure without it says nothing. */
export function describeMachine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return [
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, ${gibibytes} GiB`,
    `Node ${process.versions.node}`,
    `${operatingSystem()}, ${arch()}`,
  ].join(' · ');
}

function operatingSystem(): string {
  try {
    const name = /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return `${name ?? osType()}, kernel ${release()}`;
  } catch {
    return `${osType()} ${release()}`;
  }
}
