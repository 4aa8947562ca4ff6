import * as z from 'zod';
import {
  DURATION_EXPECTED,
  DURATION_OR_NONE_PATTERN,
  DURATION_PATTERN,
  NO_DURATION,
} from './duration.ts';

export const duration = z
  .string({ error: `expected ${DURATION_EXPECTED}` })
  .regex(DURATION_PATTERN, { error: `expected ${DURATION_EXPECTED}` });

/** A duration that may be none at all. */
export const durationOrNone = z
  .string({ error: `expected ${NO_DURATION} or ${DURATION_EXPECTED}` })
  .regex(DURATION_OR_NONE_PATTERN, {
    error: `expected ${NO_DURATION} or ${DURATION_EXPECTED}`,
  });
