import { checkOption } from '../../errors.ts';
import type { Detector, NoOpinion } from '../detector.ts';
import { WINDOW_DEFAULTS } from '../window-options.ts';
import { createArena } from './arena.ts';
import { type Calendar, createCalendar } from './calendar.ts';
import { createCounter } from './counter.ts';
import { type Assessment, createModel } from './model.ts';
import { createMoments } from './moments.ts';

const DAY_MS = 24 * 3_600_000;
const FEWEST_WARMUP_SAMPLES = 24;
/** Rarer than once in four weeks by the bulk of the past: what is called far off. */
const FAR_OFF_DAYS = 28;

export interface AdaptiveOptions {
  /** Time between two samples, ms; from 10 seconds to a day. */
  readonly periodMs?: number;
  /** Whose days and weeks the metric follows, as an IANA name. */
  readonly timeZone?: string;
  /** Samples learned before the first opinion; an integer >= 24. Those of a day unless told. */
  readonly warmupSamples?: number;
}

export const ADAPTIVE_DEFAULTS = { periodMs: WINDOW_DEFAULTS.periodMs, timeZone: 'UTC' } as const;

/**
 * Learns what is normal for a metric from several forecasts and views of it, and says how rare a sample is. The
 * default: it takes no tuning for a metric.
 *
 * The score is a return period in days: a departure as large as this is expected once in so many days, judged
 * by the bulk of the past. The rarity, which alerts follow, is one too, judged by the extremes and habits of
 * this metric: what has been like it, at this time of day, and how often. Both are >= 0 and unbounded.
 *
 * No opinion: a missing sample; fewer than `warmupSamples`; nothing has varied yet; or no forecast reaches,
 * after a gap of more than a week. A series that only grows is taken for a counter and judged by its pace,
 * with a warm-up of its own. O(slots of a week) time for the first sample of a slot; 15 KB at a period of
 * five minutes, whatever the history.
 *
 * @throws {InvalidOptionError} an option is outside its range
 * @see docs/decisions/0011-adaptive-detector.md, docs/detection.md
 */
export function createAdaptive(options: AdaptiveOptions = {}, snapshot?: Float64Array): Detector {
  const { periodMs, timeZone } = { ...ADAPTIVE_DEFAULTS, ...options };
  checkOption(periodMs > 0 && Number.isFinite(periodMs), 'periodMs', '> 0', periodMs);
  const daySamples = Math.round(DAY_MS / periodMs);
  const { warmupSamples = Math.max(FEWEST_WARMUP_SAMPLES, daySamples) } = options;
  checkOption(
    Number.isInteger(warmupSamples) && warmupSamples >= FEWEST_WARMUP_SAMPLES,
    'warmupSamples',
    `an integer >= ${FEWEST_WARMUP_SAMPLES}`,
    warmupSamples,
  );
  const calendar = createCalendar(periodMs, timeZone);

  let part = furnish({ periodMs, daySamples, calendar });
  if (snapshot !== undefined && snapshot.length > 0) part.arena.restore(snapshot);

  const assess = (timestamp: number, value: number): Assessment =>
    part.model.assess(timestamp, part.counter.modelled(timestamp, value));
  const noOpinion = (timestamp: number, value: number): NoOpinion | undefined => {
    if (!Number.isFinite(value)) return 'missing-sample';
    if (part.model.samples < warmupSamples) return 'warming-up';
    if (!part.model.hasYardstick()) return 'no-spread';
    return Number.isNaN(assess(timestamp, value).score) ? 'warming-up' : undefined;
  };
  const whereKnown = (timestamp: number, value: number, what: keyof Assessment): number =>
    noOpinion(timestamp, value) === undefined ? assess(timestamp, value)[what] : Number.NaN;

  return {
    threshold: FAR_OFF_DAYS,
    noOpinion,
    score: (timestamp, value) => whereKnown(timestamp, value, 'score'),
    rarity: (timestamp, value) => whereKnown(timestamp, value, 'rarity'),
    explain(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return undefined;
      const { counter, model } = part;
      const isCounter = counter.isOne();
      return {
        kind: 'adaptive',
        isCounter,
        ...model.explain(timestamp, counter.modelled(timestamp, value)),
      };
    },
    readyAt(timestamp) {
      const missing = warmupSamples - part.model.samples;
      return missing > 0 ? timestamp + missing * periodMs : undefined;
    },
    learn(timestamp, value, days = 1) {
      if (!Number.isFinite(value) || !part.moments.isNew(timestamp)) return;
      const modelled = part.counter.modelled(timestamp, value);
      if (part.counter.learn(timestamp, value)) {
        // What was learned was of another kind: values, and now growth, or the other way round.
        const { counter, moments } = part;
        part = furnish({ periodMs, daySamples, calendar });
        part.counter.takeOver(counter);
        part.moments.takeOver(moments);
      } else if (!Number.isNaN(modelled)) {
        part.model.learn(timestamp, modelled, days);
      }
      part.moments.learn(timestamp, value);
    },
    expect(timestamp) {
      const { counter, model, moments } = part;
      const ready = model.samples >= warmupSamples && model.hasYardstick();
      const normal = model.normal(timestamp, FAR_OFF_DAYS);
      const inUnit = (modelled: number): number => counter.unmodelled(timestamp, modelled);
      return {
        expected: inUnit(normal.expected),
        lower: ready ? inUnit(normal.lower) : Number.NaN,
        upper: ready ? inUnit(normal.upper) : Number.NaN,
        mean: moments.mean(),
        standardDeviation: moments.standardDeviation(),
      };
    },
    snapshot: () => part.arena.snapshot(),
  };
}

interface Setting {
  readonly periodMs: number;
  readonly daySamples: number;
  readonly calendar: Calendar;
}

/** All that is remembered of one series. */
function furnish({ periodMs, daySamples, calendar }: Setting) {
  const arena = createArena();
  return {
    arena,
    counter: createCounter(arena, { periodMs, daySamples }),
    moments: createMoments(arena, 7 * daySamples),
    model: createModel(arena, calendar, periodMs),
  };
}
