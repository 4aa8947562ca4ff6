import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const COMMAND = resolve(import.meta.dirname, '../../dist/plumbline.mjs');

/** Waits for each text on a terminal of 80 columns, answers it, and tells what was shown until the end. */
const DRIVER = `
import fcntl, json, os, pty, select, struct, sys, termios
command, answers = json.loads(sys.argv[1]), json.loads(sys.argv[2])
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
seen, at = b"", 0
def more():
    global seen
    if not select.select([terminal], [], [], 60)[0]:
        sys.exit("nothing more was shown; so far: " + seen[at:].decode(errors="replace"))
    try:
        part = os.read(terminal, 65536)
    except OSError:
        return False
    seen += part
    return len(part) > 0
for expected, answer in answers:
    while expected.encode() not in seen[at:]:
        if not more():
            sys.exit("ended before " + expected + ": " + seen.decode(errors="replace"))
    at = len(seen)
    os.write(terminal, answer.encode())
while more():
    pass
status = os.waitpid(child, 0)[1]
print(json.dumps({"exitCode": os.waitstatus_to_exitcode(status), "shown": seen.decode(errors="replace")}))
`;

export interface TerminalOutcome {
  readonly exitCode: number;
  /** With all that moves the cursor in it. */
  readonly shown: string;
}

/** Why no terminal can be had here; undefined where one can. */
export function noTerminal(): string | undefined {
  const { status } = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']);
  return status === 0 ? undefined : 'needs python3, 3.9 or later, with its module pty';
}

/**
 * Runs the built command on a pseudo-terminal, as a person who waits for a text and then types.
 *
 * @param answers - what is waited for, and what is typed then
 */
export function plumblineOnTerminal(
  args: readonly string[],
  answers: readonly (readonly [shown: string, typed: string])[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<TerminalOutcome> {
  const command = JSON.stringify([process.execPath, COMMAND, ...args]);
  const child = spawn('python3', ['-c', DRIVER, command, JSON.stringify(answers)], {
    cwd,
    env: {
      ...process.env,
      TERM: 'xterm',
      NO_COLOR: '1',
      CI: undefined,
      FORCE_COLOR: undefined,
      ...env,
    },
  });
  return new Promise((done, failed) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', failed);
    child.once('close', (code) => {
      if (code === 0) done(JSON.parse(stdout) as TerminalOutcome);
      else failed(new Error(stderr));
    });
  });
}
