import type { SeriesSettings } from '@plumbline/config';
import { isoTime, type ScoredSample } from '@plumbline/core';
import {
  type CsvProblem,
  type CsvRow,
  createCsvProblems,
  csvRows,
  timestampProblem,
  valueProblem,
} from '@plumbline/core/files';
import { csvProblemText, type Problem } from '../problem.ts';
import { createCausalScorer } from './causal-scorer.ts';
import { rowText, SCORE_HEADER } from './row-text.ts';

/** Rows that are put together before they become bytes. */
const ROWS_A_PIECE = 5000;

export interface CsvScores {
  /** The output, piece by piece: as one text a long file could be more than a text can hold. */
  readonly pieces: readonly Buffer[];
  /** Rows of data, and those among them that the detector gave a score. */
  readonly rows: number;
  readonly scored: number;
  /** Alerts that opened, each by the highest severity that it came to. */
  readonly pages: number;
  readonly notices: number;
  readonly problems: readonly Omit<Problem, 'where'>[];
}

/**
 * Scores a series row by row, in the order of the file, each from nothing but the rows before it. A
 * row gives a row. One without a timestamp, or not later than all before it, has come too late to be
 * scored: it gets no score, and the detector does not see it.
 *
 * @throws {CsvError} there is no header with both columns
 */
export async function scoreCsv(text: string, settings: SeriesSettings): Promise<CsvScores> {
  const rows = csvRows(text);
  const scorer = await createCausalScorer(settings);
  const order = createTimeOrder();
  const problems = createCsvProblems();
  const alerts = createAlertCount();
  const output = createPieces();
  const counts = { rows: 0, timely: 0, used: 0, scored: 0 };

  output.add(SCORE_HEADER);
  for (const row of rows) {
    counts.rows += 1;
    const { line, timestamp, value } = row;
    const untimely = untimeliness(row) ?? order.problemOf(row);
    if (untimely !== undefined) {
      problems.add(untimely.kind, line, untimely.message);
      output.add(rowText(row, undefined, alerts.current()));
      continue;
    }
    counts.timely += 1;
    const odd = valueProblem(row);
    if (odd !== undefined) problems.add('bad-value', line, `${odd}; taken as missing`);
    if (!Number.isNaN(value)) counts.used += 1;
    const sample = await scorer.push(timestamp, value);
    if (!Number.isNaN(sample.score)) counts.scored += 1;
    alerts.add(sample.alert);
    output.add(rowText(row, sample, sample.alert));
  }

  const ofRows = problems.list();
  const texts = ofRows.map(csvProblemText);
  const remark = scorer.remark();
  const notes = remark === undefined ? texts : [...texts, remark];
  return {
    pieces: output.pieces(),
    rows: counts.rows,
    scored: counts.scored,
    ...alerts.totals(),
    problems: [
      ...verdictOn({ ...counts, readyAt: scorer.readyAt() }, ofRows),
      ...notes.map((message) => ({ message, level: 'note' }) as const),
    ],
  };
}

const UNTIMELY = ['bad-timestamp', 'duplicate', 'out-of-order'] as const;

interface Untimely {
  readonly kind: (typeof UNTIMELY)[number];
  readonly message: string;
}

function untimeliness(row: CsvRow): Untimely | undefined {
  const message = timestampProblem(row);
  return message === undefined
    ? undefined
    : { kind: 'bad-timestamp', message: `${message}; no score` };
}

/** Knows which timestamps have been, to tell rows that come twice from rows that come late. */
function createTimeOrder(): { problemOf(row: CsvRow): Untimely | undefined } {
  const lineOf = new Map<number, number>();
  let latest: CsvRow | undefined;
  return {
    problemOf(row) {
      const earlier = lineOf.get(row.timestamp);
      if (earlier !== undefined) {
        const message = `the timestamp of line ${earlier} again; the first row counts`;
        return { kind: 'duplicate', message };
      }
      lineOf.set(row.timestamp, row.line);
      if (latest !== undefined && row.timestamp < latest.timestamp) {
        const message = `earlier than line ${latest.line}; no score: sort the file by timestamp to have one`;
        return { kind: 'out-of-order', message };
      }
      latest = row;
      return undefined;
    },
  };
}

/** What to do about a file whose rows are mostly of no use, by what is the matter with most of them. */
const NEXT_STEPS: Readonly<Record<Untimely['kind'], string>> = {
  'bad-timestamp': 'write them as ISO 8601 or epoch seconds',
  duplicate: 'let a file hold one series',
  'out-of-order': 'sort the file by timestamp, oldest first',
};

interface Outcome extends Readonly<Record<'rows' | 'timely' | 'used' | 'scored', number>> {
  readonly readyAt: number | undefined;
}

/** What is to be said of the file as a whole, if anything. */
function verdictOn(
  { rows, timely, used, scored, readyAt }: Outcome,
  ofRows: readonly CsvProblem[],
): Omit<Problem, 'where'>[] {
  const [first] = ofRows;
  if (rows === 0) return [{ message: 'holds no rows', level: 'note' }];
  if (used === 0 && first !== undefined) {
    return [{ message: `no row could be used: ${csvProblemText(first)}`, level: 'failed' }];
  }
  if (used === 0) return [{ message: 'every value is missing', level: 'note' }];
  if (rows > 2 * timely) {
    const count = (kind: CsvProblem['kind']): number =>
      ofRows.find((problem) => problem.kind === kind)?.rows ?? 0;
    const [most] = [...UNTIMELY].sort((a, b) => count(b) - count(a));
    const message = `${rows - timely} of ${rows} timestamps are of no use: ${NEXT_STEPS[most!]}`;
    return [{ message, level: 'failed' }];
  }
  if (scored > 0) return [];
  const message =
    readyAt === undefined
      ? `no row has a score: too little history in ${used} samples, or nothing that varies`
      : `no row has a score yet: learning, ${used} samples so far, ready at ${isoTime(readyAt)}`;
  return [{ message, level: 'note' }];
}

/**
 * Counts alerts: from the row that one opens with to the row that it is gone with it is one. Its severity
 * never falls, so the last is the highest.
 */
function createAlertCount() {
  const ended = { page: 0, notice: 0 };
  let current: ScoredSample['alert'];
  const add = (alert: ScoredSample['alert']): void => {
    if (alert === undefined && current !== undefined) ended[current] += 1;
    current = alert;
  };
  return {
    current: (): ScoredSample['alert'] => current,
    add,
    totals(): { readonly pages: number; readonly notices: number } {
      add(undefined); // one that is still open counts too
      return { pages: ended.page, notices: ended.notice };
    },
  };
}

function createPieces(): { add(row: string): void; pieces(): readonly Buffer[] } {
  const pieces: Buffer[] = [];
  let rows: string[] = [];
  const flush = (): void => {
    if (rows.length > 0) pieces.push(Buffer.from(`${rows.join('\n')}\n`));
    rows = [];
  };
  return {
    add(row) {
      rows.push(row);
      if (rows.length >= ROWS_A_PIECE) flush();
    },
    pieces() {
      flush();
      return pieces;
    },
  };
}
