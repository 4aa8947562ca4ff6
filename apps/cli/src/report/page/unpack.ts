import { inflateSync } from 'fflate';
import type { ChartSamples } from '../sample-codec.ts';
import { decodeSamples } from '../sample-codec.ts';

/** Samples as the chart draws them: NaN where there is none, a row of them in each gap. */
export type Columns = ChartSamples;

/** A sample that comes later than so many steps leaves a gap before it. */
const GAP_STEPS = 1.5;

/** What was packed into the page, with its gaps laid open. */
export function unpack(packed: string, periodMs: number): Columns {
  const bytes = Uint8Array.from(atob(packed.trim()), (character) => character.charCodeAt(0));
  // Not by DecompressionStream, which would wait until the browser has read the rest of the page.
  return withGaps(decodeSamples(inflateSync(bytes)), periodMs);
}

export function withGaps(samples: ChartSamples, periodMs: number): Columns {
  const { timestamps } = samples;
  const stepMs = usualStep(timestamps, periodMs);
  const rows: number[] = []; // the row of the samples, or -1 for a gap
  for (let i = 0; i < timestamps.length; i++) {
    const isLate = i > 0 && timestamps[i]! - timestamps[i - 1]! > GAP_STEPS * stepMs;
    if (isLate) rows.push(-1);
    rows.push(i);
  }
  if (rows.length === timestamps.length) return samples;
  const column = (of: Float64Array): Float64Array =>
    Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : of[row]!));
  return {
    timestamps: Float64Array.from(rows, (row, i) =>
      row < 0 ? timestamps[rows[i - 1]!]! + stepMs : timestamps[row]!,
    ),
    values: column(samples.values),
    expected: column(samples.expected),
    lower: column(samples.lower),
    upper: column(samples.upper),
  };
}

/** The period, or what is usual where samples come more seldom: a line joins those of every hour too. */
function usualStep(timestamps: Float64Array, periodMs: number): number {
  if (timestamps.length < 2) return periodMs;
  const steps = timestamps.subarray(1).map((timestamp, i) => timestamp - timestamps[i]!);
  return Math.max(periodMs, steps.sort()[steps.length >> 1]!);
}
