import { messageOf } from '@plumbline/core';
import colors from 'picocolors';
import { CommandError, EXIT } from './exit.ts';
import { printable } from './view/text.ts';

/** Says on stderr what ended the command, and gives the exit code for it. */
export function reportError(error: unknown): number {
  console.error(`${colors.red('error')}  ${printableLines(messageOf(error))}`);
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}

/** Messages are several lines, and quote what was written: nothing in it may steer the terminal. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
