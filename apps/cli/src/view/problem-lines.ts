import colors from 'picocolors';
import type { Problem } from '../problem.ts';
import { plural, printable } from './text.ts';

/** Notes that fit a screen; the rest is counted. */
const MOST_NOTES = 5;

/** What failed, what to look at again, and how much more there is to know. */
export function problemLines(problems: readonly Problem[], verbose: boolean): string[] {
  const line = ({ where, message, level }: Problem): string => {
    const label = level === 'failed' ? colors.red('failed') : colors.yellow('note');
    return `${label}  ${printable(where)}: ${printable(message)}`;
  };
  const distinct = [...new Map(problems.map((problem) => [line(problem), problem])).values()];
  const of = (wanted: Problem['level']): Problem[] =>
    distinct.filter(({ level }) => level === wanted);
  const [failed, notes, details] = [of('failed'), of('note'), of('detail')];

  const shown = verbose ? [...notes, ...details] : notes.slice(0, MOST_NOTES);
  const hidden = [...notes, ...details].slice(shown.length);
  const files = new Set(hidden.map(({ where }) => where)).size;
  const rest = `${plural(hidden.length, 'remark')} on ${plural(files, 'file')}, such as gaps; --verbose lists them`;
  return [
    ...[...failed, ...shown].map(line),
    ...(hidden.length === 0 ? [] : [`${colors.yellow('note')}  ${rest}`]),
  ];
}
