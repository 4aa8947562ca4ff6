import { LARGEST_VALUE, type Samples, tidySamples } from '../series/samples.ts';

/** The file as a whole cannot be used. The message says where, what was expected and what is there. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

/** Something about some rows that a person should know; the others were used. */
export interface CsvProblem {
  readonly kind: 'bad-timestamp' | 'bad-value' | 'duplicate' | 'out-of-order' | 'gap';
  readonly rows: number;
  /** Line of the first such row; the header is line 1. */
  readonly line: number;
  /** What is wrong there, what was expected, and what was done. */
  readonly message: string;
}

export interface CsvSeries {
  readonly samples: Samples;
  /** Typical time between two samples, ms: the median; NaN when there are fewer than two. */
  readonly periodMs: number;
  readonly problems: readonly CsvProblem[];
}

export interface CsvOptions {
  /** Rows later than this, ms since the epoch, are left out; unless told, none are. */
  readonly latestMs?: number;
}

/**
 * Reads a series from text with the columns `timestamp` and `value`, in any order; further columns
 * are ignored. Timestamps: ISO 8601, `YYYY-MM-DD HH:MM:SS` (UTC where no zone is given) or epoch
 * seconds. An empty value is a missing sample. CRLF line ends and a byte-order mark are fine; a line
 * end within quotes ends the row all the same.
 *
 * A row that cannot be used is left out and reported; of equal timestamps the first row counts; rows
 * out of order are sorted.
 *
 * @throws {CsvError} there is no header with both columns
 */
export function parseCsv(text: string, { latestMs = Infinity }: CsvOptions = {}): CsvSeries {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const header = splitRow(lines[0] ?? '').map((name) => name.trim().toLowerCase());
  const timestampAt = header.indexOf('timestamp');
  const valueAt = header.indexOf('value');
  if (timestampAt < 0 || valueAt < 0) {
    const found = header.join('') === '' ? 'nothing' : header.map(shorten).join(', ');
    throw new CsvError(`line 1: expected the columns timestamp and value, found ${found}`);
  }

  const problems = new Map<CsvProblem['kind'], CsvProblem>();
  const report = (kind: CsvProblem['kind'], line: number, message: string): void => {
    const known = problems.get(kind);
    const rows = (known?.rows ?? 0) + 1;
    problems.set(kind, known ? { ...known, rows } : { kind, rows, line, message });
  };

  const timestamps: number[] = [];
  const values: number[] = [];
  const lineOf = new Map<number, number>();
  let latest = Number.NEGATIVE_INFINITY;
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === '') continue;
    const line = i + 1;
    const cells = splitRow(lines[i]!);
    const written = (cells[timestampAt] ?? '').trim();
    const timestamp = parseTimestamp(written);
    if (Number.isNaN(timestamp)) {
      report('bad-timestamp', line, `${describeTimestamp(written)}; the row is left out`);
      continue;
    }
    if (timestamp > latestMs) {
      report('bad-timestamp', line, `${shorten(written)} lies in the future; the row is left out`);
      continue;
    }
    const cell = (cells[valueAt] ?? '').trim();
    const value = parseNumber(cell);
    if (Number.isNaN(value)) {
      if (cell === '') continue; // a missing sample is no problem
      const expected = `a finite number of at most ${LARGEST_VALUE.toExponential(0)}`;
      report('bad-value', line, `value ${shorten(cell)} is not ${expected}; taken as missing`);
      continue;
    }
    const earlier = lineOf.get(timestamp);
    if (earlier !== undefined) {
      report('duplicate', line, `the timestamp of line ${earlier} again; the first row counts`);
      continue;
    }
    if (timestamp < latest) report('out-of-order', line, 'earlier than the row before; sorted');
    latest = Math.max(latest, timestamp);
    lineOf.set(timestamp, line);
    timestamps.push(timestamp);
    values.push(value);
  }

  const { samples } = tidySamples(timestamps, values);
  const steps = samples.timestamps.subarray(1).map((later, i) => later - samples.timestamps[i]!);
  const periodMs = steps.slice().sort()[steps.length >>> 1] ?? Number.NaN;
  steps.forEach((step, i) => {
    const missed = Math.round(step / periodMs) - 1;
    if (missed <= 0) return;
    const line = lineOf.get(samples.timestamps[i + 1]!)!;
    report('gap', line, `${missed} missing ${missed === 1 ? 'sample' : 'samples'} before it`);
  });
  return { samples, periodMs, problems: [...problems.values()] };
}

/**
 * Milliseconds since the epoch; NaN for what is not a timestamp. A date and time without a zone are
 * UTC: the zone of the reading machine must not move a series.
 */
export function parseTimestamp(text: string): number {
  if (/^\d{1,11}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)? ?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/i.exec(
      text,
    );
  if (match === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const utc = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  const date = new Date(utc);
  // Date.UTC takes the 31st of April for the 1st of May, and the year 50 for 1950.
  const exists =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month! - 1 &&
    date.getUTCDate() === day &&
    hour! < 24 &&
    minute! < 60 &&
    second! < 60;
  const milliseconds = Math.round(Number(match[7] ?? 0) * 1000);
  return exists ? utc + milliseconds - zoneOffset(match[8]) : Number.NaN;
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** A decimal number a metric can have; NaN for anything else: infinities, hexadecimal, empty text. */
function parseNumber(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Math.abs(value) <= LARGEST_VALUE ? value : Number.NaN;
}

function describeTimestamp(text: string): string {
  if (text === '') return 'no timestamp';
  const hint = /^\d{12,}$/.test(text) ? ' (these look like milliseconds; seconds are read)' : '';
  return `timestamp ${shorten(text)}${hint} is not ISO 8601, YYYY-MM-DD HH:MM:SS or epoch seconds`;
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

/** A piece of foreign text, fit for a message: quoted, without control characters, at most 40 long. */
function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
