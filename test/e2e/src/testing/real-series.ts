import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCsv } from '@plumbline/core/files';
import type { MetricSamples } from '@plumbline/harness';

const DATA = resolve(import.meta.dirname, '../../../../examples/local-run/data');
const WEEK_MS = 7 * 24 * 3_600_000;

/** Five minutes: what lies between two rows of these files. */
export const PERIOD_MS = 300_000;

export interface RealSeriesOptions {
  readonly file: string;
  /** A row of the file, and the time that it is moved to; the others move with it. */
  readonly moment: string;
  readonly becomesMs: number;
  /** Rows after it. */
  readonly rowsAfter: number;
}

/** A week of a real series before one of its rows, and what came after, moved in time. */
export function realSeries({
  file,
  moment,
  becomesMs,
  rowsAfter,
}: RealSeriesOptions): Pick<MetricSamples, 'timestamps' | 'values' | 'counts'> {
  const { samples } = parseCsv(readFileSync(resolve(DATA, file), 'utf8'));
  const momentMs = Date.parse(moment);
  const first = momentMs - WEEK_MS;
  const last = momentMs + rowsAfter * PERIOD_MS;
  const rows = Array.from(samples.timestamps, (timestamp, i) => ({ timestamp, i })).filter(
    ({ timestamp }) => timestamp >= first && timestamp <= last,
  );
  return {
    timestamps: rows.map(({ timestamp }) => timestamp - momentMs + becomesMs),
    values: rows.map(({ i }) => samples.values[i]!),
    counts: rows.map(() => 1),
  };
}
