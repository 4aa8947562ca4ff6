import { checkOption, InvalidOptionError } from '../errors.ts';

/** Stretches of time: one, or one again and again. Times in ms since the epoch; `until` is left out. */
export type TimeSpans =
  | { readonly from: number; readonly until: number }
  | {
      /** When each begins: minute, hour, day of month, month, day of week. */
      readonly cron: string;
      /** Whose clock that is, as an IANA name. */
      readonly timeZone: string;
      readonly lengthMs: number;
    };

/** Whether a moment, ms since the epoch, lies within. */
export type IsWithin = (timestamp: number) => boolean;

const FIELDS = 5;

/**
 * Makes time spans ready to be asked. A local time that the clock skips in spring is taken for the moment it is
 * put forward; one that comes twice in autumn counts the first time.
 *
 * @throws {InvalidOptionError} the end is not after the beginning, or the pattern or time zone is none
 * @see https://www.gnu.org/software/mcron/manual/html_node/Crontab-file.html for the fields
 */
export async function loadTimeSpans(spans: TimeSpans): Promise<IsWithin> {
  if (!('cron' in spans)) {
    const { from, until } = spans;
    checkOption(until > from, 'until', 'after from', until);
    return (timestamp) => timestamp >= from && timestamp < until;
  }
  const { cron, timeZone, lengthMs } = spans;
  checkOption(lengthMs > 0 && Number.isFinite(lengthMs), 'lengthMs', '> 0', lengthMs);
  const fields = cron.trim().split(/\s+/);
  checkOption(fields.length === FIELDS, 'cron', `${FIELDS} fields, such as 0 2 * * SUN`, cron);
  // Loaded by those alone who have such a window.
  const { Cron } = await import('croner');
  let pattern: InstanceType<typeof Cron>;
  try {
    pattern = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
    // A time zone is not looked at before; and a 31st of February never comes.
    if (timeZone === '' || pattern.nextRun(new Date(0)) === null) throw new RangeError();
  } catch {
    const expected = 'a cron pattern that comes, and an IANA time zone';
    throw new InvalidOptionError('cron', expected, `${cron} in ${timeZone}`);
  }

  // Samples come in order, so most moments lie where the last one did.
  let known = { from: Number.NaN, until: Number.NaN, inside: false };
  const look = (timestamp: number): typeof known => {
    // The earliest beginning whose span still lasts, and otherwise the next one.
    const next =
      pattern.nextRun(new Date(timestamp - lengthMs))?.getTime() ?? Number.POSITIVE_INFINITY;
    if (next > timestamp) return { from: timestamp, until: next, inside: false };
    return { from: next, until: next + lengthMs, inside: true };
  };
  return (timestamp) => {
    if (!(timestamp >= known.from && timestamp < known.until)) known = look(timestamp);
    return known.inside;
  };
}
