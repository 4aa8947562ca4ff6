import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors.ts';
import { loadTimeSpans, type TimeSpans } from './time-spans.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The minutes at which a window of half an hour begins, between two moments. */
async function beginnings(
  cron: string,
  timeZone: string,
  [first, last]: readonly [string, string],
): Promise<string[]> {
  const isWithin = await loadTimeSpans({ cron, timeZone, lengthMs: 30 * MINUTE });
  const found: string[] = [];
  let wasWithin = isWithin(Date.parse(first) - MINUTE);
  for (let time = Date.parse(first); time < Date.parse(last); time += MINUTE) {
    if (isWithin(time) && !wasWithin) found.push(new Date(time).toISOString().slice(0, 16));
    wasWithin = isWithin(time);
  }
  return found;
}

describe('one stretch of time', () => {
  test('is from its beginning on, and up to its end', async () => {
    const isWithin = await loadTimeSpans({ from: 1000, until: 2000 });
    expect([999, 1000, 1999, 2000].map(isWithin)).toEqual([false, true, true, false]);
  });

  test.each([
    [1000, 1000],
    [2000, 1000],
    [Number.NaN, 1000],
  ])('from %d until %d is none', async (from, until) => {
    await expect(loadTimeSpans({ from, until })).rejects.toThrow(
      'until must be after from, got 1000',
    );
    await expect(loadTimeSpans({ from, until })).rejects.toThrow(InvalidOptionError);
  });

  test('until what is no time is refused as any other', async () => {
    for (const until of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      await expect(loadTimeSpans({ from: 1000, until })).rejects.toThrow(InvalidOptionError);
    }
  });

  test('without an end lasts for ever', async () => {
    const isWithin = await loadTimeSpans({ from: 1000, until: Number.POSITIVE_INFINITY });
    expect([999, 1000, 8.64e15].map(isWithin)).toEqual([false, true, true]);
  });
});

/**
 * When the clocks say so, in UTC, as Python 3.11 has it with the tz database 2025b:
 * datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo('Europe/Zurich')).astimezone(UTC), and so on; of a time that comes
 * twice, fold=0.
 */
const LOCAL_TIMES = [
  {
    zone: 'Europe/Zurich',
    change: 'on the day with 23 hours',
    span: ['2026-03-28T00:00Z', '2026-03-30T12:00Z'],
    '30 1 * * *': ['2026-03-28T00:30', '2026-03-29T00:30', '2026-03-29T23:30'],
    '30 3 * * *': ['2026-03-28T02:30', '2026-03-29T01:30', '2026-03-30T01:30'],
  },
  {
    zone: 'Europe/Zurich',
    change: 'on the day with 25 hours',
    span: ['2026-10-24T00:00Z', '2026-10-27T00:00Z'],
    '30 2 * * *': ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    '30 3 * * *': ['2026-10-24T01:30', '2026-10-25T02:30', '2026-10-26T02:30'],
  },
  {
    zone: 'America/New_York',
    change: 'on the day with 23 hours',
    span: ['2026-03-07T00:00Z', '2026-03-10T00:00Z'],
    '30 1 * * *': ['2026-03-07T06:30', '2026-03-08T06:30', '2026-03-09T05:30'],
    '30 3 * * *': ['2026-03-07T08:30', '2026-03-08T07:30', '2026-03-09T07:30'],
  },
  {
    zone: 'America/New_York',
    change: 'on the day with 25 hours',
    span: ['2026-10-31T00:00Z', '2026-11-03T00:00Z'],
    '30 1 * * *': ['2026-10-31T05:30', '2026-11-01T05:30', '2026-11-02T06:30'],
    '30 2 * * *': ['2026-10-31T06:30', '2026-11-01T07:30', '2026-11-02T07:30'],
  },
] as const;

describe('stretches of time that come again', () => {
  test.each(
    LOCAL_TIMES.flatMap(({ zone, change, span, ...patterns }) =>
      Object.entries(patterns).map(([cron, expected]) => ({ cron, zone, change, span, expected })),
    ),
  )('fault 20: $cron in $zone $change', async ({ cron, zone, span, expected }) => {
    expect(await beginnings(cron, zone, span)).toEqual(expected);
  });

  // 02:30 is skipped on these days: zoneinfo gives 01:30Z and 07:30Z for it, which are 03:30 on the clock.
  test.each([
    ['Europe/Zurich', '2026-03-29', '2026-03-29T01:00'],
    ['America/New_York', '2026-03-08', '2026-03-08T07:00'],
  ])(
    'fault 20: 02:30 in %s on %s, which there is not, is when the clock is put forward',
    async (zone, day, expected) => {
      const span = [`${day}T00:00Z`, `${day}T23:00Z`] as const;
      expect(await beginnings('30 2 * * *', zone, span)).toEqual([expected]);
    },
  );

  // Zurich is an hour ahead of UTC until 29 March, then two.
  test('begin by the clock of their time zone, on their days', async () => {
    const span = ['2026-03-20T00:00Z', '2026-04-10T00:00Z'] as const;
    expect(await beginnings('0 2 * * SUN', 'Europe/Zurich', span)).toEqual([
      '2026-03-22T01:00',
      '2026-03-29T01:00',
      '2026-04-05T00:00',
    ]);
    expect(await beginnings('0 2 * * 0,3', 'UTC', span)).toHaveLength(6);
  });

  test('are the same however many spaces there are between the fields and around them', async () => {
    const span = ['2026-03-20T00:00Z', '2026-04-10T00:00Z'] as const;
    expect(await beginnings('  0  2 *\t* SUN ', 'UTC', span)).toEqual(
      await beginnings('0 2 * * SUN', 'UTC', span),
    );
  });

  test('of a 29 February come in leap years alone', async () => {
    const isWithin = await loadTimeSpans({ cron: '0 0 29 2 *', timeZone: 'UTC', lengthMs: DAY });
    const noons = [2023, 2024, 2025, 2026, 2027, 2028].map((year) => Date.UTC(year, 1, 29, 12));
    expect(noons.map(isWithin)).toEqual([false, true, false, false, false, true]); // else 1 March
  });

  test('last as long as they last, also over midnight and over a change of the clock', async () => {
    const isWithin = await loadTimeSpans({
      cron: '0 22 * * SAT',
      timeZone: 'Europe/Zurich',
      lengthMs: 6 * HOUR,
    });
    // From 21:00Z on 28 March for six hours, which is 05:00 of summer time on the clock.
    const times = ['28T20:59', '28T21:00', '29T02:59', '29T03:00'];
    expect(times.map((time) => isWithin(Date.parse(`2026-03-${time}Z`)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('that overlap are one', async () => {
    const isWithin = await loadTimeSpans({
      cron: '0 * * * *',
      timeZone: 'UTC',
      lengthMs: 90 * MINUTE,
    });
    for (let minute = 0; minute < 24 * 60; minute += 7) {
      expect(isWithin(Date.UTC(2026, 0, 5, 0, minute))).toBe(true);
    }
  });

  test('that overlap now and then are as long as they are together', async () => {
    const isWithin = await loadTimeSpans({
      cron: '0 1,2 * * *',
      timeZone: 'UTC',
      lengthMs: 80 * MINUTE,
    });
    const within = Array.from({ length: 24 * 60 }, (_, i) => isWithin(Date.UTC(2026, 0, 5, 0, i)));
    const minutes = within.flatMap((inside, minute) => (inside ? [minute] : []));
    expect([minutes[0], minutes.at(-1), minutes.length]).toEqual([60, 199, 140]);
  });

  test('answer the same in whatever order they are asked', async () => {
    const spans: TimeSpans = { cron: '0 2 * * *', timeZone: 'Europe/Zurich', lengthMs: HOUR };
    const times = Array.from({ length: 300 }, (_, i) => Date.UTC(2026, 2, 25) + i * 37 * MINUTE);
    const [forwards, any] = [await loadTimeSpans(spans), await loadTimeSpans(spans)];
    const expected = new Map(times.map((time) => [time, forwards(time)]));
    expect([...expected.values()].filter(Boolean).length).toBeGreaterThan(5);
    const jumping = times.map((_, i) => times[(i * 101) % times.length]!);
    expect(jumping.map(any)).toEqual(jumping.map((time) => expected.get(time)));
  });

  test('begin with their first millisecond, and end with their last', async () => {
    const isWithin = await loadTimeSpans({ cron: '0 2 * * *', timeZone: 'UTC', lengthMs: HOUR });
    const begins = Date.UTC(2026, 0, 5, 2);
    const times = [begins - 1, begins, begins + HOUR - 1, begins + HOUR];
    expect(times.map(isWithin)).toEqual([false, true, true, false]);
    expect(times.toReversed().map(isWithin)).toEqual([false, true, true, false]);
  });

  test.each([
    '',
    'SUN',
    '@daily',
    '* * * *',
    '0 0 2 * * SUN',
    '60 2 * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 32 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    'a b c d e',
    '0 2 * * SUNDAE',
    '0;2 * * *',
  ])('of the pattern %j are refused', async (cron) => {
    const load = loadTimeSpans({ cron, timeZone: 'UTC', lengthMs: HOUR });
    await expect(load).rejects.toThrow(InvalidOptionError);
    await expect(load).rejects.toThrow(/^cron must be /);
  });

  test('of a pattern with too few or too many fields say how many there have to be', async () => {
    const load = loadTimeSpans({ cron: '0 2 * *', timeZone: 'UTC', lengthMs: HOUR });
    await expect(load).rejects.toThrow('cron must be 5 fields, such as 0 2 * * SUN, got 0 2 * *');
  });

  test('in a time zone that is none are refused, and both are named', async () => {
    const load = loadTimeSpans({ cron: '0 2 * * SUN', timeZone: 'Mars/Olympus', lengthMs: HOUR });
    await expect(load).rejects.toThrow(
      new InvalidOptionError(
        'cron',
        'a cron pattern that comes, and an IANA time zone',
        '0 2 * * SUN in Mars/Olympus',
      ),
    );
  });

  // Without one the clock would be that of whatever machine it runs on.
  test('in no time zone are refused', async () => {
    const load = loadTimeSpans({ cron: '0 2 * * SUN', timeZone: '', lengthMs: HOUR });
    await expect(load).rejects.toThrow(InvalidOptionError);
  });

  test('that never come are refused', async () => {
    const load = loadTimeSpans({ cron: '0 2 31 2 *', timeZone: 'UTC', lengthMs: HOUR });
    await expect(load).rejects.toThrow(InvalidOptionError);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'of %d ms are refused',
    async (lengthMs) => {
      const load = loadTimeSpans({ cron: '0 2 * * *', timeZone: 'UTC', lengthMs });
      await expect(load).rejects.toThrow(new InvalidOptionError('lengthMs', '> 0', lengthMs));
    },
  );
});
