import type { Config } from '@plumbline/config';

type Monitor = Config['monitors'][number];

/**
 * What the pipeline does around any detector, and those that take little time beside it. `pnpm bench`: a
 * steady slot of 500 series with the z-score takes 0.5 s of a core in all, 0.08 ms of it for each verdict.
 */
const PIPELINE_MS = 0.4;

/** Restored, judged, learned and kept. `pnpm bench`: 0.015 ms to judge and learn; restoring is most of it. */
const ADAPTIVE_MS = 0.3;

/** `pnpm bench`: 4 ms to fit 100 trees to 2,016 samples and to score all of them, where a run scores one. */
const FOREST_MS_PER_TREE_AND_SAMPLE = 4 / (100 * 2016);

/** `pnpm bench`: the npm package takes 44 times as long. */
const NPM_FOREST_FACTOR = 45;

/**
 * A restored forest of views is grown anew: 100 trees of 2,016 rows of seven views. `pnpm bench` says
 * 1.5 ms a sample, where a hundred samples share a growth; alone, it takes 17 ms.
 */
const VIEWS_FOREST_MS_PER_TREE_AND_SAMPLE = 20 / (100 * 2016);

/** The window is copied and sorted. `pnpm bench`: 0.46 ms with 2,016 samples, restoring apart. */
const CLOSED_FORM_FOREST_MS_PER_SAMPLE = 0.6 / 2016;

/**
 * Each sample bears its share of the next fit. `pnpm bench`: 350 ms for ten epochs over 4,032 samples;
 * between two fits, 0.11 ms a sample.
 */
const AUTOENCODER_FIT_MS_PER_SAMPLE_AND_EPOCH = 400 / (4032 * 10);

/** CPU of one series for one new sample, ms of a whole core. */
export function detectorMsOf({ detector }: Pick<Monitor, 'detector'>): number {
  switch (detector.type) {
    case 'adaptive':
      return PIPELINE_MS + ADAPTIVE_MS;
    case 'isolation-forest': {
      const { trees = 0, windowSamples = 0, engine } = detector;
      const factor = engine === 'isolation-forest-npm' ? NPM_FOREST_FACTOR : 1;
      return PIPELINE_MS + FOREST_MS_PER_TREE_AND_SAMPLE * trees * windowSamples * factor;
    }
    case 'isolation-forest-views': {
      const { trees = 0, windowSamples = 0 } = detector;
      return PIPELINE_MS + VIEWS_FOREST_MS_PER_TREE_AND_SAMPLE * trees * windowSamples;
    }
    case 'closed-form-forest':
      return PIPELINE_MS + CLOSED_FORM_FOREST_MS_PER_SAMPLE * (detector.windowSamples ?? 0);
    case 'autoencoder': {
      const { windowSamples = 0, epochs = 0, refitEverySamples = 1 } = detector;
      const fitMs = AUTOENCODER_FIT_MS_PER_SAMPLE_AND_EPOCH * windowSamples * epochs;
      return PIPELINE_MS + fitMs / refitEverySamples;
    }
    default:
      return PIPELINE_MS;
  }
}

const DAY_MS = 24 * 3_600_000;

/** Parts and slots of a day as the adaptive detector tells them apart, and what it keeps of each. */
const FINEST_SLOT_MS = 300_000;
const MOST_PARTS_OF_DAY = 48;
const ADAPTIVE_NUMBERS = 370;
const ADAPTIVE_NUMBERS_PER_PART = 10;
const ADAPTIVE_NUMBERS_PER_SLOT_OF_WEEK = 0.5;

/** The forest of views keeps seven views of each row, and beside them what they are made of. */
const VIEWS_FOREST_NUMBERS_PER_SAMPLE = 3.5;
const VIEWS_NUMBERS = 1100;

/** A count beside the window, or the like. */
const FEW_NUMBERS = 8;

/** 64-bit numbers in the snapshot of one series. */
export function stateNumbersOf({
  detector,
  periodMs,
}: Pick<Monitor, 'detector' | 'periodMs'>): number {
  switch (detector.type) {
    case 'static-threshold':
      return 0;
    case 'adaptive': {
      const slotsPerDay = Math.max(1, Math.round(DAY_MS / Math.max(periodMs, FINEST_SLOT_MS)));
      const parts = Math.min(MOST_PARTS_OF_DAY, slotsPerDay);
      const perDay = ADAPTIVE_NUMBERS_PER_PART * parts;
      return ADAPTIVE_NUMBERS + perDay + ADAPTIVE_NUMBERS_PER_SLOT_OF_WEEK * 7 * slotsPerDay;
    }
    case 'isolation-forest-views': {
      const { windowSamples = 0, refitEverySamples = 0 } = detector;
      return VIEWS_NUMBERS + VIEWS_FOREST_NUMBERS_PER_SAMPLE * (windowSamples + refitEverySamples);
    }
    case 'autoencoder': {
      const { windowSamples = 0, inputSamples = 0, bottleneckUnits = 0 } = detector;
      // The window, and the weights of a network that narrows in two steps and widens in two.
      const units = inputSamples + bottleneckUnits;
      return windowSamples + units * (units + 3) + FEW_NUMBERS;
    }
    default:
      return (detector.windowSamples ?? 0) + FEW_NUMBERS;
  }
}
