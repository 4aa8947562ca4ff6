import type { CommandHelp } from './command-help.ts';
import type { CommandLine } from './command-lines.ts';

/** What can be called in a clone of this repository. */
export interface Callable {
  /** Scripts of the workspace, by their name. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of commands that are installed. */
  readonly installed: ReadonlySet<string>;
  help(program: string, commands: readonly string[]): CommandHelp;
}

/** The command of this project. */
const PLUMBLINE = 'apps/cli/dist/plumbline.mjs';

/** What pnpm and npm do themselves, of that which the pages speak of. */
const OWN = new Set(['install', 'exec', 'add', 'pack', 'audit', 'publish', 'run', 'ci']);
/** Scripts that npm calls without `run`. */
const SHORT = new Set(['start', 'test']);

/** How it is said that a command lacks something; a sentence need not be complete. */
const MISSING = 'is missing';

/** What is wrong with a command that a page shows, if it is one of this project. */
export function wrongCommand(path: string, command: CommandLine, callable: Callable): string[] {
  const { words, line, isMention } = command;
  const where = `${path}:${line}: ${words.join(' ')}`;
  const wrong = (message: string | undefined): string[] =>
    message === undefined || (isMention && message.endsWith(MISSING))
      ? []
      : [`${where}: ${message}`];
  const [name, ...args] = words;
  switch (name) {
    case 'plumbline':
      return wrong(wrongUse(PLUMBLINE, args, callable));
    case 'node':
      return args[0] === PLUMBLINE ? wrong(wrongUse(PLUMBLINE, args.slice(1), callable)) : [];
    case 'npm':
      return wrong(wrongScript(args, callable, true));
    case 'pnpm':
      return wrong(wrongScript(args, callable, false));
    default:
      return [];
  }
}

function wrongScript(
  words: readonly string[],
  callable: Callable,
  isNpm: boolean,
): string | undefined {
  // -s, and --filter with what it is: the script is of another package then.
  const args = words.filter((word) => word !== '-s' && word !== '--silent');
  if (args.length === 0 || args[0]!.startsWith('-')) return undefined;
  const isNamed = args[0] === 'run' && args.length > 1;
  const [name, ...rest] = isNamed ? args.slice(1) : args;
  const script = isNpm && !isNamed && !SHORT.has(name!) ? undefined : callable.scripts[name!];
  if (script === undefined) {
    const isInstalled = !isNpm && !isNamed && callable.installed.has(name!);
    if ((!isNamed && OWN.has(name!)) || isInstalled) return undefined;
    return `there is no script ${name}`;
  }
  const program = programOf(script);
  if (program === undefined) return undefined;
  // npm keeps what is before -- to itself.
  const dashes = rest.indexOf('--');
  if (isNpm && dashes < 0 && rest.length > 0) return `without -- npm takes ${rest[0]} for itself`;
  return wrongUse(
    program,
    isNpm ? rest.slice(dashes < 0 ? rest.length : dashes + 1) : rest,
    callable,
  );
}

/** What a script calls that answers `--help`. */
function programOf(script: string): string | undefined {
  if (script === 'node scripts/start.mjs') return undefined;
  return /^node (?:scripts\/built\.mjs )?(\S+\/dist\/\S+\.m?js)$/.exec(script)?.[1];
}

function wrongUse(
  program: string,
  words: readonly string[],
  callable: Callable,
): string | undefined {
  const commands: string[] = [];
  let help = callable.help(program, commands);
  let args = [...words];
  while (help.commands.size > 0 && args.length > 0 && !args[0]!.startsWith('-')) {
    const [next = '', ...rest] = args;
    if (!help.commands.has(next)) return `there is no command ${[...commands, next].join(' ')}`;
    if (next === 'help') return undefined;
    commands.push(next);
    args = rest;
    help = callable.help(program, commands);
  }
  let positional = 0;
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (!/^--?[a-z]/i.test(word)) {
      positional += 1;
      continue;
    }
    const [option = '', given] = word.split('=', 2) as [string, string?];
    const takesValue = help.options.get(option);
    if (takesValue === undefined) return `there is no option ${option}`;
    if (takesValue && given === undefined) {
      i += 1;
      if (args[i] === undefined) return `a value of ${option} ${MISSING}`;
    }
  }
  if (positional > help.most) return `it takes no argument ${args.at(-1)}`;
  const isAsked = args.some((word) => word === '--help' || word === '-h');
  return positional < help.required && !isAsked ? `an argument ${MISSING}` : undefined;
}
