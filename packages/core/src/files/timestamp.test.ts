import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parseTimestamp } from './timestamp.ts';

describe('parseTimestamp', () => {
  const TIME = Date.UTC(2014, 1, 14, 9, 30, 15);

  test.each([
    ['2014-02-14T09:30:15Z', TIME],
    ['2014-02-14t09:30:15z', TIME],
    ['2014-02-14 09:30:15Z', TIME],
    ['2014-02-14 09:30:15 Z', TIME],
    ['2014-02-14T09:30:15+00:00', TIME],
    ['2014-02-14T11:30:15+02:00', TIME],
    ['2014-02-14 04:00:15 -05:30', TIME],
    ['2014-02-14T04:00:15-0530', TIME],
    ['2014-02-14 11:30:15+02', TIME], // as PostgreSQL writes it
    ['2014-02-14T09:30:15.250Z', TIME + 250],
    ['2014-02-14T09:30:15.123456789Z', TIME + 123],
    ['2014-02-14T09:30', TIME - 15_000],
    ['2014-02-14', Date.UTC(2014, 1, 14)],
    ['1392370215', TIME],
    ['1392370215.25', TIME + 250],
    ['0', 0],
    ['2016-02-29', Date.UTC(2016, 1, 29)],
    ['2014-12-31T23:59:59Z', Date.UTC(2014, 11, 31, 23, 59, 59)],
  ])('%s is %d', (text, timestamp) => {
    expect(parseTimestamp(text)).toBe(timestamp);
  });

  test.each(['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland'])(
    'without a zone it is UTC, also where the machine is set to %s',
    (zone) => {
      vi.stubEnv('TZ', zone);
      try {
        const here = new Date(2014, 1, 14, 9, 30, 15).getTime();
        expect(here === TIME).toBe(zone === 'UTC'); // the zone has taken effect
        expect(parseTimestamp('2014-02-14 09:30:15')).toBe(TIME);
        expect(parseTimestamp('2014-02-14T09:30:15')).toBe(TIME);
        expect(parseTimestamp('2014-02-14')).toBe(Date.UTC(2014, 1, 14));
      } finally {
        vi.unstubAllEnvs();
      }
    },
  );

  test('an hour that the clocks skip, or have twice, is like any other', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    try {
      expect(parseTimestamp('2014-03-30 02:30:00')).toBe(Date.UTC(2014, 2, 30, 2, 30));
      expect(parseTimestamp('2014-10-26 02:30:00')).toBe(Date.UTC(2014, 9, 26, 2, 30));
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test.each([
    '2014-02-30',
    '2014-02-29 00:00:00',
    '2014-04-31T00:00:00Z',
    '2014-13-01',
    '2014-00-10',
    '2014-01-00',
    '2014-02-14T24:00:00Z',
    '2014-02-14T09:60:00Z',
    '2014-02-14T09:30:60Z',
  ])('%s is a day or a time that does not exist', (text) => {
    expect(parseTimestamp(text)).toBeNaN();
  });

  test.each([
    '',
    'now',
    '14/02/2014',
    '2014-2-14',
    '2014-02-14T',
    '2014-02-14T09',
    '2014-02-14  09:30:15',
    '2014-02-14T09:30:15 CET',
    '2014-02-14T09:30:15.Z',
    '-1392370215',
    '1e9',
    '0x10',
    '1392370215000',
    '139237021500',
    '+012014-02-14T00:00:00Z',
  ])('%s is not a timestamp', (text) => {
    expect(parseTimestamp(text)).toBeNaN();
  });

  // Date.UTC takes the years 0 to 99 for 1900 to 1999, as it takes the 31st of April for the 1st of May.
  test('the year 50 is not 1950', () => {
    const timestamp = parseTimestamp('0050-01-01');
    expect(Number.isNaN(timestamp) || timestamp === Date.parse('0050-01-01T00:00:00Z')).toBe(true);
  });

  test.each(['2014-02-14T09:30:15+99:99', '2014-02-14T09:30:15+24:00'])(
    '%s has an offset that no zone has',
    (text) => {
      expect(parseTimestamp(text)).toBeNaN();
    },
  );

  test('every moment written by a Date is read back', () => {
    const moment = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') });
    fc.assert(
      fc.property(moment, (date) => {
        expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});
