import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEMORY_LOOK_MS, residentMb } from './resident-memory.ts';

/** Beside `src` and `dist` alike. */
const RUNNER = join(import.meta.dirname, '..', 'runner', 'runner.mjs');

/** What Lambda says of a failure. */
export interface InvocationError {
  /** The error's name, or Lambda's own: `Runtime.ExitError`, `Sandbox.Timedout`, ... */
  readonly errorType: string;
  readonly errorMessage: string;
  /** The stack, line by line; empty for a failure that has none. */
  readonly trace: readonly string[];
}

/** What the runner sends. An error without `cpuMs` is its last message: the process ends with it. */
type RunnerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly resultJson: string; readonly cpuMs: number }
  | { readonly kind: 'error'; readonly error: InvocationError; readonly cpuMs?: number };

/** How a wait for the environment ended. */
export type Outcome =
  | RunnerMessage
  | { readonly kind: 'timeout' }
  | { readonly kind: 'out-of-memory' }
  | { readonly kind: 'exit'; readonly exitCode: number | null; readonly signal: string | null };

export interface ExecutionEnvironment {
  /** Resolves when the handler is loaded, or cannot be. */
  ready(limitMs: number): Promise<Outcome>;
  /** One at a time. An outcome other than a result or an error of the handler ends the process. */
  invoke(
    request: { readonly requestId: string; readonly eventJson: string },
    limitMs: number,
  ): Promise<Outcome>;
  /** Whether another event can be given to it. */
  isAlive(): boolean;
  /** The most memory held so far, MB. */
  peakMb(): number;
  /** What was written to stdout and stderr since the last call, in the order of writing. */
  takeLogs(): string;
  /** Kills the process; an invocation under way ends as an exit, its logs lost. */
  stop(): Promise<void>;
}

/** A process that loops would not notice that this one has ended. */
const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** Starts one process that runs the handler of `folder`, with this environment and no other. */
export function startEnvironment({
  folder,
  env,
  memoryMb,
}: {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
}): ExecutionEnvironment {
  // One file for both streams: it keeps their order, and what was written before a kill. Without a
  // name, it goes when the last of us closes it.
  const logFile = join(tmpdir(), `plumbline-log-${randomUUID()}`);
  const output = openSync(logFile, 'ax', 0o600);
  const input = openSync(logFile, 'r');
  rmSync(logFile);
  const child = fork(RUNNER, [], {
    cwd: folder,
    // Another home than the caller's, whose ~/.aws the SDK would read.
    env: { HOME: folder, ...env },
    // As Lambda's runtime divides the memory.
    execArgv: [
      `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
      `--max-semi-space-size=${Math.max(1, Math.floor(memoryMb * 0.05))}`,
    ],
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  const ended = endOf(child);
  const kill = () => child.kill('SIGKILL');
  living.add(child);

  let isAlive = true;
  let peakMb = 0;
  let stopped: Promise<void> | undefined;
  child.once('exit', () => {
    isAlive = false;
    living.delete(child);
  });

  /** The next message of the runner, unless the time, the memory or the process ends before. */
  async function next(limitMs: number): Promise<Outcome> {
    const stopWaiting = new AbortController();
    const { signal } = stopWaiting;
    const killed = new Promise<Outcome>((resolve) => {
      const timer = setTimeout(() => resolve({ kind: 'timeout' }), limitMs);
      const watch = setInterval(() => {
        if (isTooLarge()) resolve({ kind: 'out-of-memory' });
      }, MEMORY_LOOK_MS);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        clearInterval(watch);
      });
    });
    const message = once(child, 'message', { signal }).then(([message]): Outcome => {
      return isTooLarge() ? { kind: 'out-of-memory' } : message;
    });
    message.catch(() => {}); // the wait was given up
    const outcome = await Promise.race([message, killed, ended]);
    stopWaiting.abort();

    const goesOn = outcome.kind === 'ready' || ('cpuMs' in outcome && outcome.cpuMs !== undefined);
    if (goesOn) return outcome;
    kill();
    await ended;
    return outcome;
  }

  /** Whether the process holds, or has held, more than it may. */
  function isTooLarge(): boolean {
    if (child.pid !== undefined) peakMb = Math.max(peakMb, residentMb(child.pid));
    return peakMb > memoryMb;
  }

  function takeLogs(): string {
    if (stopped !== undefined) return '';
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(65_536);
      const length = readSync(input, chunk);
      if (length === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, length));
    }
  }

  async function stop(): Promise<void> {
    closeSync(input);
    kill();
    await ended;
  }

  return {
    ready: next,
    invoke({ requestId, eventJson }, limitMs) {
      const outcome = next(limitMs);
      child.send({ requestId, eventJson, deadlineMs: Date.now() + limitMs }, () => {
        // A process that is gone cannot take the event; `next` sees its end.
      });
      return outcome;
    },
    isAlive: () => isAlive,
    peakMb: () => peakMb,
    takeLogs,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Resolves when the process has ended and its last message has arrived. */
async function endOf(child: ChildProcess): Promise<Outcome> {
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('exit', (...status) => resolve(status));
      child.once('error', reject);
    },
  );
  if (child.connected) await once(child, 'disconnect');
  return { kind: 'exit', exitCode, signal };
}
