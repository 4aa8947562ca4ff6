import {
  ISOLATION_FOREST_DETECTOR_DEFAULTS as FOREST,
  INTERQUARTILE_RANGE_DEFAULTS,
  ISOLATION_FOREST_ENGINES,
  Z_SCORE_DEFAULTS,
} from '@plumbline/core';
import * as z from 'zod';
import { DURATION_EXPECTED, DURATION_PATTERN } from './duration.ts';

/**
 * The shape of `plumbline.yaml`, the one place it is written down: the types, the defaults, the JSON
 * Schema for editors and the reference page all come from here. Texts in `describe` are read by
 * people in all of these.
 */

const duration = z
  .string({ error: `expected ${DURATION_EXPECTED}` })
  .regex(DURATION_PATTERN, { error: `expected ${DURATION_EXPECTED}` });

/** One line of text that is safe to print. */
const line = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}+$/u, { error: 'expected one line without control characters' });

const warmupSamples = z
  .int()
  .min(2)
  .default(Z_SCORE_DEFAULTS.warmupSamples)
  .describe('Samples needed before the detector has an opinion.');

const staticThreshold = z
  .strictObject({
    type: z.literal('static-threshold'),
    above: z
      .number()
      .optional()
      .describe('Values above this are flagged, in the unit of the metric.'),
    below: z
      .number()
      .optional()
      .describe('Values below this are flagged, in the unit of the metric.'),
  })
  .refine(({ above, below }) => above !== undefined || below !== undefined, {
    error: 'expected at least one of above and below',
  })
  .refine(({ above, below }) => above === undefined || below === undefined || below <= above, {
    error: 'expected below to be at most above',
    path: ['below'],
  })
  .meta({ anyOf: [{ required: ['above'] }, { required: ['below'] }] }) // for editors
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

const detector = z
  .discriminatedUnion('type', [isolationForest, zScore, interquartileRange, staticThreshold])
  .describe('How samples are judged.');

/**
 * Limits of CloudWatch's API.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html
 */
const NAME_LENGTH = 255;
const DIMENSION_VALUE_LENGTH = 1024;
const DIMENSIONS = 30;
const asciiText = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[\x20-\x7e]+$/, { error: 'expected printable ASCII' });

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
const STATISTIC =
  /^(Average|Sum|Minimum|Maximum|SampleCount|IQM|(p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,10})?|100))$/;

const metric = z
  .strictObject({
    namespace: asciiText(NAME_LENGTH).describe('For example AWS/ApplicationELB.'),
    name: asciiText(NAME_LENGTH).describe('For example TargetResponseTime.'),
    dimensions: z
      .record(asciiText(NAME_LENGTH), asciiText(DIMENSION_VALUE_LENGTH))
      .refine((dimensions) => Object.keys(dimensions).length <= DIMENSIONS, {
        error: `expected at most ${DIMENSIONS} dimensions`,
      })
      .default({})
      .describe('All the dimensions of the metric; CloudWatch finds it by none less.'),
    statistic: z
      .string()
      .regex(STATISTIC, {
        error:
          'expected Average, Sum, Minimum, Maximum, SampleCount, IQM or a percentile such as p99',
      })
      .default('Average')
      .describe('Average, Sum, Minimum, Maximum, SampleCount, IQM, or a percentile such as p99.'),
  })
  .describe('A metric of CloudWatch.');

/** What a monitor can say and `defaults` can say for all of them. */
const shared = {
  period: duration.describe('Time between two samples.'),
  window: duration.describe('History that the detector learns from and remembers.'),
  detector,
  resolveAfterSamples: z
    .int()
    .min(1)
    .max(1000)
    .describe('Consecutive clean samples that end an alert.'),
};

const defaults = z
  .strictObject({
    period: shared.period.default('5m'),
    window: shared.window.default('7d'),
    detector: detector.prefault({ type: 'isolation-forest' }),
    resolveAfterSamples: shared.resolveAfterSamples.default(3),
  })
  .describe('What holds for every monitor that does not say otherwise.');

const monitor = z
  .strictObject({
    name: line(100).describe('Title of its alerts, and a part of their identity; unique.'),
    metric: metric.optional(),
    csv: line(1024)
      .optional()
      .describe(
        'Instead of a metric: a file with the columns timestamp and value, relative to this file. ' +
          '`*` in the file name stands for any characters; each file is a series of its own.',
      ),
    direction: z
      .enum(['above', 'below', 'both'])
      .optional()
      .describe(
        'Which departures matter. Unless told: above for Maximum and percentiles, below for Minimum, otherwise both.',
      ),
    period: shared.period.optional(),
    window: shared.window.optional(),
    detector: shared.detector.optional(),
    resolveAfterSamples: shared.resolveAfterSamples.optional(),
    owner: line(200).optional().describe('Who looks after it; carried into the alert.'),
    runbook: z
      .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
      .meta({ pattern: '^https?://' }) // for editors
      .max(1024)
      .optional()
      .describe('What to do when it fires; carried into the alert.'),
  })
  .refine(({ metric, csv }) => (metric === undefined) !== (csv === undefined), {
    error: 'expected exactly one of metric and csv',
  })
  .meta({ oneOf: [{ required: ['metric'] }, { required: ['csv'] }] }) // for editors
  .describe('One thing to watch.');

const local = z
  .strictObject({
    directory: line(1024)
      .default('.plumbline')
      .describe('Where state and alerts are kept, relative to this file.'),
    replay: duration
      .default('3d')
      .describe(
        'How much of the end of each file is replayed slot by slot; what is before is history.',
      ),
  })
  .describe('How `plumbline run` works on files.');

export const configSchema = z
  .strictObject({
    version: z.literal(1, { error: 'expected 1' }).describe('Version of this format.'),
    defaults: defaults.prefault({}),
    local: local.prefault({}),
    monitors: z
      .array(monitor)
      .min(1, { error: 'expected at least one monitor' })
      .max(10_000)
      .describe('What to watch.'),
  })
  .describe('Configuration of Plumbline.');

/** The configuration as it is written, with its defaults filled in. */
export type ConfigInput = z.output<typeof configSchema>;
export type MonitorInput = ConfigInput['monitors'][number];
export type DetectorInput = z.output<typeof detector>;
