import type { LabelledSeries, Span } from '../corpus.ts';
import type { SeriesRun } from '../score-series.ts';

export const HOUR = 3_600_000;

/** A series of an hour a row, with nothing in it but what is marked. */
export function seriesOf(
  rows: number,
  spans: readonly Span[],
  named: Partial<Pick<LabelledSeries, 'set' | 'category' | 'name' | 'values'>> = {},
): LabelledSeries {
  return {
    set: 'nab',
    category: 'realAWSCloudwatch',
    name: 'made up',
    timestamps: Float64Array.from({ length: rows }, (_, row) => row * HOUR),
    values: new Float64Array(rows),
    spans,
    scoredFrom: 10,
    ...named,
  };
}

/** What a detector might have made of it; silent unless told. */
export function runOf(rows: number, run: Partial<SeriesRun> = {}): SeriesRun {
  return {
    scores: new Float64Array(rows),
    signals: new Float64Array(rows),
    pages: [],
    alerts: run.pages ?? [],
    ...run,
  };
}

/** Scores in [0, 1) that mean nothing, the same each time. */
export function noise(rows: number, seed: number): Float64Array {
  return Float64Array.from(
    { length: rows },
    (_, row) => Math.abs(Math.sin((row + seed * 7919) * 12.9898) * 43758.5453) % 1,
  );
}
