import { spawnSync } from 'node:child_process';
import { commandsOf } from './command-lines.ts';
import type { Page, Sample } from './markdown.ts';
import { ROOT } from './repository.ts';

/** A command whose output a page shows, and which anybody can repeat: it reads the example and writes nothing. */
export interface Shown {
  readonly words: readonly string[];
  readonly line: number;
  /** What the page says that it prints; `...` stands for lines that are left out. */
  readonly output: string;
}

const REPEATABLE = /^pnpm plumbline (?:backtest|explain|validate|estimate) /;
const EXAMPLE = / --config (?:examples\/\S+|plumbline\.yaml)(?: |$)/;
/** Account, machine and day differ. */
const ELSEWHERE = / --account(?: |$)/;

export function shownOutputs(page: Page): Shown[] {
  return page.samples.flatMap((sample): Shown[] => {
    const output = outputOf(sample);
    if (output === undefined) return [];
    const [command, ...others] = commandsOf({ ...page, samples: [sample], codes: [] });
    const words = command?.words ?? [];
    const typed = words.join(' ');
    const isRepeatable = REPEATABLE.test(typed) && EXAMPLE.test(typed) && !ELSEWHERE.test(typed);
    return others.length === 0 && isRepeatable ? [{ words, line: sample.line, output }] : [];
  });
}

/** What stands after the one command of a session. */
function outputOf({ text, language }: Sample): string | undefined {
  if (language !== 'console') return undefined;
  const lines = text.split('\n');
  const typed = lines.findIndex((line) => !line.endsWith('\\'));
  const output = lines.slice(typed + 1);
  return output.length === 0 ? undefined : output.join('\n');
}

const printed = new Map<string, string>();

/** Runs it, once, as somebody would who is in a clone, without colour. */
export function outputNow({ words }: Shown): string {
  const typed = words.join(' ');
  const known = printed.get(typed);
  if (known !== undefined) return known;
  const [, , ...args] = words;
  const { stdout } = spawnSync(process.execPath, ['apps/cli/dist/plumbline.mjs', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  printed.set(typed, stdout);
  return stdout;
}

/** The first stretch of what a page shows that is not printed, or not there; undefined when all is. */
export function firstDifference(shown: string, printed: string): string | undefined {
  const expected = stretches(shown);
  let rest = comparable(printed);
  for (const [i, { lines, isAnywhere }] of expected.entries()) {
    const at = isAnywhere ? indexOfLines(rest, lines) : startsWith(rest, lines) ? 0 : -1;
    if (at < 0) return lines.join('\n');
    rest = rest.slice(at + lines.length);
    const isLast = i === expected.length - 1;
    if (isLast && !shown.trimEnd().endsWith('\n...') && rest.length > 0) return rest.join('\n');
  }
  return undefined;
}

/** Lines without what is another number each time: how long it took. */
function comparable(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd().replace(/\b\d+(?:\.\d+)? s\b/, 'n s'));
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function stretches(shown: string): { lines: string[]; isAnywhere: boolean }[] {
  const found: { lines: string[]; isAnywhere: boolean }[] = [{ lines: [], isAnywhere: false }];
  for (const line of comparable(shown)) {
    if (line === '...') found.push({ lines: [], isAnywhere: true });
    else found.at(-1)!.lines.push(line);
  }
  return found.filter(({ lines }) => lines.length > 0);
}

function indexOfLines(lines: readonly string[], wanted: readonly string[]): number {
  return lines.findIndex((_, at) => startsWith(lines.slice(at), wanted));
}

function startsWith(lines: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((line, i) => lines[i] === line);
}
