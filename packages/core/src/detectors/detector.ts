import type { Explanation } from './explanation.ts';

/** What a detector takes for normal at one moment, in the unit of the metric; NaN where it can't say. */
export interface Expectation {
  /** The value it expects. */
  readonly expected: number;
  /** The values it would not flag, as an interval; +-Infinity on a side it does not watch. */
  readonly lower: number;
  readonly upper: number;
  /** Mean and population standard deviation of the samples it has learned and still remembers. */
  readonly mean: number;
  readonly standardDeviation: number;
}

/** Why a detector gave no score. */
export type NoOpinion =
  /** The sample is missing: NaN or infinite. */
  | 'missing-sample'
  /** Too few samples learned. */
  | 'warming-up'
  /** All that it learned is one value, so it has no yardstick for a departure. */
  | 'no-spread';

/**
 * A streaming detector of one series. It sees samples in ascending order of time and is causal:
 * a score depends on nothing but the options, the samples learned and the sample scored.
 */
export interface Detector {
  /** Scores above this are flagged; constant over the detector's life. */
  readonly threshold: number;
  /**
   * How anomalous a sample is: higher is more so, NaN means "no opinion". Pure: it changes nothing.
   * @param timestamp - ms since the epoch, later than every sample learned
   * @param value - in the unit of the metric
   */
  score(timestamp: number, value: number): number;
  /**
   * How rare a sample is on this metric: once in so many days, judged by all that the metric is known for. Of
   * detectors that can tell; alerts follow it where it is given, and the score elsewhere. NaN where the score
   * is. Pure.
   */
  readonly rarity?: (timestamp: number, value: number) => number;
  /**
   * When there will be an opinion, ms since the epoch, if samples go on coming; undefined once there is. Of
   * detectors that can tell. Pure.
   */
  readonly readyAt?: (timestamp: number) => number | undefined;
  /**
   * The very numbers that `score` and `rarity` of this sample are made of, for people who ask; undefined where there is
   * no opinion. Pure.
   */
  readonly explain?: (timestamp: number, value: number) => Explanation | undefined;
  /** Why `score` is NaN for this sample; undefined where it is not. Pure. */
  noOpinion(timestamp: number, value: number): NoOpinion | undefined;
  /**
   * Takes a sample into the model. One that is missing, or not newer than the last, is ignored.
   * @param days - on how many days, up to this one, it counts as having been so at this time of day, an integer
   * >= 1; 1 unless told. Detectors that do not know the time of day do not heed it.
   */
  learn(timestamp: number, value: number, days?: number): void;
  /** What is normal at a moment after the last sample learned. Pure. */
  expect(timestamp: number): Expectation;
  /** The whole state: a detector made from it with the same options goes on identically. */
  snapshot(): Float64Array;
}

/** Makes a detector of one kind with its options already given: fresh, or from a snapshot. */
export type DetectorFactory = (snapshot?: Float64Array) => Detector;
