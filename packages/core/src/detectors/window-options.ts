import { checkOption } from '../errors.ts';

/** What the detectors that judge a sample by a trailing window have in common. */
export interface WindowOptions {
  /** Samples remembered; an integer >= 2. 2,016 are seven days of 5-minute samples. */
  readonly windowSamples?: number;
  /** Time between two samples, ms; > 0. */
  readonly periodMs?: number;
  /** Samples needed before there is an opinion; an integer in [2, windowSamples]. */
  readonly warmupSamples?: number;
}

/** Seven days of 5-minute samples; fewer than 100 points are no opinion. */
export const WINDOW_DEFAULTS = {
  windowSamples: 2016,
  periodMs: 300_000,
  warmupSamples: 100,
} as const;

/** @throws {InvalidOptionError} the window is shorter than `least`, or the warm-up does not fit into it */
export function checkWindowOptions(
  {
    windowSamples,
    warmupSamples,
  }: Pick<Required<WindowOptions>, 'windowSamples' | 'warmupSamples'>,
  least = 2,
): void {
  checkOption(
    Number.isInteger(windowSamples) && windowSamples >= least,
    'windowSamples',
    `an integer >= ${least}`,
    windowSamples,
  );
  checkOption(
    Number.isInteger(warmupSamples) && warmupSamples >= 2 && warmupSamples <= windowSamples,
    'warmupSamples',
    `an integer in [2, ${windowSamples}]`,
    warmupSamples,
  );
}
