import { type Samples, tidySamples } from '../series/samples.ts';
import { type CsvProblem, createCsvProblems } from './csv-problems.ts';
import { csvRows, shorten, timestampProblem, valueProblem } from './csv-rows.ts';

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
  const problems = createCsvProblems();
  const timestamps: number[] = [];
  const values: number[] = [];
  const lineOf = new Map<number, number>();
  let latest = Number.NEGATIVE_INFINITY;
  for (const row of csvRows(text)) {
    const { line, timestamp, value } = row;
    if (Number.isNaN(timestamp)) {
      problems.add('bad-timestamp', line, `${timestampProblem(row)}; the row is left out`);
      continue;
    }
    if (timestamp > latestMs) {
      const written = shorten(row.timestampText.trim());
      problems.add('bad-timestamp', line, `${written} lies in the future; the row is left out`);
      continue;
    }
    if (Number.isNaN(value)) {
      const problem = valueProblem(row); // a missing sample is none
      if (problem !== undefined) problems.add('bad-value', line, `${problem}; taken as missing`);
      continue;
    }
    const earlier = lineOf.get(timestamp);
    if (earlier !== undefined) {
      const message = `the timestamp of line ${earlier} again; the first row counts`;
      problems.add('duplicate', line, message);
      continue;
    }
    if (timestamp < latest)
      problems.add('out-of-order', line, 'earlier than the row before; sorted');
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
    problems.add('gap', line, `${missed} missing ${missed === 1 ? 'sample' : 'samples'} before it`);
  });
  return { samples, periodMs, problems: problems.list() };
}
