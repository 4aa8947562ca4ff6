import { MATCHER_KEYS } from '@plumbline/core';
import { Cron } from 'croner';
import * as z from 'zod';
import { duration } from './duration-schema.ts';
import { line, timeZone } from './text-schema.ts';

/** What people say about stretches of time: `maintenance` and `exclude`, and the file of labels. */

const instant = z.iso.datetime({
  offset: true,
  error: 'expected a moment with its offset, such as 2026-01-31T22:00:00+01:00 or …Z',
});

const FIELDS = 5;

const cron = z
  .string()
  .max(100)
  .refine((pattern) => pattern.trim().split(/\s+/).length === FIELDS && isCron(pattern), {
    error:
      'expected minute, hour, day of month, month and day of week, such as "0 2 * * SUN" or "30 1 1 * *"',
  });

function isCron(pattern: string): boolean {
  try {
    return new Cron(pattern, { mode: '5-part', paused: true }).getPattern() !== undefined;
  } catch {
    return false;
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const match = z
  .record(line(255), line(1024))
  .default({})
  .describe(
    `Which series: each key has to be what is written, where \`*\` stands for any characters. Keys are ${MATCHER_KEYS.join(', ')}, and names of dimensions. Every series unless told.`,
  );

const spanKeys = {
  from: instant.optional().describe('When it begins: a moment with its offset.'),
  until: instant.optional().describe('When it ends.'),
  cron: cron
    .optional()
    .describe(
      'Instead of `from` and `until`, when it begins again and again: minute, hour, day of month, month, day of week.',
    ),
  for: duration.optional().describe('With `cron`: how long each lasts.'),
  timeZone: timeZone
    .optional()
    .describe('With `cron`: whose clock that is; that of the `defaults` unless told.'),
};

interface SpanKeys {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly cron?: string | undefined;
  readonly for?: string | undefined;
  readonly timeZone?: string | undefined;
}

/** Once, or again and again, and not half of either. */
const isOneSpan = ({
  from,
  until,
  cron: pattern,
  for: lasting,
  timeZone: zone,
}: SpanKeys): boolean => {
  const once = from !== undefined && until !== undefined;
  const again = pattern !== undefined && lasting !== undefined;
  const mixed = once ? [pattern, lasting, zone] : [from, until];
  return (once || again) && mixed.every((key) => key === undefined);
};
const ONE_SPAN = { error: 'expected from and until, or cron and for' };

const isForward = ({ from, until }: SpanKeys): boolean =>
  from === undefined || until === undefined || !(Date.parse(until) <= Date.parse(from));
const FORWARD = { error: 'expected an end after the beginning', path: ['until'] };

const EDITOR_SPAN = { oneOf: [{ required: ['from', 'until'] }, { required: ['cron', 'for'] }] };

export const maintenanceWindow = z
  .strictObject({
    name: line(100).describe('What is going on; the log says it when it keeps something quiet.'),
    match,
    ...spanKeys,
  })
  .refine(isOneSpan, ONE_SPAN)
  .refine(isForward, FORWARD)
  .meta(EDITOR_SPAN)
  .describe(
    'While it lasts nobody is told of the series that it is about. They are watched and learned all the same, and what is still wrong afterwards is told then.',
  );

export const excludedSpan = z
  .strictObject({
    why: line(200).optional().describe('For whoever reads this file.'),
    match,
    ...spanKeys,
  })
  .refine(isOneSpan, ONE_SPAN)
  .refine(isForward, FORWARD)
  .meta(EDITOR_SPAN)
  .describe('A stretch of time that is neither judged nor learned, such as a load test.');

export const label = z
  .strictObject({
    label: z.enum(['normal', 'incident']).describe('What it was.'),
    match,
    from: instant.describe('When it began.'),
    until: instant.describe('When it ended.'),
    note: line(500).optional().describe('For whoever reads the file.'),
  })
  .refine(isForward, FORWARD)
  .describe(
    '`incident`: not learned, so that the like of it is news again. `normal`: told to nobody, and learned as what happens every day.',
  );

/** The file of labels: a list. */
export const labelsSchema = z.array(label).max(10_000);

export type MaintenanceInput = z.output<typeof maintenanceWindow>;
export type ExcludedInput = z.output<typeof excludedSpan>;
export type LabelInput = z.output<typeof label>;
