import { durationMs } from '@plumbline/config';
import { parseTimestamp } from '@plumbline/core/files';
import { CommandError, EXIT } from './exit.ts';
import { printable } from './view/text.ts';

const AGO = /^((?:\d+[smhdw] *)+)ago$/i;
/** With fewer digits a number is a slip of the pen, not seconds since 1970. */
const SECONDS = /^\d+$/;
const FEWEST_DIGITS = 9;

/**
 * The moment that somebody names, ms since the epoch: ISO 8601, with or without a zone (UTC then), seconds since 1970,
 * `now`, or `2h 30m ago`.
 *
 * @param what - how the message calls it
 * @throws {CommandError} it is none of these
 */
export function momentOf(text: string, nowMs: number, what = 'the time'): number {
  const written = text.trim();
  const now = Math.floor(nowMs / 1000) * 1000;
  if (/^now$/i.test(written)) return now;
  const ago = AGO.exec(written)?.[1];
  const moment = ago === undefined ? dated(written) : now - lengthOf(ago);
  if (Number.isFinite(moment)) return moment;
  const expected = '"2026-11-25 03:05" or 2026-11-25T03:05Z, both in UTC; "2h ago"; now';
  throw new CommandError(
    EXIT.usage,
    `cannot read ${what} ${printable(JSON.stringify(text))}\nexpected such as ${expected}`,
  );
}

function dated(text: string): number {
  if (SECONDS.test(text) && text.length < FEWEST_DIGITS) return Number.NaN;
  return parseTimestamp(text);
}

function lengthOf(text: string): number {
  const parts = text.toLowerCase().match(/\d+[smhdw]/g) ?? [];
  try {
    return parts.reduce((sum, part) => sum + durationMs(part), 0);
  } catch {
    return Number.NaN; // 0h, or more than there is
  }
}
