import * as z from 'zod';

/** One line of text that is safe to print. */
export const line = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}+$/u, { error: 'expected one line without control characters' });

export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'expected a time zone such as Europe/Zurich' });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
