import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTimestamp } from '@plumbline/core/files';

const DATA = join(import.meta.dirname, '..', 'data');

const ENDING = '.csv.gz';

export const SETS = ['nab', 'mscloud', 'kpi'] as const;
export type SetName = (typeof SETS)[number];

/** A stretch of rows, both ends included. */
export type Span = readonly [first: number, last: number];

/** A series of the benchmark data with what people have marked in it. */
export interface LabelledSeries {
  readonly set: SetName;
  /** Such as realAWSCloudwatch; the set itself where it has no categories. */
  readonly category: string;
  /** Unique within its set: the path below it, without endings. */
  readonly name: string;
  /** Ms since the epoch, as they stand in the file. */
  readonly timestamps: Float64Array;
  /** NaN where the file has none. */
  readonly values: Float64Array;
  /** What is to be found: in nab wide windows around each anomaly, elsewhere the marked rows. */
  readonly spans: readonly Span[];
  /** Rows before it are history and are not scored. */
  readonly scoredFrom: number;
}

/**
 * Probation of the Numenta Anomaly Benchmark: 15 % of a file, of at most 5,000 rows.
 * @see https://github.com/numenta/NAB, nab/util.py
 */
const PROBATION_SHARE = 0.15;
const PROBATION_MOST_OF_ROWS = 5_000;

/** Share of the rows that comes before those scored; see ../data/README.md. */
const HISTORY_SHARE = { mscloud: 0.15, kpi: 0.5 } as const;

/** The series of a set, or those of these names, in the order of their names. */
export function loadSet(set: SetName, names?: readonly string[]): readonly LabelledSeries[] {
  const root = set === 'nab' ? join(DATA, 'nab', 'data') : join(DATA, set);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ENDING))
    .filter((path) => names?.includes(path.slice(0, -ENDING.length)) ?? true)
    .sort();
  const windows = set === 'nab' ? readWindows() : undefined;
  return paths.map((path) => {
    const columns = readColumns(join(root, path));
    const name = path.slice(0, -ENDING.length);
    const category = dirname(path) === '.' ? set : dirname(path);
    const rows = columns.values.length;
    const spans =
      windows === undefined
        ? labelledRuns(columns.labels)
        : windows[`${name}.csv`]!.map((window) => rowsOf(window, columns.timestamps, path));
    const { timestamps, values } = columns;
    return { set, category, name, timestamps, values, spans, scoredFrom: scoredFrom(set, rows) };
  });
}

/** The scores that NAB's authors committed for a detector, a row score for each row of each file. */
export function loadPublishedScores(
  detector: string,
  series: readonly LabelledSeries[],
): Float64Array[] {
  const scores = new Map(
    series.map(({ name, values }) => [`${name}.csv`, new Float64Array(values.length)]),
  );
  const file = join(DATA, 'nab', 'published_scores', `${detector}.csv.gz`);
  for (const line of readLines(file).slice(1)) {
    const [path = '', row, score] = line.split(',');
    const rows = scores.get(path);
    if (rows === undefined) throw new Error(`${basename(file)}: no series ${path}`);
    rows[Number(row)] = Number(score);
  }
  return [...scores.values()];
}

/** The totals that NAB's authors committed, by detector and profile. */
export function loadPublishedTotals(): Readonly<Record<string, Readonly<Record<string, number>>>> {
  return JSON.parse(readFileSync(join(DATA, 'nab', 'published_results.json'), 'utf8'));
}

function scoredFrom(set: SetName, rows: number): number {
  if (set !== 'nab') return Math.floor(HISTORY_SHARE[set] * rows);
  return Math.floor(PROBATION_SHARE * Math.min(rows, PROBATION_MOST_OF_ROWS));
}

interface Columns {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly labels: Uint8Array;
}

function readColumns(file: string): Columns {
  const rows = readLines(file)
    .slice(1)
    .map((line) => line.split(','));
  return {
    timestamps: Float64Array.from(rows, ([time = '']) => parseTimestamp(time)),
    values: Float64Array.from(rows, ([, value = '']) => (value === '' ? Number.NaN : +value)),
    labels: Uint8Array.from(rows, ([, , label]) => (label === '1' ? 1 : 0)),
  };
}

function readLines(file: string): string[] {
  if (!existsSync(file)) throw new Error(`no ${file}`);
  return gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split(/\r?\n/);
}

/** Runs of marked rows. */
function labelledRuns(labels: Uint8Array): Span[] {
  const runs: Span[] = [];
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== 1) continue;
    const first = row;
    while (labels[row + 1] === 1) row += 1;
    runs.push([first, row]);
  }
  return runs;
}

function readWindows(): Readonly<Record<string, readonly (readonly [string, string])[]>> {
  return JSON.parse(readFileSync(join(DATA, 'nab', 'labels', 'combined_windows.json'), 'utf8'));
}

/** A window begins and ends on a timestamp of its file. */
function rowsOf(window: readonly [string, string], timestamps: Float64Array, path: string): Span {
  const [first, last] = window.map((time) => timestamps.indexOf(parseTimestamp(time.slice(0, 19))));
  if (first === undefined || last === undefined || first < 0 || last < first) {
    throw new Error(`${path}: the window ${window.join(' to ')} is not in it`);
  }
  return [first, last];
}
