import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './repository.ts';

/** What a command takes, as its `--help` says. */
export interface CommandHelp {
  /** Whether each option takes a value, by every name that it has. */
  readonly options: ReadonlyMap<string, boolean>;
  /** Commands beneath it. */
  readonly commands: ReadonlySet<string>;
  /** Arguments that it has to have, and whether it takes more than those it lists. */
  readonly required: number;
  readonly most: number;
}

const OPTION = /^ {2}(?:(-\w), )?(--[a-z][\w-]*)( [<[][^>\]]+[>\]])?/;
const COMMAND = /^ {2}([a-z][\w-]*)(?: |$)/;
const USAGE_ARGUMENT = /(?<= )(<[^>]+>|\[[^\]]+\])/g;

/** Reads the text of a `--help`, of this project's command or of a script that looks like it. */
export function parseHelp(text: string): CommandHelp {
  const options = new Map<string, boolean>();
  const commands = new Set<string>();
  let isCommands = false;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) isCommands = line === 'Commands:';
    const [, short, long, value] = OPTION.exec(line) ?? [];
    for (const name of [short, long]) {
      if (name !== undefined) options.set(name, value !== undefined);
    }
    const [, command] = COMMAND.exec(line) ?? [];
    if (isCommands && command !== undefined) commands.add(command);
  }
  const usage = /^Usage: (.*)$/m.exec(text)?.[1] ?? '';
  const listed = (usage.match(USAGE_ARGUMENT) ?? []).filter(
    (argument) => argument !== '[options]' && argument !== '[command]',
  );
  return {
    options,
    commands,
    required: listed.filter((argument) => argument.startsWith('<')).length,
    most: listed.some((argument) => argument.includes('...'))
      ? Number.POSITIVE_INFINITY
      : listed.length,
  };
}

const known = new Map<string, CommandHelp>();

/** What a built program of this repository takes, asked once. */
export function helpOf(program: string, commands: readonly string[] = []): CommandHelp {
  const key = [program, ...commands].join(' ');
  let help = known.get(key);
  if (help === undefined) {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, program), ...commands, '--help'],
      { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined } },
    );
    if (stdout === '') throw new Error(`${key} --help says nothing: ${stderr}`);
    help = parseHelp(stdout);
    known.set(key, help);
  }
  return help;
}
