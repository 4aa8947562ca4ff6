import * as z from 'zod';
import { durationOrNone } from './duration-schema.ts';

/** When a flagged sample becomes an alert: what a monitor can say, and `defaults` for all of them. */
export const policyKeys = {
  sensitivity: z
    .number()
    .min(0.1)
    .max(10)
    .describe(
      'How readily alerts come: 2 twice as often, 0.5 half as often. At 1 a notice is rarer than once in ' +
        '3 days on its metric, a page than once in 4 weeks. Detectors with a threshold of their own do not heed it.',
    ),
  resolveAfterSamples: z
    .int()
    .min(1)
    .max(1000)
    .describe('Consecutive clean samples that end an alert.'),
  rearm: durationOrNone.describe(
    'After a flagged sample an alert that has ended is not told anew for so long, unless it is clearly worse or the first page after a notice. Unless told, 12 hours; none (0s) for limits that somebody has set.',
  ),
  repeat: durationOrNone.describe(
    'An alert that stays open is told again after so long; never (0s) unless told.',
  ),
  confirm: z
    .strictObject({
      flagged: z.int().min(1).max(30).describe('So many samples have to be flagged'),
      of: z.int().min(1).max(30).describe('of the last so many.'),
    })
    .refine(({ flagged, of }) => flagged <= of, {
      error: 'expected no more samples than `of` looks at',
      path: ['flagged'],
    })
    .describe('How often samples have to be flagged before an alert opens.'),
  minEffect: z
    .strictObject({
      absolute: z.number().min(0).optional().describe('In the unit of the metric.'),
      relative: z.number().min(0).optional().describe('As a share of the expected value.'),
    })
    .describe('How far from the expected value a sample has to be, at least, to be flagged.'),
};
