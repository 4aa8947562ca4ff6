import {
  AUTOENCODER_DEFAULTS as AUTOENCODER,
  CLOSED_FORM_FOREST_DEFAULTS,
  ISOLATION_FOREST_DETECTOR_DEFAULTS as FOREST,
  ISOLATION_FOREST_VIEWS_DEFAULTS as FOREST_VIEWS,
  INTERQUARTILE_RANGE_DEFAULTS,
  ISOLATION_FOREST_ENGINES,
  Z_SCORE_DEFAULTS,
} from '@plumbline/core';
import * as z from 'zod';

/** The detectors that a configuration can choose, each with its options. */

const warmupSamples = z
  .int()
  .min(2)
  .default(Z_SCORE_DEFAULTS.warmupSamples)
  .describe('Samples needed before the detector has an opinion.');

const limitKeys = {
  above: z
    .number()
    .optional()
    .describe('Values above this are flagged, in the unit of the metric.'),
  below: z
    .number()
    .optional()
    .describe('Values below this are flagged, in the unit of the metric.'),
};

interface Limits {
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}
const isSome = ({ above, below }: Limits): boolean => above !== undefined || below !== undefined;
const SOME = { error: 'expected at least one of above and below' };
const isOrdered = ({ above, below }: Limits): boolean =>
  above === undefined || below === undefined || below <= above;
const ORDERED = { error: 'expected below to be at most above', path: ['below'] };
const EDITOR_LIMITS = { anyOf: [{ required: ['above'] }, { required: ['below'] }] };

/** Limits that somebody has set, without being the detector. */
export const limits = z
  .strictObject(limitKeys)
  .refine(isSome, SOME)
  .refine(isOrdered, ORDERED)
  .meta(EDITOR_LIMITS);

const staticThreshold = z
  .strictObject({ type: z.literal('static-threshold'), ...limitKeys })
  .refine(isSome, SOME)
  .refine(isOrdered, ORDERED)
  .meta(EDITOR_LIMITS)
  .describe('Fixed limits. Learns nothing; for limits that are facts, such as a full disk.');

const zScore = z
  .strictObject({
    type: z.literal('z-score'),
    threshold: z
      .number()
      .positive()
      .default(Z_SCORE_DEFAULTS.threshold)
      .describe('Flag beyond this many standard deviations from the mean of the window.'),
    warmupSamples,
  })
  .describe('Distance from the mean of the window, in standard deviations.');

const interquartileRange = z
  .strictObject({
    type: z.literal('interquartile-range'),
    threshold: z
      .number()
      .positive()
      .default(INTERQUARTILE_RANGE_DEFAULTS.threshold)
      .describe('Flag beyond this many interquartile ranges outside the quartiles of the window.'),
    warmupSamples,
  })
  .describe("Tukey's fences: distance outside the quartiles of the window.");

const isolationForest = z
  .strictObject({
    type: z.literal('isolation-forest'),
    contamination: z
      .number()
      .positive()
      .max(0.5)
      .default(FOREST.contamination)
      .describe(
        'Share of the window taken for anomalous: a quota, flagged whether or not anything happened.',
      ),
    trees: z.int().min(1).max(10_000).default(FOREST.trees).describe('Number of trees.'),
    subsample: z
      .int()
      .min(2)
      .max(65_536)
      .default(FOREST.subsample)
      .describe('Samples that each tree is grown on.'),
    seed: z.int().default(FOREST.seed).describe('Where the randomness comes from.'),
    engine: z
      .enum(ISOLATION_FOREST_ENGINES)
      .default('typed-array')
      .describe(
        'The implementation. `isolation-forest-npm` is the npm package isolation-forest 0.0.9, with ' +
          'these faults: it cannot be seeded, so two runs differ; it grows each tree on all samples ' +
          'instead of the subsample that its depth limit and its scores assume; it is tens of times ' +
          'slower.',
      ),
    warmupSamples,
  })
  .describe(
    'A forest fitted to the window that ends with the sample judged, at every sample. Sees no time of day.',
  );

const isolationForestViews = z
  .strictObject({
    type: z.literal('isolation-forest-views'),
    contamination: z
      .number()
      .positive()
      .max(0.5)
      .default(FOREST_VIEWS.contamination)
      .describe('Share of the window taken for anomalous.'),
    trees: z.int().min(1).max(10_000).default(FOREST_VIEWS.trees).describe('Number of trees.'),
    subsample: z
      .int()
      .min(2)
      .max(65_536)
      .default(FOREST_VIEWS.subsample)
      .describe('Samples that each tree is grown on.'),
    seed: z.int().default(FOREST_VIEWS.seed).describe('Where the randomness comes from.'),
    refitEverySamples: z
      .int()
      .min(1)
      .max(10_000)
      .default(FOREST_VIEWS.refitEverySamples)
      .describe('The forest is grown anew after so many samples.'),
    warmupSamples,
  })
  .describe('A forest over views of the series: level, slow means, time of day, change.');

const closedFormForest = z
  .strictObject({
    type: z.literal('closed-form-forest'),
    threshold: z
      .number()
      .gt(0)
      .lt(1)
      .default(CLOSED_FORM_FOREST_DEFAULTS.threshold)
      .describe(
        "Flag above this score: 0.5 is an ordinary sample, 1 one infinitely far off. It is the forest's score itself, so nothing is flagged to fill a quota.",
      ),
    warmupSamples,
  })
  .describe(
    'The isolation forest of infinitely many trees, exactly, by a formula: no trees, no seed, no quota. Sees no time of day.',
  );

const autoencoder = z
  .strictObject({
    type: z.literal('autoencoder'),
    threshold: z
      .number()
      .positive()
      .default(AUTOENCODER.threshold)
      .describe(
        'Flag beyond this many times the error that one in a hundred samples of the history exceeded.',
      ),
    inputSamples: z
      .int()
      .min(3)
      .max(256)
      .default(AUTOENCODER.inputSamples)
      .describe(
        'Consecutive samples that the network sees at once; at most half of `warmupSamples`. One missing among them is no opinion.',
      ),
    bottleneckUnits: z
      .int()
      .min(1)
      .max(255)
      .default(AUTOENCODER.bottleneckUnits)
      .describe('Numbers that they have to pass through; fewer than `inputSamples`.'),
    refitEverySamples: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(AUTOENCODER.refitEverySamples)
      .describe(
        'Samples from one fit to the next: a day at five minutes. Some fits come up to a quarter sooner, so that series do not wait for one another.',
      ),
    epochs: z
      .int()
      .min(1)
      .max(1000)
      .default(AUTOENCODER.epochs)
      .describe('How often a fit sees each stretch of the window; its time grows with it.'),
    seed: z.int().default(AUTOENCODER.seed).describe('Where the randomness comes from.'),
    warmupSamples,
  })
  .refine(({ inputSamples, warmupSamples }) => inputSamples <= warmupSamples / 2, {
    error: 'expected at most half of warmupSamples',
    path: ['inputSamples'],
  })
  .refine(({ bottleneckUnits, inputSamples }) => bottleneckUnits < inputSamples, {
    error: 'expected fewer than inputSamples',
    path: ['bottleneckUnits'],
  })
  .describe(
    'A small neural network that restores each sample from those before it; what it cannot restore is flagged. Fitted to the window once in a while.',
  );

const adaptive = z
  .strictObject({
    type: z.literal('adaptive'),
    warmupSamples: z
      .int()
      .min(24)
      .optional()
      .describe('Samples needed before the detector has an opinion: those of a day unless told.'),
  })
  .describe(
    'Forecasts and views of the series, each measured by its own past; says how rare a sample is on its metric. The default.',
  );

export const detector = z
  .discriminatedUnion('type', [
    adaptive,
    isolationForest,
    isolationForestViews,
    closedFormForest,
    autoencoder,
    zScore,
    interquartileRange,
    staticThreshold,
  ])
  .describe('How samples are judged.');

export type DetectorInput = z.output<typeof detector>;
