import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXPECTATION, messageOfVerdict, SUBJECT, verdictOf } from '../testing/alerts.ts';
import { hostileText, metricValue } from '../testing/arbitraries.ts';
import { timeOf } from '../testing/series.ts';
import { type AlertMessage, buildAlertMessage, isoTime, significant } from './message.ts';
import type { Verdict } from './verdict.ts';

/** Numbers of a message that JSON cannot say. */
function unsayable(message: AlertMessage): string[] {
  return Object.entries(message).flatMap(([field, value]) =>
    typeof value === 'number' && !Number.isFinite(value) ? [`${field}: ${value}`] : [],
  );
}

describe('buildAlertMessage', () => {
  test('it is one flat object with the fields that a receiver knows', () => {
    const message = messageOfVerdict(verdictOf(12, 95.123456), {
      transitionId: 'an id',
      since: timeOf(10),
      worst: {
        timestamp: timeOf(11),
        value: 98.76543,
        deviationFactor: 4.876543,
        signal: 4.876543,
      },
      subject: {
        ...SUBJECT,
        monitor: 'checkout latency',
        metric: 'Latency',
        owner: 'team-shop',
        runbook: 'https://runbooks.example/latency',
      },
    });
    expect(message).toEqual({
      alert: 'checkout latency',
      condition: 'anomaly',
      state: 'firing',
      severity: 'page',
      reason: 'first-flagged',
      metric: 'Latency',
      cluster: 'web',
      current_value: 95.12,
      mean: 50,
      std_deviation: 10,
      deviation_factor: 4.512,
      side: 'above',
      expected: 50,
      lower: 20,
      upper: 80,
      score: 4.512,
      threshold: 3,
      rarity_days: null,
      detector: 'z-score',
      timestamp: '2014-02-14T01:00:00Z',
      since: '2014-02-14T00:50:00Z',
      worst_value: 98.77,
      worst_timestamp: '2014-02-14T00:55:00Z',
      worst_deviation_factor: 4.877,
      monitor: 'checkout latency',
      series: 'memory:web',
      owner: 'team-shop',
      runbook: 'https://runbooks.example/latency',
      topic: null,
      console_url: null,
      chart_url: null,
      detail: null,
      group: null,
      transition_id: 'an id',
    });
  });

  test('of a detector that can tell it says how rare the sample is, and of any alert how grave', () => {
    const verdict = verdictOf(0, 95, { rarity: 41.23456 });
    expect(messageOfVerdict(verdict, { severity: 'notice', reason: 'over-budget' })).toMatchObject({
      severity: 'notice',
      reason: 'over-budget',
      rarity_days: 41.23,
    });
  });

  test('what nobody said is null, not left out', () => {
    const message = messageOfVerdict(verdictOf(0, 95), {
      subject: { ...SUBJECT, resource: null },
    });
    expect(message).toMatchObject({ cluster: null, owner: null, runbook: null, topic: null });
  });

  test('of what no sample tells it says what, since when and why, and no numbers', () => {
    const message = buildAlertMessage({
      transitionId: 'an id',
      subject: SUBJECT,
      condition: 'cannot-see',
      state: 'firing',
      severity: 'page',
      reason: 'cannot-be-read',
      since: timeOf(1),
      timestamp: timeOf(3),
      detail: 'AccessDenied: not authorized to perform sts:AssumeRole',
    });
    expect(message).toMatchObject({
      alert: 'cpu',
      condition: 'cannot-see',
      reason: 'cannot-be-read',
      since: '2014-02-14T00:05:00Z',
      timestamp: '2014-02-14T00:15:00Z',
      detail: 'AccessDenied: not authorized to perform sts:AssumeRole',
    });
    const numbers = Object.values(message).filter((value) => typeof value === 'number');
    expect(numbers).toEqual([]);
    expect(message).toMatchObject({ current_value: null, side: null, worst_timestamp: null });
    expect(Object.keys(message)).toEqual(Object.keys(messageOfVerdict(verdictOf(0, 95))));
  });

  test.each([0, Number.NaN])('with a deviation of %d the deviation factor is null', (deviation) => {
    const expectation = { ...EXPECTATION, standardDeviation: deviation };
    expect(messageOfVerdict(verdictOf(0, 95, { expectation })).deviation_factor).toBeNull();
  });

  test('an open side of the band and an unknown expectation are null', () => {
    const expectation = {
      expected: Number.NaN,
      lower: Number.NEGATIVE_INFINITY,
      upper: 80,
      mean: Number.NaN,
      standardDeviation: Number.NaN,
    };
    expect(messageOfVerdict(verdictOf(0, 95, { expectation }))).toMatchObject({
      expected: null,
      lower: null,
      upper: 80,
      mean: null,
      std_deviation: null,
      deviation_factor: null,
    });
  });

  const unknown = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  const level = fc.oneof(unknown, metricValue());
  const verdict: fc.Arbitrary<Verdict> = fc
    .record({
      value: metricValue(),
      score: fc.double({ min: 0, max: 1e300, noNaN: true }),
      expectation: fc.record({
        expected: level,
        lower: level,
        upper: level,
        mean: fc.oneof(fc.constant(Number.NaN), metricValue()),
        standardDeviation: fc.oneof(
          fc.constantFrom(0, Number.NaN),
          fc.double({ min: 1e-150, max: 2 ** 360, noNaN: true }),
        ),
      }),
    })
    .map(({ value, score, expectation }) => verdictOf(7, value, { score, expectation }));

  test('of any verdict it goes through JSON and comes back the same', () => {
    fc.assert(
      fc.property(verdict, hostileText(), (any, text) => {
        const message = messageOfVerdict(any, {
          subject: {
            monitor: text,
            series: text,
            metric: text,
            resource: text,
            detector: text,
            owner: text,
            runbook: text,
            topic: text,
          },
          detail: text,
        });
        expect(unsayable(message)).toEqual([]);
        const read = JSON.parse(JSON.stringify(message)) as AlertMessage;
        for (const [field, value] of Object.entries(message)) {
          expect(read[field as keyof AlertMessage] === value, field).toBe(true); // -0 reads 0
        }
      }),
    );
  });

  // Rounded up to four digits, the largest number would be infinity.
  test('the largest score and deviation factor that are given go through JSON too', () => {
    const expectation = { ...EXPECTATION, mean: 0, standardDeviation: Number.MIN_VALUE };
    const verdict = verdictOf(0, 95, { score: 1e300, rarity: 1e300, expectation });
    const message = messageOfVerdict(verdict);
    expect(unsayable(message)).toEqual([]);
    expect(message).toMatchObject({
      score: expect.any(Number),
      rarity_days: expect.any(Number),
      deviation_factor: expect.any(Number),
    });
  });
});

describe('significant', () => {
  test.each([
    [0.00412345, 0.004123],
    [0.00412351, 0.004124],
    [95.123456, 95.12],
    [123_456.789, 123_500],
    [-0.000123456, -0.0001235],
    [1e-9, 1e-9],
    [0, 0],
    [100, 100],
    [99_999, 100_000],
  ])('%d reads %d', (value, rounded) => {
    expect(significant(value)).toBe(rounded);
  });

  test('it is off by at most half a unit of the fourth digit', () => {
    fc.assert(
      fc.property(metricValue(), (value) => {
        expect(Math.abs(significant(value) - value)).toBeLessThanOrEqual(
          0.5001e-3 * Math.abs(value),
        );
      }),
    );
  });
});

describe('isoTime', () => {
  test.each([
    [Date.UTC(2014, 3, 15, 0, 4), '2014-04-15T00:04:00Z'],
    [0, '1970-01-01T00:00:00Z'],
    [Date.UTC(2014, 3, 15, 0, 4, 5, 678), '2014-04-15T00:04:05.678Z'],
    [-1000, '1969-12-31T23:59:59Z'],
  ])('%d is %s', (timestamp, text) => {
    expect(isoTime(timestamp)).toBe(text);
  });

  test('it is UTC in any zone, and can be read back', () => {
    const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
    fc.assert(
      fc.property(time, (date) => {
        expect(isoTime(date.getTime())).toMatch(/Z$/);
        expect(Date.parse(isoTime(date.getTime()))).toBe(date.getTime());
      }),
    );
  });
});
