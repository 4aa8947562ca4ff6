import { createAdaptive, type Detector } from '@plumbline/core';
import { periodOf } from '../contenders.ts';
import type { LabelledSeries } from '../corpus.ts';
import { YARDSTICKS } from '../yardsticks.ts';
import { dailyShapes, holtWinters, localPolynomial, spectralResidual } from './forecasters.ts';
import { type PartScores, partScores } from './rooms.ts';

/** Something that was tried: a score for each row, higher is more anomalous. */
export interface Idea {
  readonly name: string;
  scoresOf(series: LabelledSeries): Float64Array;
}

const WEEK_MS = 7 * 24 * 3_600_000;
const FLOOR_SHARE = 0.01;
const FIRST_ERRORS = 20;

/** In the order of the table: other kinds, the way to the score, the way to the rarity, and both in one. */
export const IDEAS: readonly Idea[] = [
  { name: 'the value against the week', scoresOf: YARDSTICKS['z of the level']! },
  { name: 'its change', scoresOf: YARDSTICKS['z of the change']! },
  { name: 'spectral residual (Ren et al. 2019)', scoresOf: spectralResidual },
  { name: 'local polynomial of degree 2', scoresOf: errorOf(localPolynomial) },
  { name: 'exponential smoothing, daily season', scoresOf: errorOf(holtWinters) },
  { name: 'daily shapes, ridge regression', scoresOf: errorOf(dailyShapes) },
  { name: 'six forecasts, surprises weighted', scoresOf: part('surprise') },
  { name: '**score**: + less after near misses', scoresOf: (series) => shipped(series).score },
  {
    name: 'score against its own 99 % quantile',
    scoresOf: (series) => againstOwnTop(shipped(series).score),
  },
  { name: 'six views against their own tails', scoresOf: part('views') },
  { name: '+ less for what is routine', scoresOf: part('afterRoutine') },
  { name: '+ less for the n-th of its kind', scoresOf: part('afterRecurrence') },
  { name: '**rarity**: + the departure by half', scoresOf: (series) => shipped(series).rarity },
  { name: 'score and rarity added up', scoresOf: together((score, rarity) => score + rarity) },
  { name: 'score and rarity multiplied', scoresOf: together((score, rarity) => score * rarity) },
];

function part(name: keyof PartScores): Idea['scoresOf'] {
  return (series) => partScores(series)[name];
}

/** The error of a forecast in its root mean square over the trailing week, for no less than 1 % of the range. */
function errorOf(forecast: (series: LabelledSeries) => Float64Array): Idea['scoresOf'] {
  return (series) => {
    const rows = Math.floor(WEEK_MS / periodOf(series));
    const forecasts = forecast(series);
    const squares = series.values.map((value, row) => (value - forecasts[row]!) ** 2);
    let [sum, count, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    return series.values.map((value, row) => {
      const deviation = Math.max(Math.sqrt(Math.max(0, sum / count)), FLOOR_SHARE * (high - low));
      const score =
        count < FIRST_ERRORS || !(high > low) ? 0 : Math.sqrt(squares[row]!) / deviation;
      const leaving = squares[row - rows] ?? Number.NaN;
      if (!Number.isNaN(squares[row])) [sum, count] = [sum + squares[row]!, count + 1];
      if (!Number.isNaN(leaving)) [sum, count] = [sum - leaving, count - 1];
      if (!Number.isNaN(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
      return score;
    });
  };
}

interface Shipped {
  /** Score and rarity as roots, so that neither drowns the other. */
  readonly score: Float64Array;
  readonly rarity: Float64Array;
}

const known = new WeakMap<LabelledSeries, Shipped>();

/** The detector itself. Of return periods the sixth and the third root: what its tails are taken for. */
function shipped(series: LabelledSeries): Shipped {
  let scores = known.get(series);
  if (scores === undefined) {
    const detector = createAdaptive({ periodMs: periodOf(series) });
    const { values } = series;
    scores = { score: new Float64Array(values.length), rarity: new Float64Array(values.length) };
    for (let row = 0; row < values.length; row++) {
      const [score, rarity] = judged(detector, series.timestamps[row]!, values[row]!);
      scores.score[row] = score ** (1 / 6);
      scores.rarity[row] = Math.cbrt(rarity);
    }
    known.set(series, scores);
  }
  return scores;
}

function judged(detector: Detector, timestamp: number, value: number): [number, number] {
  const score = detector.score(timestamp, value) || 0;
  const rarity = detector.rarity?.(timestamp, value) || 0;
  detector.learn(timestamp, value);
  return [score, rarity];
}

function together(both: (score: number, rarity: number) => number): Idea['scoresOf'] {
  return (series) => {
    const { score, rarity } = shipped(series);
    return score.map((each, row) => both(each, rarity[row]!));
  };
}

/** Against the value that one in a hundred of the rows before has exceeded; for no less than 1. */
function againstOwnTop(scores: Float64Array): Float64Array {
  const ascending: number[] = [];
  return scores.map((score) => {
    const top = ascending[Math.floor(0.99 * ascending.length)] ?? 1;
    const place = lowerBound(ascending, score);
    ascending.splice(place, 0, score);
    return score / Math.max(1, top);
  });
}

function lowerBound(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
