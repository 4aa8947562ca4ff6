import type { AdaptiveExplanation } from '../explanation.ts';
import { forecastAccounts, viewAccounts } from './accounts.ts';
import type { Arena } from './arena.ts';
import type { Calendar } from './calendar.ts';
import { type Combination, combine } from './combination.ts';
import { FORECASTS, forecast } from './forecasts.ts';
import { createHistory } from './history.ts';
import { createNearMisses } from './near-misses.ts';
import { createOwnTail, TAIL_SHARE } from './own-tail.ts';
import { createRecurrence } from './recurrence.ts';
import { createRoutine } from './routine.ts';
import { createSpread } from './spread.ts';
import { createValueScale } from './value-scale.ts';
import { createViews, VIEWS } from './views.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * From deviations to a return period: beyond the bulk the tail is taken for a power law with this exponent, and a
 * departure of four deviations for one in 10,000 samples. How rare it is in truth depends on the metric: the score
 * ranks; how often alerts come, the rarity decides.
 */
const DEPARTURE_EXPONENT = 6;
const DEPARTURE_SAMPLES = 10_000 / 4 ** DEPARTURE_EXPONENT;

/** Of the tail of a view: how fast what exceeds its yardstick by a factor becomes rarer. */
const RARITY_EXPONENT = 3;
/** Exceedances come in clusters of about so many samples: an hour that is odd is one event, not twelve. */
const CLUSTER_SAMPLES = 2.2;
/** A departure below this many deviations is no yardstick for the rarity of others. */
const LEAST_DEPARTURE = 0.35;

/** The departure, which half repeats what the views of the value say, counts for half of one of them. */
const DEPARTURE_WEIGHT = 0.5;

/** What a model says of one sample. */
export interface Assessment {
  /** Return period of such a departure judged by the bulk of the past, days. */
  readonly score: number;
  /** Return period judged by the extremes and the habits of this metric, days. */
  readonly rarity: number;
}

/** What is normal at a moment, in the unit of the values. */
export interface Normal {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Model {
  readonly samples: number;
  /** What the assessment is made of. Pure. */
  explain(timestamp: number, value: number): Omit<AdaptiveExplanation, 'kind' | 'isCounter'>;
  /** Whether the values have varied at all, and any forecast can be measured. */
  hasYardstick(): boolean;
  /** Pure. NaN where no forecast reaches. */
  assess(timestamp: number, value: number): Assessment;
  /** The values whose score is at most this many days. Pure. */
  normal(timestamp: number, days: number): Normal;
  /** @param days - on how many days, up to this one, it counts as having been so; see Detector.learn */
  learn(timestamp: number, value: number, days: number): void;
}

/** Everything that is worked out for one sample, so that learning need not do it again. */
export interface Look {
  readonly timestamp: number;
  readonly units: number;
  readonly slot: number;
  readonly part: number;
  readonly forecasts: Float64Array;
  readonly deviations: number;
  /** Each view, and the departure. */
  readonly seen: Float64Array;
  /** By how much each view exceeds its yardstick, together; less what is routine. */
  readonly strength: number;
  readonly beforeRoutine: number;
  readonly assessment: Assessment;
}

/**
 * The model of one series: forecasts and their spread give the departure of a sample; several views of the
 * series, each measured by its own past, give its rarity. Each is a room of its own; this file furnishes them.
 */
export function createModel(arena: Arena, calendar: Calendar, periodMs: number): Model {
  const weekSamples = Math.max(7, Math.round((7 * DAY_MS) / periodMs));
  const periodDays = periodMs / DAY_MS;

  const scale = createValueScale(arena);
  const history = createHistory(arena, calendar);
  const spread = createSpread(arena, calendar, weekSamples);
  const nearMisses = createNearMisses(arena);
  const views = createViews(arena, { calendar, history, weekSamples });
  const tails = [...VIEWS, 'departure'].map(() => createOwnTail(arena));
  const routine = createRoutine(arena, calendar);
  const recurrence = createRecurrence(arena);
  const [TIMESTAMP, UNITS] = [0, 1] as const;
  const lastSample = arena.doubles(2);
  lastSample.set([Number.NEGATIVE_INFINITY, Number.NaN]);

  const forecastsAt = (slot: number): Float64Array => {
    const forecasts = new Float64Array(FORECASTS.length);
    const last = { timestamp: lastSample[TIMESTAMP]!, units: lastSample[UNITS]! };
    forecast(forecasts, slot, { history, calendar, last });
    return forecasts;
  };
  const combineAt = (timestamp: number, forecasts: Float64Array): Combination =>
    combine(forecasts, spread, { part: calendar.partOf(timestamp), floor: scale.noiseFloor() });

  const leastOf = (i: number): number =>
    i === VIEWS.length ? LEAST_DEPARTURE : scale.noiseFloor(views.slots[i]);
  const weightOf = (i: number): number => (i === VIEWS.length ? DEPARTURE_WEIGHT : 1);

  const look = (timestamp: number, value: number): Look => {
    const units = scale.toUnits(value);
    const slot = calendar.slotOf(timestamp);
    const forecasts = forecastsAt(slot);
    const deviations = combineAt(timestamp, forecasts).deviations(units);
    const departure = nearMisses.discount(deviations);
    const seen = new Float64Array(VIEWS.length + 1);
    views.look(seen, slot, units);
    seen[VIEWS.length] = departure;

    let squares = 0;
    for (let i = 0; i < seen.length; i++) {
      const ratio = seen[i]! / Math.max(tails[i]!.yardstick(), leastOf(i));
      if (!Number.isNaN(ratio)) squares += weightOf(i) * ratio * ratio;
    }
    const beforeRoutine = Math.sqrt(squares);
    const strength = routine.discount(beforeRoutine, timestamp);
    const told = recurrence.discount(strength);
    return {
      timestamp,
      units,
      slot,
      part: calendar.partOf(timestamp),
      forecasts,
      deviations,
      seen,
      strength,
      beforeRoutine,
      assessment: {
        score: periodDays * DEPARTURE_SAMPLES * departure ** DEPARTURE_EXPONENT,
        rarity: periodDays * samplesAtYardstick() * told ** RARITY_EXPONENT,
      },
    };
  };

  /** Once in how many samples the yardsticks are exceeded: no more seldom than the past is long. */
  const samplesAtYardstick = (): number =>
    CLUSTER_SAMPLES * Math.min(1 / TAIL_SHARE, Math.max(1, tails[0]!.values));

  // A sample is judged, decided on and learned: three looks at one and the same thing.
  let latest: { look: Look; value: number } | undefined;
  const lookOnce = (timestamp: number, value: number): Look => {
    if (latest?.look.timestamp !== timestamp || latest.value !== value) {
      latest = { look: look(timestamp, value), value };
    }
    return latest.look;
  };

  return {
    get samples() {
      return scale.count;
    },
    hasYardstick: () => scale.hasSpread() && spread.isReady(),
    assess: (timestamp, value) => lookOnce(timestamp, value).assessment,
    explain(timestamp, value) {
      const its = lookOnce(timestamp, value);
      const { units, slot, deviations, seen, beforeRoutine, strength } = its;
      const combination = combineAt(timestamp, its.forecasts);
      const compared = new Float64Array(2 * VIEWS.length);
      views.compare(compared, slot, units);
      return {
        believed: scale.fromUnits(units),
        expected: scale.fromUnits(combination.expected),
        forecasts: forecastAccounts(its, combination.parts(), scale),
        departure: {
          deviations,
          nearMisses: nearMisses.peaksNear(deviations),
          discounted: seen[VIEWS.length]!,
          days: periodDays * DEPARTURE_SAMPLES,
          exponent: DEPARTURE_EXPONENT,
        },
        views: viewAccounts(its, compared, {
          scale,
          slotMs: calendar.slotMs,
          ...views,
          yardstickOf: (i) => tails[i]!.yardstick(),
          leastOf,
          weightOf,
        }),
        together: beforeRoutine,
        habit: routine.habitAt(timestamp),
        afterHabit: strength,
        episodes: recurrence.episodesLike(strength),
        strength: recurrence.discount(strength),
        yardstick: { days: periodDays * samplesAtYardstick(), exponent: RARITY_EXPONENT },
        ...its.assessment,
      };
    },
    normal(timestamp, days) {
      const forecasts = forecastsAt(calendar.slotOf(timestamp));
      const combination = combineAt(timestamp, forecasts);
      const departure = (days / (periodDays * DEPARTURE_SAMPLES)) ** (1 / DEPARTURE_EXPONENT);
      const deviations = nearMisses.undo(departure);
      return {
        expected: scale.fromUnits(combination.expected),
        lower: scale.fromUnits(combination.boundary(deviations, -1)),
        upper: scale.fromUnits(combination.boundary(deviations, 1)),
      };
    },
    learn(timestamp, value, days) {
      if (scale.anchor(value)) latest = undefined;
      const its = lookOnce(timestamp, value);
      const { units, slot, deviations, seen } = its;
      latest = undefined;
      tails.forEach((tail, i) => {
        if (!Number.isNaN(seen[i]!)) tail.learn(seen[i]!);
      });
      routine.learn(its.beforeRoutine, timestamp, days);
      recurrence.learn(its.strength, timestamp);
      spread.learn(its.forecasts, its.part, units);
      if (!Number.isNaN(deviations)) nearMisses.learn(deviations);
      views.learn(units);
      scale.learn(value);
      history.learn(slot, units);
      lastSample[TIMESTAMP] = timestamp;
      lastSample[UNITS] = units;
    },
  };
}
