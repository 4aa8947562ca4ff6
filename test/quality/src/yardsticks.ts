import { periodOf } from './contenders.ts';
import type { LabelledSeries } from './corpus.ts';

/**
 * Rules of a few lines, measured beside the detectors: what is no better than they are has not earned
 * its code. Each gives the distance from the mean of the trailing week in its standard deviations, which
 * is taken for no less than 1 % of the range seen so far.
 */
export const YARDSTICKS: Readonly<Record<string, (series: LabelledSeries) => Float64Array>> = {
  'z of the level': (series) => trailingZ(series.values, series),
  'z of the change': (series) => trailingZ(changesOf(series.values), series),
};

const WEEK_MS = 7 * 24 * 3_600_000;
const FLOOR_SHARE = 0.01;
/** Rows before there is an opinion. */
const WARMUP_ROWS = 100;

function changesOf(values: Float64Array): Float64Array {
  return values.map((value, row) => (row === 0 ? 0 : value - values[row - 1]!));
}

function trailingZ(values: Float64Array, series: LabelledSeries): Float64Array {
  const rows = Math.floor(WEEK_MS / periodOf(series));
  const [origin = 0] = values; // sums of what is far from zero would lose digits
  let [sum, squares, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return values.map((value, row) => {
    const count = Math.min(row, rows);
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(squares / count - mean * mean, 0));
    const floor = FLOOR_SHARE * (high - low);
    const distance = Math.abs(value - origin - mean);

    const leaving = row < rows ? 0 : values[row - rows]! - origin;
    sum += value - origin - leaving;
    squares += (value - origin) ** 2 - leaving ** 2;
    low = Math.min(low, value);
    high = Math.max(high, value);
    return count < WARMUP_ROWS || high === low ? 0 : distance / Math.max(deviation, floor);
  });
}
