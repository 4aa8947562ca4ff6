import { checkOption } from '../errors.ts';
import { createArena } from './adaptive/arena.ts';
import { createCalendar } from './adaptive/calendar.ts';
import { createHistory } from './adaptive/history.ts';
import { createMoments } from './adaptive/moments.ts';
import { createValueScale } from './adaptive/value-scale.ts';
import { createViews, VIEWS } from './adaptive/views.ts';
import type { BatchModel } from './batch-model.ts';
import type { Detector, NoOpinion } from './detector.ts';
import {
  checkForestOptions,
  fitIsolationForest,
  ISOLATION_FOREST_DEFAULTS,
  type IsolationForestOptions,
} from './isolation-forest.ts';
import { contaminationOffset } from './isolation-forest-detector.ts';
import { checkWindowOptions, WINDOW_DEFAULTS, type WindowOptions } from './window-options.ts';

const DAY_MS = 24 * 3_600_000;
/** The views of the adaptive detector, and the change since the sample before. */
const FEATURES = VIEWS.length + 1;

export interface IsolationForestViewsOptions extends WindowOptions, IsolationForestOptions {
  /** The share of the window whose scores are taken for anomalous, in (0, 0.5]. */
  readonly contamination?: number;
  /** The forest is grown anew after so many samples; an integer >= 1. */
  readonly refitEverySamples?: number;
}

export const ISOLATION_FOREST_VIEWS_DEFAULTS = {
  ...WINDOW_DEFAULTS,
  ...ISOLATION_FOREST_DEFAULTS,
  contamination: 0.002,
  refitEverySamples: 12,
} as const;

/**
 * The isolation forest fed with views of the series instead of its values: level, hour, shift, drift, same time and
 * day as the adaptive detector sees them, and the change since the sample before. So it knows the time of day and
 * slow shifts, which a forest of values cannot.
 *
 * The score is the forest's minus that of the `contamination` quantile of the rows it was grown on, in (-1, 1); above
 * 0 is flagged. Where a view has no past yet it counts as usual. The band is not the forest's: it has none, and
 * gives the mean alone. No opinion: a missing sample, fewer than `warmupSamples`, or no spread. Grown anew
 * every `refitEverySamples`, on the `windowSamples` rows before, whose number decides the seed's forest: a restored
 * detector grows the same. 4 bytes a row and feature.
 *
 * @throws {InvalidOptionError} an option is outside its range
 */
export function createIsolationForestViews(
  options: IsolationForestViewsOptions = {},
  snapshot?: Float64Array,
): Detector {
  const { windowSamples, periodMs, warmupSamples, contamination, refitEverySamples, ...forest } = {
    ...ISOLATION_FOREST_VIEWS_DEFAULTS,
    ...options,
  };
  const refit = refitEverySamples;
  checkOption(Number.isInteger(refit) && refit >= 1, 'refitEverySamples', 'an integer >= 1', refit);
  checkOption(
    contamination > 0 && contamination <= 0.5,
    'contamination',
    'in (0, 0.5]',
    contamination,
  );
  checkWindowOptions({ windowSamples, warmupSamples }, 3);
  checkOption(periodMs > 0 && Number.isFinite(periodMs), 'periodMs', '> 0', periodMs);
  checkForestOptions(forest);

  const weekSamples = Math.max(7, Math.round((7 * DAY_MS) / periodMs));
  const arena = createArena();
  const calendar = createCalendar(periodMs, 'UTC');
  const scale = createValueScale(arena);
  const history = createHistory(arena, calendar);
  const views = createViews(arena, { calendar, history, weekSamples });
  const moments = createMoments(arena, weekSamples);
  // As many rows more as come between two forests: those that the present one was grown on are still there.
  const capacity = windowSamples + refit;
  const ring = arena.floats(capacity * FEATURES);
  const [ROWS, LAST] = [0, 1] as const;
  const state = arena.doubles(2); // rows ever; the last sample in units
  state[LAST] = Number.NaN;
  if (snapshot !== undefined && snapshot.length > 0) arena.restore(snapshot);

  const rowOf = (timestamp: number, value: number): Float64Array => {
    const units = scale.toUnits(value);
    const row = new Float64Array(FEATURES);
    views.look(row, calendar.slotOf(timestamp), units);
    row[VIEWS.length] = Math.abs(units - state[LAST]!);
    const floor = scale.noiseFloor();
    return row.map((distance) => (distance > floor ? distance : 0)); // also of NaN
  };

  let grown:
    | { readonly model: BatchModel; readonly offset: number; readonly at: number }
    | undefined;
  const forestNow = () => {
    const rows = state[ROWS]!;
    const at = Math.max(warmupSamples, Math.floor(rows / refit) * refit);
    if (grown?.at !== at) {
      const first = Math.max(0, at - windowSamples);
      const data = new Float64Array((at - first) * FEATURES);
      for (let row = first; row < at; row++) {
        const place = (row % capacity) * FEATURES;
        data.set(ring.subarray(place, place + FEATURES), (row - first) * FEATURES);
      }
      const model = fitIsolationForest({ rows: at - first, features: FEATURES, data }, forest);
      grown = { model, offset: contaminationOffset(model.trainingScores, contamination), at };
    }
    return grown;
  };

  const isolationOf = (data: Float64Array): number =>
    forestNow().model.score({ rows: 1, features: FEATURES, data })[0]!;

  const noOpinion = (_: number, value: number): NoOpinion | undefined => {
    if (!Number.isFinite(value)) return 'missing-sample';
    if (state[ROWS]! < warmupSamples) return 'warming-up';
    return scale.hasSpread() ? undefined : 'no-spread';
  };
  return {
    threshold: 0,
    noOpinion,
    score(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return Number.NaN;
      return isolationOf(rowOf(timestamp, value)) - forestNow().offset;
    },
    explain(timestamp, value) {
      if (noOpinion(timestamp, value) !== undefined) return undefined;
      const { at, offset } = forestNow();
      const row = rowOf(timestamp, value);
      const isolation = isolationOf(row);
      return {
        kind: 'isolation-forest-views',
        samples: Math.min(at, windowSamples),
        contamination,
        isolation,
        quotaFrom: offset,
        views: [...VIEWS, 'change'].map((name, i) => {
          return { name, distance: scale.differenceFromUnits(row[i]!) };
        }),
        score: isolation - offset,
        threshold: 0,
      };
    },
    learn(timestamp, value) {
      if (!Number.isFinite(value) || !moments.isNew(timestamp)) return;
      scale.anchor(value);
      const units = scale.toUnits(value);
      ring.set(rowOf(timestamp, value), (state[ROWS]! % capacity) * FEATURES);
      state[ROWS]! += 1;
      state[LAST] = units;
      views.learn(units);
      scale.learn(value);
      history.learn(calendar.slotOf(timestamp), units);
      moments.learn(timestamp, value);
    },
    expect() {
      const [mean, standardDeviation] = [moments.mean(), moments.standardDeviation()];
      return {
        expected: mean,
        lower: Number.NaN,
        upper: Number.NaN,
        mean,
        standardDeviation,
      };
    },
    snapshot: () => arena.snapshot(),
  };
}
