import type { SeriesDecision } from '../pipeline/stage.ts';
import type { BacktestSeries } from './backtest.ts';

/** What was seen of one series, sample by sample; the arrays are parallel. */
export interface SeriesTrace extends BacktestSeries {
  /** ms since the epoch, ascending. */
  readonly timestamps: Float64Array;
  /** In the unit of the metric. */
  readonly values: Float64Array;
  /** As it was expected before it was learned; NaN without an opinion, +-Infinity on a side that is not watched. */
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Room for so many samples at first. */
const ROOM = 512;

/** Writes down what was concluded on each sample of a series. */
export function createTrace(series: BacktestSeries): {
  add(decided: SeriesDecision): void;
  finished(): SeriesTrace;
} {
  const rows = Array.from({ length: 5 }, () => new Float64Array(ROOM));
  let count = 0;
  return {
    add({ verdict: { timestamp, value, expectation } }) {
      if (count === rows[0]!.length) {
        rows.forEach((row, i) => {
          rows[i] = new Float64Array(2 * row.length);
          rows[i]!.set(row);
        });
      }
      const { expected, lower, upper } = expectation;
      [timestamp, value, expected, lower, upper].forEach((number, i) => {
        rows[i]![count] = number;
      });
      count += 1;
    },
    finished() {
      const [timestamps, values, expected, lower, upper] = rows.map((row) =>
        row.slice(0, count),
      ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
      return { ...series, timestamps, values, expected, lower, upper };
    },
  };
}
