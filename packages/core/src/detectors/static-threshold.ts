import { checkOption } from '../errors.ts';
import type { Detector } from './detector.ts';

export interface StaticThresholdOptions {
  /** Values above this are flagged; in the unit of the metric. */
  readonly above?: number | undefined;
  /** Values below this are flagged; in the unit of the metric. */
  readonly below?: number | undefined;
}

/**
 * Fixed limits, level 1 of the maturity model: what an alarm without learning does.
 *
 * The score is the distance beyond the nearer limit, in the unit of the metric, >= 0; above 0 is
 * flagged. A missing sample is no opinion. It learns nothing and works badly wherever normal
 * changes with the hour. O(1) time and memory.
 *
 * @throws {InvalidOptionError} no limit is given, or they leave no value between them
 */
export function createStaticThreshold(options: StaticThresholdOptions): Detector {
  const { above = Number.POSITIVE_INFINITY, below = Number.NEGATIVE_INFINITY } = options;
  checkOption(
    Number.isFinite(above) || Number.isFinite(below),
    'above or below',
    'given as a finite number',
    `above ${options.above}, below ${options.below}`,
  );
  checkOption(below <= above, 'below', `at most above (${above})`, below);

  const score = (_timestamp: number, value: number): number =>
    Number.isFinite(value) ? Math.max(value - above, below - value, 0) : Number.NaN;

  return {
    threshold: 0,
    score,
    explain(timestamp, value) {
      if (!Number.isFinite(value)) return undefined;
      return {
        kind: 'static-threshold',
        above,
        below,
        score: score(timestamp, value),
        threshold: 0,
      };
    },
    noOpinion: (_timestamp, value) => (Number.isFinite(value) ? undefined : 'missing-sample'),
    learn() {},
    expect: () => ({
      expected: Number.NaN,
      lower: below,
      upper: above,
      mean: Number.NaN,
      standardDeviation: Number.NaN,
    }),
    snapshot: () => new Float64Array(0),
  };
}
