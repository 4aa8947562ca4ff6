/**
 * Why a sample has the score that it has: the numbers that decided, as plain data in the unit of the metric. What is
 * unknown is NaN, and a limit that is not there is infinite. `kind` is the type of the detector.
 */
export type Explanation =
  | AdaptiveExplanation
  | StaticThresholdExplanation
  | ZScoreExplanation
  | InterquartileRangeExplanation
  | IsolationForestExplanation
  | IsolationForestViewsExplanation
  | ClosedFormForestExplanation
  | AutoencoderExplanation;

/** One of the forecasts that together say what is expected. */
export interface ForecastAccount {
  readonly name: string;
  /** What it expected. */
  readonly expected: number;
  /** By how much the sample was more. */
  readonly error: number;
  /**
   * How far off it usually is (standard deviation of its errors), and how far at this time of day; neither less than
   * what counts as noise. NaN where it has not been measured yet.
   */
  readonly usualError: number;
  readonly usualErrorNow: number;
  /** The error in usual errors of this time of day. */
  readonly deviations: number;
  /** How much it has to say, of 1: the inverse of its usual error. 0 where it says nothing. */
  readonly weight: number;
}

/** One way to look at the series, measured by how far from usual it has been in all its past. */
export interface ViewAccount {
  readonly name: string;
  /**
   * The time that it is a mean over, and that of what it is held against, ms; 0 for a single value, NaN where it is not
   * held against a stretch of time.
   */
  readonly spanMs: number;
  readonly againstMs: number;
  /** What it saw, what is usual, and how far apart they are; of the departure, in deviations. */
  readonly saw: number;
  readonly usual: number;
  readonly distance: number;
  /** The distance that two in a thousand of its past have exceeded; NaN while too little is known. */
  readonly yardstick: number;
  /** What counts as noise: no yardstick is less. */
  readonly least: number;
  /** The distance in yardsticks. */
  readonly times: number;
  /** What it counts for beside the others; and its share of what they come to together, of 1. */
  readonly weight: number;
  readonly share: number;
}

export interface AdaptiveExplanation {
  readonly kind: 'adaptive';
  /** Of a counter everything here is about its growth per period. */
  readonly isCounter: boolean;
  /** The value, held to what is believed: at most three ranges beyond what was ever seen. */
  readonly believed: number;
  readonly expected: number;
  readonly forecasts: readonly ForecastAccount[];
  /** How far off the forecasts were: the mean of their deviations, in which the best have the say. */
  readonly departure: {
    readonly deviations: number;
    /** Earlier peaks that came near to it, and what is left of the deviations after they have been considered. */
    readonly nearMisses: number;
    readonly discounted: number;
    /** score = days x discounted ^ exponent */
    readonly days: number;
    readonly exponent: number;
  };
  readonly views: readonly ViewAccount[];
  /** The views together: the root of their weighted squares, in yardsticks. */
  readonly together: number;
  /** How strong it was at this time of day on the second strongest of the last seven days; what is left after that. */
  readonly habit: number;
  readonly afterHabit: number;
  /** Earlier episodes that were about as strong, whatever the time; what is left after that. */
  readonly episodes: number;
  readonly strength: number;
  /** A strength of 1 is exceeded once in so many days: rarity = days x strength ^ exponent. */
  readonly yardstick: { readonly days: number; readonly exponent: number };
  /** Both in days. */
  readonly score: number;
  readonly rarity: number;
}

interface Scored {
  readonly score: number;
  readonly threshold: number;
}

export interface StaticThresholdExplanation extends Scored {
  readonly kind: 'static-threshold';
  readonly above: number;
  readonly below: number;
}

export interface ZScoreExplanation extends Scored {
  readonly kind: 'z-score';
  /** Samples of the window. */
  readonly samples: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

export interface InterquartileRangeExplanation extends Scored {
  readonly kind: 'interquartile-range';
  readonly samples: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  /** What is beyond them is flagged. */
  readonly lowerFence: number;
  readonly upperFence: number;
}

export interface IsolationForestExplanation extends Scored {
  readonly kind: 'isolation-forest';
  /** Samples of the window, with the one judged. */
  readonly samples: number;
  readonly contamination: number;
  /** The forest's own score, in (0, 1), and the one that the quota of the window begins with. */
  readonly isolation: number;
  readonly quotaFrom: number;
}

export interface IsolationForestViewsExplanation extends Scored {
  readonly kind: 'isolation-forest-views';
  /** Rows that the forest was grown on. */
  readonly samples: number;
  readonly contamination: number;
  readonly isolation: number;
  readonly quotaFrom: number;
  /** How far from usual each view is; 0 where that is not more than noise. */
  readonly views: readonly { readonly name: string; readonly distance: number }[];
}

export interface ClosedFormForestExplanation extends Scored {
  readonly kind: 'closed-form-forest';
  readonly samples: number;
  /** Splits until the value is alone, in the mean; and of a sample among as many ordinary ones. */
  readonly depth: number;
  readonly ordinaryDepth: number;
  /** What lies beyond the outermost sample of the window on either side is new. */
  readonly least: number;
  readonly most: number;
}

export interface AutoencoderExplanation extends Scored {
  readonly kind: 'autoencoder';
  /** What the network made of the samples before. */
  readonly restored: number;
  /** The unit that the network reckons in, and the error, in that, which one in a hundred of its training exceeded. */
  readonly unit: number;
  readonly trainingError: number;
}
