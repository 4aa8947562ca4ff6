import {
  ALERT_POLICY_DEFAULTS,
  type AlertPolicy,
  DETECTOR_TYPES,
  type DetectorSpec,
} from '@plumbline/core';
import type { LabelledSeries } from './corpus.ts';

/** A detector as it is measured: one rule for all series, with nothing chosen by hand for any. */
export interface Contender {
  readonly name: string;
  specFor(series: LabelledSeries): DetectorSpec;
  readonly policy: AlertPolicy;
  /**
   * What it remembers, ms, where that is all that its scores depend on: history older than twice that is
   * not gone through, because it changes nothing.
   */
  readonly remembersMs?: number;
}

/** The types that are the default where they exist, the first of them. */
const DEFAULTS: readonly string[] = ['adaptive', 'z-score'];

const TYPES: readonly string[] = DETECTOR_TYPES;

/** The detector whose figures must not get worse: that of a configuration that names none. */
export const DEFAULT_DETECTOR = DEFAULTS.find((type) => TYPES.includes(type))!;

const WEEK_MS = 7 * 24 * 3_600_000;

/** Every type of detector that core knows, at its defaults; the default detector comes first. */
export function allContenders(): readonly Contender[] {
  const types = [DEFAULT_DETECTOR, ...TYPES.filter((type) => type !== DEFAULT_DETECTOR)];
  return types.map((name) => ({
    name,
    policy: ALERT_POLICY_DEFAULTS,
    ...(SETTINGS[name] ?? ofAWeek(name)),
  }));
}

type Setting = Pick<Contender, 'specFor' | 'remembersMs'>;

/** How the types are set that are not given a week of samples, or need nothing that is older. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  adaptive: ofItsPeriod('adaptive'),
  'static-threshold': {
    specFor: (series) => ({ type: 'static-threshold', above: mostOfRange(series) }),
  },
  'z-score': { ...ofAWeek('z-score'), remembersMs: WEEK_MS },
  'interquartile-range': { ...ofAWeek('interquartile-range'), remembersMs: WEEK_MS },
  'isolation-forest': { ...ofAWeek('isolation-forest'), remembersMs: WEEK_MS },
  'closed-form-forest': { ...ofAWeek('closed-form-forest'), remembersMs: WEEK_MS },
};

/** What a configuration gives a detector where it says nothing: the period, and a week of samples. */
function ofAWeek(type: string): Setting {
  return {
    specFor(series) {
      const periodMs = periodOf(series);
      return { type, periodMs, windowSamples: Math.floor(WEEK_MS / periodMs) } as DetectorSpec;
    },
  };
}

function ofItsPeriod(type: string): Setting {
  return { specFor: (series) => ({ type, periodMs: periodOf(series) }) as DetectorSpec };
}

/** Steps from which the time between two samples is told. */
const STEPS_LOOKED_AT = 100;

/** The time between two samples, ms: the median of the first steps, so that nothing to come is known. */
export function periodOf({ timestamps }: Pick<LabelledSeries, 'timestamps'>): number {
  const steps: number[] = [];
  for (let row = 1; row < timestamps.length && steps.length < STEPS_LOOKED_AT; row++) {
    const step = timestamps[row]! - timestamps[row - 1]!;
    if (step > 0) steps.push(step);
  }
  steps.sort((a, b) => a - b);
  const median = steps[(steps.length - 1) >>> 1];
  if (median === undefined) throw new RangeError('expected two rows with different timestamps');
  return median;
}

const FIRST_SHARE = 0.15;
const LIMIT_SHARE = 0.8;

/**
 * The article's "CPU > 80 %" for any metric: 80 % of the range of the first 15 % of the series. No limit
 * fits all metrics, and one taken from the whole series would know what is to come.
 */
function mostOfRange({ values }: LabelledSeries): number {
  const first = values.subarray(0, Math.ceil(FIRST_SHARE * values.length)).filter(Number.isFinite);
  const [low, high] = [Math.min(...first), Math.max(...first)];
  return low + LIMIT_SHARE * (high - low);
}
