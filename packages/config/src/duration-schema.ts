import * as z from 'zod';
import {
  DURATION_EXPECTED,
  DURATION_OR_NONE_PATTERN,
  DURATION_PATTERN,
  NO_DURATION,
} from './duration.ts';

const text = (pattern: RegExp, expected: string) =>
  z.string({ error: `expected ${expected}` }).regex(pattern, { error: `expected ${expected}` });

export const duration = text(DURATION_PATTERN, DURATION_EXPECTED);

/** A duration that may be none at all. */
export const durationOrNone = text(
  DURATION_OR_NONE_PATTERN,
  `${NO_DURATION} or ${DURATION_EXPECTED}`,
);
