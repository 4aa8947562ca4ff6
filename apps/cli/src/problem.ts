import { durationText } from '@plumbline/config';
import type { CsvProblem } from '@plumbline/core/files';

/** Something that a person should know of a run. */
export interface Problem {
  /** The file, or the monitor. */
  readonly where: string;
  readonly message: string;
  /**
   * `failed`: something was not looked at, or not told; the command does not end as a success.
   * `note`: it was looked at, and there is a reason to look again. `detail`: worth knowing when asked.
   */
  readonly level: 'failed' | 'note' | 'detail';
}

/** What is wrong with the rows of a file: the first of its kind, and how many more there are. */
export function csvProblemText({ rows, line, message }: CsvProblem): string {
  return `line ${line}: ${message}${rows > 1 ? `, and ${rows - 1} more such` : ''}`;
}

/** Periods that differ by a larger share than this are two; by less, clocks are off. */
const SAME_PERIOD = 0.1;

/**
 * What is wrong with samples in another period than the expected one, ms; undefined where they are not, or
 * where nobody can tell because the period found is NaN.
 *
 * @param expecting - what expects it
 */
export function periodProblemText(
  foundMs: number,
  expectedMs: number,
  expecting: string,
): string | undefined {
  if (!(Math.abs(foundMs / expectedMs - 1) > SAME_PERIOD)) return undefined;
  const [found, expected] = [foundMs, expectedMs].map(durationText);
  return `samples are ${found} apart, the ${expecting} expects ${expected}: say period: ${found}`;
}
