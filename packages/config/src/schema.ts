import { MISSING_POLICIES, ALERT_POLICY_DEFAULTS as POLICY } from '@plumbline/core';
import * as z from 'zod';
import { deploySchema, region } from './deploy-schema.ts';
import { detector, limits } from './detector-schema.ts';
import { NO_DURATION } from './duration.ts';
import { duration } from './duration-schema.ts';
import { excludedSpan, maintenanceWindow } from './guidance-schema.ts';
import { policyKeys } from './policy-schema.ts';
import { line, timeZone } from './text-schema.ts';

/**
 * The shape of `plumbline.yaml`, the one place it is written down: the types, the defaults, the JSON
 * Schema for editors and the reference page all come from here. Texts in `describe` are read by
 * people in all of these.
 */

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

const metricKeys = {
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
};

const metric = z
  .strictObject({
    ...metricKeys,
    dimensions: metricKeys.dimensions.describe(
      'All the dimensions of the metric; CloudWatch finds it by none less. A value of `*` stands for ' +
        'any: each metric with just these dimensions is a series of its own.',
    ),
    minSamples: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        'Use a sample only if it rests on so many measurements: for percentiles, which jump when ' +
          'there are few. A p99 of fewer than 100 is their maximum.',
      ),
  })
  .describe('A metric of CloudWatch.');

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
const OPERAND = /^[a-z][a-zA-Z0-9_]{0,99}$/;
const OPERANDS = 10;
/** Functions that would see the metrics of other monitors, run something else, or give more than one series. */
const BEYOND_ITS_METRICS =
  /\b(METRICS|SEARCH|SELECT|ANOMALY_DETECTION_BAND|SORT|SLICE|LAMBDA|INSIGHT_RULE_METRIC|DB_PERF_INSIGHTS|SERVICE_QUOTA)\b/i;

const TEXTS = /"[^"]*"|'[^']*'/g;

const expression = z
  .strictObject({
    label: line(NAME_LENGTH).describe('What the result is called in alerts, such as error rate.'),
    formula: asciiText(1024)
      .refine((formula) => !BEYOND_ITS_METRICS.test(formula), {
        error:
          'expected an expression that gives one series of the metrics named here: no METRICS, SEARCH, SELECT, SORT, SLICE, ANOMALY_DETECTION_BAND, LAMBDA, INSIGHT_RULE_METRIC, DB_PERF_INSIGHTS or SERVICE_QUOTA',
      })
      .refine(isBalanced, { error: 'expected as many brackets closed as opened' })
      .describe("CloudWatch's metric math, such as `100 * errors / requests`."),
    metrics: z
      .record(
        z.string().regex(OPERAND, {
          error: 'expected a name of letters, digits and _ that starts with a small letter',
        }),
        z.strictObject({
          ...metricKeys,
          dimensions: metricKeys.dimensions.refine(
            (dimensions) => !Object.values(dimensions).includes('*'),
            { error: 'expected the dimensions of one metric: * is for monitors of a metric' },
          ),
        }),
      )
      .refine((metrics) => Object.keys(metrics).length >= 1, {
        error: 'expected at least one metric',
      })
      .refine((metrics) => Object.keys(metrics).length <= OPERANDS, {
        error: `expected at most ${OPERANDS} metrics`,
      })
      .describe('The metrics, by the name that the formula calls them; keys as for a metric.'),
  })
  .refine(({ formula, metrics }) => unknownIn(formula, metrics).length === 0, {
    error: ({ input }) => {
      const { formula, metrics } = input as { formula: string; metrics: object };
      return `expected a formula of the metrics named here, unknown: ${unknownIn(formula, metrics).join(', ')}`;
    },
    path: ['formula'],
  })
  .refine(({ formula, metrics }) => unusedIn(formula, metrics).length === 0, {
    error: ({ input }) => {
      const { formula, metrics } = input as { formula: string; metrics: object };
      return `expected a formula that uses every metric, not used: ${unusedIn(formula, metrics).join(', ')}`;
    },
    path: ['formula'],
  })
  .describe('Instead of a metric: what CloudWatch computes from several, such as an error rate.');

/** Outside of texts in quotes. */
function isBalanced(formula: string): boolean {
  const open: string[] = [];
  for (const [bracket] of formula.replace(TEXTS, '').matchAll(/[()[\]]/g)) {
    if (bracket === '(' || bracket === '[') open.push(bracket);
    else if (open.pop() !== (bracket === ')' ? '(' : '[')) return false;
  }
  return open.length === 0;
}

/** Words that begin with a small letter name metrics; functions and constants are in capitals. */
function unknownIn(formula: string, metrics: object): string[] {
  const words = formula.replace(TEXTS, '').match(/(?<![\w.])[a-z]\w*/g) ?? [];
  return [...new Set(words)].filter((word) => !Object.hasOwn(metrics, word));
}

function unusedIn(formula: string, metrics: object): string[] {
  const words = new Set(formula.match(/[A-Za-z_]\w*/g));
  return Object.keys(metrics).filter((name) => !words.has(name));
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, {
  error: 'expected the ARN of a role, such as arn:aws:iam::123456789012:role/plumbline-read',
});
const topicArn = z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, {
  error:
    'expected the ARN of a standard SNS topic, such as arn:aws:sns:us-east-1:123456789012:checkout',
});

/** How often a monitor is read. */
const TIERS = ['hot', 'warm', 'cold'] as const;

/** What a monitor can say and `defaults` can say for all of them. */
const shared = {
  period: duration.describe('Time between two samples.'),
  window: duration.describe('History that the detector learns from and remembers.'),
  timeZone: timeZone.describe('Whose days and weeks the metric follows, as an IANA name.'),
  detector,
  missing: z
    .enum(MISSING_POLICIES)
    .describe(
      'What it means when no sample comes for `silentAfter`, as of alarms of CloudWatch: `missing`, nobody knows: a notice; `ignore`: nothing; `breaching`, trouble: a page; `notBreaching`, all is well: an open alert ends. Or `zero`, of counters that are published only when something happens: each missing sample is a 0. Unless told, `missing`; of dimensions of `*`, where what is gone is mostly meant to be, `ignore`.',
    ),
  silentAfter: duration.describe(
    'Without a sample for so long a series has gone silent. Unless told, three periods where `missing` is `breaching` or `notBreaching`, otherwise a day or twelve periods.',
  ),
  tier: z
    .enum(TIERS)
    .describe(
      'How often it is read, which is what CloudWatch bills: `hot` in every run, `warm` every 15 minutes, `cold` every hour. What has come since is judged sample by sample all the same, only later.',
    ),
  ...policyKeys,
};

const defaults = z
  .strictObject({
    period: shared.period.default('5m'),
    window: shared.window.default('14d'),
    timeZone: shared.timeZone.default('UTC'),
    detector: detector.prefault({ type: 'adaptive' }),
    sensitivity: shared.sensitivity.default(POLICY.sensitivity),
    resolveAfterSamples: shared.resolveAfterSamples.default(POLICY.resolveAfterSamples),
    rearm: shared.rearm.optional(),
    confirm: shared.confirm.default(POLICY.confirm),
    minEffect: shared.minEffect.default(POLICY.minEffect),
    repeat: shared.repeat.default(NO_DURATION),
    missing: shared.missing.optional(),
    silentAfter: shared.silentAfter.optional(),
    tier: shared.tier.default('hot'),
  })
  .describe('What holds for every monitor that does not say otherwise.');

const SOURCES = ['metric', 'expression', 'csv'] as const;

/** What dimensions of `*` find at most when nobody says: a slip must not watch, or bill, thousands. */
export const MOST_SERIES_FOUND = 100;

const monitor = z
  .strictObject({
    name: line(100).describe('Title of its alerts, and a part of their identity; unique.'),
    metric: metric.optional(),
    expression: expression.optional(),
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
    region: region
      .optional()
      .describe('Where the metric is; unless told, where the function runs.'),
    role: roleArn
      .optional()
      .describe('A role to take on for reading it, for a metric in another account.'),
    maxSeries: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe(
        `The most series that dimensions of \`*\` may find, ${MOST_SERIES_FOUND} unless told: what is beyond is not watched, and the log says so.`,
      ),
    period: shared.period.optional(),
    settle: duration
      .optional()
      .describe(
        'How long after its period a sample is left to settle before it is judged. Unless told: two ' +
          'periods, at least ten minutes for AWS/CloudFront, AWS/Route53 and AWS/S3; nothing for files.',
      ),
    window: shared.window.optional(),
    timeZone: shared.timeZone.optional(),
    detector: shared.detector.optional(),
    sensitivity: shared.sensitivity.optional(),
    resolveAfterSamples: shared.resolveAfterSamples.optional(),
    rearm: shared.rearm.optional(),
    confirm: shared.confirm.optional(),
    minEffect: shared.minEffect.optional(),
    repeat: shared.repeat.optional(),
    missing: shared.missing.optional(),
    silentAfter: shared.silentAfter.optional(),
    whileLearning: limits
      .optional()
      .describe('Limits that hold while the detector has too little history to have an opinion.'),
    tier: shared.tier.optional(),
    owner: line(200).optional().describe('Who looks after it; carried into the alert.'),
    runbook: z
      .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
      .meta({ pattern: '^https?://' }) // for editors
      .max(1024)
      .optional()
      .describe('What to do when it fires; carried into the alert.'),
    topic: topicArn
      .optional()
      .describe('Where its alerts go instead of the topic of the function.'),
  })
  .refine((sources) => SOURCES.filter((key) => sources[key] !== undefined).length === 1, {
    error: 'expected exactly one of metric, expression and csv',
  })
  .meta({ oneOf: SOURCES.map((key) => ({ required: [key] })) }) // for editors
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
  .describe(
    'How `plumbline run` works: where it keeps what it learns and tells, and how it goes through files.',
  );

export const configSchema = z
  .strictObject({
    version: z.literal(1, { error: 'expected 1' }).describe('Version of this format.'),
    defaults: defaults.prefault({}),
    pagesPerWeek: z
      .number()
      .positive()
      .max(100_000)
      .default(20)
      .describe(
        'The budget of pages for all monitors together. When the last seven days have seen more, a page has ' +
          'to be rarer by as much, until they are fewer; the log says so, and so does the reason of what is then a notice. What is read from files, by `plumbline run` and `plumbline score`, has no budget.',
      ),
    maintenance: z
      .array(maintenanceWindow)
      .max(1000)
      .default([])
      .describe('When nobody is to be told: planned work, once or again and again.'),
    exclude: z
      .array(excludedSpan)
      .max(1000)
      .default([])
      .describe('What is neither to be judged nor learned.'),
    labels: line(1024)
      .optional()
      .describe(
        'A file beside this one that says what was normal and what was an incident, span by span; it changes what is learned.',
      ),
    local: local.prefault({}),
    deploy: deploySchema.prefault({}),
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
