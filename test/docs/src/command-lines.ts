import type { Page } from './markdown.ts';

/** A command as a page shows it. */
export interface CommandLine {
  /** Without quotes; variables and patterns stay as they are written. */
  readonly words: readonly string[];
  /** Whether it stands in a sentence, which may speak of an option without its value. */
  readonly isMention: boolean;
  /** Counted from 1. */
  readonly line: number;
}

/** Where lines are typed into a shell: of a session those after a prompt, of a script all. */
const SESSION = /^(?:console|shell-session)$/;
const SCRIPT = /^(?:sh|bash|shell)$/;

const COMMENT = /^\s*#/;
const PROMPT = /^\s*\$ /;

/** The commands of a page: in its samples of a shell, and in its sentences. */
export function commandsOf({ samples, codes }: Page): CommandLine[] {
  const typed = samples.flatMap(({ text, line, language }) => {
    const isSession = SESSION.test(language);
    if (!isSession && !SCRIPT.test(language)) return [];
    return logicalLines(text).flatMap(({ text: typedLine, offset }) => {
      if (isSession && !PROMPT.test(typedLine)) return [];
      if (COMMENT.test(typedLine)) return [];
      return [{ text: typedLine.replace(PROMPT, ''), line: line + offset, isMention: false }];
    });
  });
  const mentioned = codes.map((code) => ({ ...code, isMention: true }));
  return [...typed, ...mentioned].flatMap(({ text, ...where }) =>
    simpleCommands(text).map((words) => ({ words, ...where })),
  );
}

/** Lines with those that a backslash at the end goes on with. */
function logicalLines(text: string): { text: string; offset: number }[] {
  const lines: { text: string; offset: number }[] = [];
  let continues = false;
  text.split('\n').forEach((line, offset) => {
    const goesOn = line.endsWith('\\');
    const part = goesOn ? line.slice(0, -1) : line;
    const last = lines.at(-1);
    if (continues && last !== undefined) last.text += part;
    else lines.push({ text: part, offset });
    continues = goesOn;
  });
  return lines;
}

const TOKEN = /\s*(?:(#.*)|(&&|\|\||[|;&])|((?:"[^"]*"|'[^']*'|[^\s"'|;&])+))/y;
const ASSIGNMENT = /^[A-Z_][A-Z0-9_]*=/;
const REDIRECTION = /^\d?[<>]/;

/** The commands of one line, `a && b | c` as three of them, each as its words. */
function simpleCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(line); match !== null; match = TOKEN.exec(line)) {
    const [, comment, operator, word] = match;
    if (comment !== undefined) break;
    if (operator !== undefined) commands.push([]);
    else if (word !== undefined)
      commands.at(-1)!.push(word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
  }
  return commands
    .map((words) => {
      const first = words.findIndex((word) => !ASSIGNMENT.test(word));
      const redirected = words.findIndex((word) => REDIRECTION.test(word));
      return words.slice(Math.max(0, first), redirected < 0 ? undefined : redirected);
    })
    .filter((words) => words.length > 0);
}
