import { quoted } from '../quoted.ts';
import { LARGEST_VALUE } from '../series/samples.ts';
import { parseTimestamp } from './timestamp.ts';

/** The file as a whole cannot be used. The message says where, what was expected and what is there. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

/** One row: what is written in its two cells, and what that comes to. */
export interface CsvRow {
  /** Counted from 1, which is the header; empty lines count, and are no rows. */
  readonly line: number;
  /** The cells as they are written, blanks included, quotes taken off. */
  readonly timestampText: string;
  readonly valueText: string;
  /** ms since the epoch; NaN for what is no timestamp. */
  readonly timestamp: number;
  /** Finite; NaN where it is missing, or no number that a metric can have. */
  readonly value: number;
}

/**
 * The rows of a text with the columns `timestamp` and `value`, in the order of the text; `parseCsv`
 * says what may stand there. Nothing is left out, sorted or judged.
 *
 * @throws {CsvError} there is no header with both columns
 */
export function csvRows(text: string): Iterable<CsvRow> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const header = splitRow(lines[0] ?? '').map((name) => name.trim().toLowerCase());
  const timestampAt = header.indexOf('timestamp');
  const valueAt = header.indexOf('value');
  if (timestampAt < 0 || valueAt < 0) {
    const found = header.join('') === '' ? 'nothing' : header.map(shorten).join(', ');
    throw new CsvError(`line 1: expected the columns timestamp and value, found ${found}`);
  }
  return rowsOf(lines, timestampAt, valueAt);
}

function* rowsOf(
  lines: readonly string[],
  timestampAt: number,
  valueAt: number,
): Generator<CsvRow, void> {
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === '') continue;
    const cells = splitRow(lines[i]!);
    const [timestampText, valueText] = [cells[timestampAt] ?? '', cells[valueAt] ?? ''];
    yield {
      line: i + 1,
      timestampText,
      valueText,
      timestamp: parseTimestamp(timestampText.trim()),
      value: parseNumber(valueText.trim()),
    };
  }
}

/** What is wrong with the timestamp of a row; undefined when nothing is. */
export function timestampProblem({ timestamp, timestampText }: CsvRow): string | undefined {
  if (!Number.isNaN(timestamp)) return undefined;
  const text = timestampText.trim();
  if (text === '') return 'no timestamp';
  const hint = /^\d{12,}$/.test(text) ? ' (these look like milliseconds; seconds are read)' : '';
  return `timestamp ${shorten(text)}${hint} is not ISO 8601, YYYY-MM-DD HH:MM:SS or epoch seconds`;
}

/** What is wrong with the value of a row; undefined when nothing is, as of one that is missing. */
export function valueProblem({ value, valueText }: CsvRow): string | undefined {
  const text = valueText.trim();
  if (!Number.isNaN(value) || text === '') return undefined;
  const expected = `a finite number of at most ${LARGEST_VALUE.toExponential(0)}`;
  return `value ${shorten(text)} is not ${expected}`;
}

/** A decimal number a metric can have; NaN for anything else: infinities, hexadecimal, empty text. */
function parseNumber(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Math.abs(value) <= LARGEST_VALUE ? value : Number.NaN;
}

/** Splits a row at its commas, but for those within double quotes; a doubled quote stands for one. */
function splitRow(row: string): string[] {
  if (!row.includes('"')) return row.split(',');
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  // What lies between two quotes is inside them every other time.
  const parts = row.split('"');
  for (const [i, part] of parts.entries()) {
    if (quoted) cell += part;
    else if (part === '' && i > 0 && i < parts.length - 1) cell += '"';
    else {
      const [head = '', ...rest] = part.split(',');
      cell += head;
      for (const next of rest) {
        cells.push(cell);
        cell = next;
      }
    }
    quoted = !quoted;
  }
  return [...cells, cell];
}

/** A piece of foreign text, fit for a message: at most 40 long. */
export function shorten(text: string): string {
  return quoted(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
