import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A Python that has moto in it. */
export interface Python {
  /** Absolute path of the interpreter. */
  readonly command: string;
  /** Of moto, as 5.2.1. */
  readonly motoVersion: string;
}

export interface Moto {
  /** http://127.0.0.1:PORT, for every service. */
  readonly endpoint: string;
  close(): Promise<void>;
}

export const HOW_TO_GET_MOTO = 'pip install "moto[server]==5.2.1"';

/** Older ones have no `moto.server` of this kind; 5.2.1 is what is tried. */
const LEAST_MOTO_MAJOR = 5;

/** A busy machine needs some seconds; a moto that takes longer does not start at all. */
const START_LIMIT_MS = 60_000;

/** Lines of its log that an error shows. */
const LOG_LINES_KEPT = 20;

const PYTHON_NAME = /^python(3(\.\d+)?)?$/;

/** Prints its own path and the version of moto, when the parts that serve are there. */
const PROBE = `
import importlib.metadata, importlib.util, sys
if importlib.util.find_spec("flask") and importlib.util.find_spec("moto.server"):
    print(sys.executable, importlib.metadata.version("moto"), sep="\\n")`;

/** Serves until stdin closes, which it does when this process ends, however it ends. */
const SERVE = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(["-H", "127.0.0.1", "-p", sys.argv[1]])`;

let found: Promise<Python | undefined> | undefined;

/**
 * A Python with moto's server in it: moto may live in only one of the Pythons of a machine, so each
 * is asked. Undefined when none has it.
 */
export function findMoto(): Promise<Python | undefined> {
  found ??= search();
  return found;
}

/** Why there is none. */
export function noMoto(): string {
  const told = process.env.PLUMBLINE_PYTHON;
  return told ? `no moto in ${told}, which PLUMBLINE_PYTHON names` : 'no Python here has moto';
}

async function search(): Promise<Python | undefined> {
  for (const command of pythons()) {
    const python = await probe(command);
    if (python !== undefined) return python;
  }
  return undefined;
}

/** The one that PLUMBLINE_PYTHON names; else those on the PATH, of pyenv and of the usual places. */
function pythons(): Set<string> {
  const told = process.env.PLUMBLINE_PYTHON;
  if (told) return new Set([told]);
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...namesIn(pyenv).map((version) => join(pyenv, version, 'bin')),
    '/usr/bin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  return new Set(
    folders.flatMap((folder) =>
      namesIn(folder)
        .filter((name) => PYTHON_NAME.test(name))
        .map((name) => join(folder, name)),
    ),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function probe(command: string): Promise<Python | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, ['-c', PROBE], { timeout: 20_000 });
    const [path = '', motoVersion = ''] = stdout.trim().split('\n');
    const serves = path !== '' && Number.parseInt(motoVersion, 10) >= LEAST_MOTO_MAJOR;
    return serves ? { command: path, motoVersion } : undefined;
  } catch {
    return undefined; // no Python after all, or one without moto
  }
}

/**
 * Starts moto on a free port of this machine, empty, and waits until it answers.
 * @throws no Python here has it, or it does not start
 */
export async function startMoto(): Promise<Moto> {
  const python = await findMoto();
  if (python === undefined) throw new Error(`${noMoto()}: ${HOW_TO_GET_MOTO}`);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(python.command, ['-c', SERVE, String(port)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const log = lastLines(child);
  const kill = () => child.kill('SIGKILL');
  const ended = once(child, 'exit');
  try {
    await untilItAnswers(endpoint, child);
  } catch (error) {
    kill();
    const where = `moto ${python.motoVersion} of ${python.command} did not start`;
    throw new Error(`${where}; it wrote:\n${log().join('\n')}`, { cause: error });
  }
  return {
    endpoint,
    async close() {
      kill();
      await ended;
    },
  };
}

async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`exit code ${child.exitCode}`);
    const answers = await fetch(`${endpoint}/moto-api/`).then(
      (response) => response.ok,
      () => false,
    );
    if (answers) return;
    if (Date.now() > deadline) throw new Error(`no answer within ${START_LIMIT_MS / 1000} s`);
    await sleep(50);
  }
}

/** The port may be taken by another before it is used: a rare failure to start, which says so. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Reads what a process writes, as somebody must, and keeps the end of it. */
function lastLines({ stdout, stderr }: ChildProcess): () => readonly string[] {
  let lines: string[] = [];
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines = [...lines, ...text.trimEnd().split('\n')].slice(-LOG_LINES_KEPT);
    });
  }
  return () => lines;
}
