import { CommandError, EXIT } from './exit.ts';
import { printable } from './view/text.ts';

const MOMENT =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * A moment as somebody writes it, ms since the epoch: `2026-01-31`, `2026-01-31 14:05`, `2026-01-31T14:05:00+01:00`; in
 * UTC unless an offset says otherwise.
 *
 * @param what - the option, for the message
 * @throws {CommandError} it is none
 */
export function momentOf(text: string, what: string): number {
  const [, offset] = MOMENT.exec(text.trim()) ?? [undefined, undefined];
  const isMoment = MOMENT.test(text.trim());
  const zoned =
    text.trim().replace(' ', 'T') + (offset === undefined && text.trim().length > 10 ? 'Z' : '');
  const ms = isMoment ? Date.parse(zoned) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  const expected = 'expected a moment such as 2026-01-31 or "2026-01-31 14:05" (UTC)';
  throw new CommandError(EXIT.usage, `${what}: ${expected}, got ${printable(text)}`);
}
