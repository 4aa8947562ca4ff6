import { periodOf } from '../contenders.ts';
import type { LabelledSeries } from '../corpus.ts';

/**
 * Detectors of other kinds, as simple as they come: what they forecast for each row from the rows before it.
 * NaN where they have nothing to say.
 */

const DAY_MS = 24 * 3_600_000;

/** A polynomial of degree 2 through the last eight rows, least squares, one step on (POLY of TSB-AD). */
export function localPolynomial({ values }: LabelledSeries): Float64Array {
  const rows = 8;
  const powers = Array.from({ length: rows }, (_, i) => [1, i - rows, (i - rows) ** 2]);
  // The value at 0 of the fit is the same weighted sum of the last rows everywhere.
  const inverse = [0, 1, 2].map((unit) =>
    solve(
      [0, 1, 2].map((p) => [0, 1, 2].map((q) => sum(powers.map((row) => row[p]! * row[q]!)))),
      [0, 1, 2].map((p) => (p === unit ? 1 : 0)),
    ),
  );
  const weights = powers.map((row) => sum(row.map((power, p) => inverse[p]![0]! * power)));
  return values.map((_, row) => {
    if (row < rows) return Number.NaN;
    return sum(weights.map((weight, i) => weight * values[row - rows + i]!));
  });
}

/** Additive exponential smoothing with a season of a day, both rates 0.3 (Holt 1957, Winters 1960). */
export function holtWinters(series: LabelledSeries): Float64Array {
  const rate = 0.3;
  const season = new Float64Array(rowsOfDay(series));
  let level = series.values[0] ?? Number.NaN;
  return series.values.map((value, row) => {
    const place = row % season.length;
    const forecast = row === 0 ? Number.NaN : level + season[place]!;
    if (!Number.isNaN(value)) {
      level += rate * (value - season[place]! - level);
      season[place]! += rate * (value - level - season[place]!);
    }
    return forecast;
  });
}

/**
 * The shape of the last 24 rows as a combination of the same rows on up to seven days before, ridge
 * regression towards their mean, one step on: a subspace of daily shapes.
 */
export function dailyShapes(series: LabelledSeries): Float64Array {
  const { values } = series;
  const day = rowsOfDay(series);
  const rows = 24;
  return values.map((_, row) => {
    const days = [1, 2, 3, 4, 5, 6, 7].map((ago) => row - ago * day).filter((at) => at >= rows);
    if (days.length < 2 || day < 4) return Number.NaN;
    const recent = values.subarray(row - rows, row);
    const mean = sum(recent) / rows;
    const spread = sum(recent.map((value) => (value - mean) ** 2)) || 1e-9;
    const shape = (back: number): number[] => days.map((at) => values[at - back]! - mean);
    const matrix = days.map((_, p) => days.map((_, q) => (p === q ? spread : 0)));
    const right = days.map(() => spread / days.length);
    for (let back = 1; back <= rows; back++) {
      const row0 = shape(back);
      const target = values[row - back]! - mean;
      for (let p = 0; p < days.length; p++) {
        right[p]! += row0[p]! * target;
        for (let q = 0; q < days.length; q++) matrix[p]![q]! += row0[p]! * row0[q]!;
      }
    }
    const weights = solve(matrix, right);
    return mean + sum(shape(0).map((value, i) => value * weights[i]!));
  });
}

/**
 * Saliency of the last of 64 rows against that of the 21 before it: what is left of a spectrum without its
 * own average (Ren et al. 2019, "Time-Series Anomaly Detection Service at Microsoft"). A score, not a forecast.
 */
export function spectralResidual({ values }: LabelledSeries): Float64Array {
  const size = 64;
  const extrapolated = 5;
  const known = size - extrapolated;
  return values.map((_, row) => {
    if (row < known) return 0;
    const re = new Float64Array(size);
    const im = new Float64Array(size);
    re.set(values.subarray(row - known + 1, row + 1));
    for (let i = 0; i < known; i++) if (Number.isNaN(re[i])) re[i] = i === 0 ? 0 : re[i - 1]!;
    const gradients = [1, 2, 3, 4, 5].map(
      (back) => (re[known - 1]! - re[known - 1 - back]!) / back,
    );
    re.fill(re[known - 5]! + sum(gradients), known);
    transform(re, im);
    const logs = re.map((real, i) => Math.log(Math.hypot(real, im[i]!) || 1e-12));
    for (let i = 0; i < size; i++) {
      const near = logs.subarray(Math.max(0, i - 1), i + 2);
      const factor = Math.exp(-sum(near) / near.length);
      re[i]! *= factor;
      im[i]! *= -factor; // conjugate: the transform of it is the inverse
    }
    transform(re, im);
    const saliency = re.map((real, i) => Math.hypot(real, im[i]!) / size);
    const before = sum(saliency.subarray(known - 22, known - 1)) / 21;
    return Math.max(0, (saliency[known - 1]! - before) / (before || 1e-12));
  });
}

function rowsOfDay(series: LabelledSeries): number {
  return Math.max(1, Math.round(DAY_MS / periodOf(series)));
}

function sum(numbers: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < numbers.length; i++) total += numbers[i]!;
  return total;
}

/** Gaussian elimination with the largest pivot. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let p = 0; p < rows.length; p++) {
    const largest = rows
      .slice(p)
      .reduce((best, row) => (Math.abs(row[p]!) > Math.abs(best[p]!) ? row : best));
    rows.splice(rows.indexOf(largest), 1);
    rows.splice(p, 0, largest);
    for (let q = 0; q < rows.length; q++) {
      const factor = q === p ? 0 : rows[q]![p]! / (largest[p]! || 1e-12);
      rows[q] = rows[q]!.map((value, i) => value - factor * largest[i]!);
    }
  }
  return rows.map((row, p) => row.at(-1)! / (row[p]! || 1e-12));
}

/** Fourier transform in place, for a power of two (Cooley and Tukey 1965). */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let length = 2; length <= size; length <<= 1) {
    for (let start = 0; start < size; start += length) {
      for (let k = 0; k < length / 2; k++) {
        const angle = (-2 * Math.PI * k) / length;
        const [upper, lower] = [start + k, start + k + length / 2];
        const real = re[lower]! * Math.cos(angle) - im[lower]! * Math.sin(angle);
        const imaginary = re[lower]! * Math.sin(angle) + im[lower]! * Math.cos(angle);
        re[lower] = re[upper]! - real;
        im[lower] = im[upper]! - imaginary;
        re[upper]! += real;
        im[upper]! += imaginary;
      }
    }
  }
}
