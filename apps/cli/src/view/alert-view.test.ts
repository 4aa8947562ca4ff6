import { stripVTControlCharacters } from 'node:util';
import type { AlertMessage } from '@plumbline/core';
import { notificationOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';
import { alertsOf } from './alert-history.ts';
import { alertTable } from './alert-table.ts';
import { shortDays } from './text.ts';

const SINCE = '2026-01-02T03:00:00Z';

function message(changes: Partial<AlertMessage> = {}): AlertMessage {
  return { ...notificationOf(0).message, since: SINCE, timestamp: SINCE, ...changes };
}

const NOTICE = message({ severity: 'notice', rarity_days: 5 });
const WORSE = message({
  reason: 'now-a-page',
  severity: 'page',
  rarity_days: 90,
  timestamp: '2026-01-02T03:10:00Z',
  worst_value: 250,
});
const RESOLVED = message({
  state: 'resolved',
  severity: 'page',
  rarity_days: 0.1,
  timestamp: '2026-01-02T04:00:00Z',
  worst_value: 300,
});

describe('the alerts of a folder of messages', () => {
  test('that were told again are one each, of the severity that they came to', () => {
    const [alert, ...others] = alertsOf([NOTICE, WORSE, RESOLVED]);
    expect(others).toEqual([]);
    expect(alert).toEqual({ opened: NOTICE, resolved: RESOLVED, latest: RESOLVED, rarityDays: 90 });
  });

  test('are open while nothing has ended them, and the latest message counts', () => {
    expect(alertsOf([NOTICE, WORSE])).toMatchObject([{ resolved: undefined, latest: WORSE }]);
  });

  test('of one moment are told apart by their series and by their opening', () => {
    const other = message({ series: 'memory:db' });
    const later = message({ since: '2026-01-03T00:00:00Z' });
    expect(alertsOf([NOTICE, other, later]).map(({ opened }) => opened)).toEqual([
      NOTICE,
      other,
      later,
    ]);
  });

  test('whose opening was taken away are passed over', () => {
    expect(alertsOf([RESOLVED])).toEqual([]);
  });
});

describe('the table', () => {
  // In CI there is colour; what it says is the same.
  const table = (...messages: AlertMessage[]): string =>
    stripVTControlCharacters(alertTable(alertsOf(messages), 20).join('\n'));

  test('has pages before notices, each under its heading', () => {
    const quiet = message({ severity: 'notice', rarity_days: 9, series: 's', metric: 'quiet' });
    expect(table(quiet, NOTICE, WORSE, RESOLVED).split('\n')).toEqual([
      expect.stringMatching(/^PAGES +SINCE \(UTC\) +LASTED +VALUE +USUAL +FAR$/),
      expect.stringMatching(/^CPUUtilization web +2026-01-02 03:00 +1h +▲ 300 +50 +90 d$/),
      expect.stringMatching(/^NOTICES +SINCE \(UTC\) +LASTED +VALUE +USUAL +FAR$/),
      expect.stringMatching(/^quiet web +2026-01-02 03:00 +open +▲ 95 +50 +9 d$/),
    ]);
  });

  test('has no heading without an alert', () => {
    expect(table(NOTICE)).not.toContain('PAGES');
    expect(table(message({ severity: 'page' }))).not.toContain('NOTICES');
  });

  test('measures in deviations where the detector knows no return period', () => {
    expect(table(message({ rarity_days: null }))).toMatch(/▲ 95 +50 +4\.5 σ$/);
  });

  test('names the limit where there is nothing to measure in', () => {
    const limit = { expected: null, mean: null, worst_deviation_factor: null, rarity_days: null };
    expect(table(message({ ...limit, upper: 80 }))).toMatch(/▲ 95 +> 80$/);
  });
});

test.each([
  [4.167, '4.17 d'],
  [313.4, '313 d'],
  [700.2, '1.9 y'],
  [1e300, '> 1000 y'],
])('a return period of %d days is %s', (days, text) => {
  expect(shortDays(days)).toBe(text);
});
