import { describe, expect, it } from 'vitest';
import { evaluateExpression, type MathScope } from './metric-math.ts';
import type { SampledSeries } from './statistics.ts';

const PERIOD = 60;
const MISSING = Number.NaN;

/** Samples at 0, 60, 120, ... seconds; NaN where there is none. */
function series(...values: number[]): SampledSeries {
  const there = values.flatMap((value, i) => (Number.isNaN(value) ? [] : [[i * PERIOD, value]]));
  return {
    seconds: Float64Array.from(there, ([second]) => second!),
    values: Float64Array.from(there, ([, value]) => value!),
    periodSeconds: PERIOD,
  };
}

const IDS: Readonly<Record<string, SampledSeries>> = {
  a: series(1, 2, 3, 4),
  b: series(2, MISSING, 0, 8),
  late: series(MISSING, MISSING, 5, MISSING),
  none: series(),
  m1: series(1, MISSING, 1, MISSING),
  m2: series(2, 2, MISSING, MISSING),
};

const SCOPE: MathScope = {
  seriesOf: (id) => IDS[id],
  metrics: (part) => ['m1', 'm2'].filter((id) => id.includes(part)).map((id) => IDS[id]!),
  periods: () => Float64Array.of(0, 60, 120, 180),
};

/** A value per period, NaN where the result has no sample. */
function evaluate(expression: string): number[] {
  const { seconds, values } = evaluateExpression(expression, SCOPE);
  return [0, 60, 120, 180].map((second) => values[seconds.indexOf(second)] ?? MISSING);
}

describe('evaluateExpression', () => {
  it.each<[string, number[]]>([
    ['a', [1, 2, 3, 4]],
    ['a + 1', [2, 3, 4, 5]],
    ['10 - a', [9, 8, 7, 6]],
    ['a - b', [-1, MISSING, 3, -4]],
    ['a * 2 + 1', [3, 5, 7, 9]],
    ['1 + a * 2', [3, 5, 7, 9]],
    ['(1 + a) * 2', [4, 6, 8, 10]],
    ['a - 1 - 1', [-1, 0, 1, 2]],
    ['12 / a / 2', [6, 3, 2, 1.5]],
    ['2 ^ a', [2, 4, 8, 16]],
    ['-a ^ 2', [-1, -4, -9, -16]],
    ['a * -1.5e1', [-15, -30, -45, -60]],
    ['100 * (1 - b / a)', [-100, MISSING, 100, -100]],
  ])('computes %s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it('has the longer of two periods', () => {
    const slow = { ...series(1), periodSeconds: 300 };
    const scope = { ...SCOPE, seriesOf: (id: string) => (id === 'slow' ? slow : IDS[id]) };
    expect(evaluateExpression('a + slow', scope).periodSeconds).toBe(300);
    expect(evaluateExpression('SUM([slow, a])', scope).periodSeconds).toBe(300);
  });

  it('has no sample where it divides by zero', () => {
    expect(evaluate('a / b')).toEqual([0.5, MISSING, MISSING, 0.5]);
    expect(evaluate('b / (a - a)')).toEqual([MISSING, MISSING, MISSING, MISSING]);
  });

  it.each<[string, number[]]>([
    ['a > 2', [0, 0, 1, 1]],
    ['a <= b', [1, MISSING, 0, 1]],
    ['a == 2 || a == 4', [0, 1, 0, 1]],
    ['a > 1 AND a < 4', [0, 1, 1, 0]],
    ['IF(a > 2, a, 0)', [0, 0, 3, 4]],
    ['IF(a > 2, b)', [MISSING, MISSING, 0, 8]],
    ['IF(a > 2, b, a)', [1, 2, 0, 8]],
    ['IF(a != 3, 1, b)', [1, 1, 0, 1]],
    ['IF(b > 1, a, -1)', [1, MISSING, -1, 4]],
    ['IF(MAX(a) > 3, b, a)', [2, MISSING, 0, 8]],
  ])('decides %s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it.each<[string, number[]]>([
    ['FILL(b, 7)', [2, 7, 0, 8]],
    ['FILL(late, REPEAT)', [MISSING, MISSING, 5, 5]],
    ['FILL(none, 0)', [0, 0, 0, 0]],
    ['a / FILL(b, -1)', [0.5, -2, MISSING, 0.5]],
  ])('fills with %s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it.each<[string, number[]]>([
    ['SUM([m1, m2])', [3, 2, 1, MISSING]],
    ['AVG(METRICS())', [1.5, 2, 1, MISSING]],
    ['MIN(METRICS())', [1, 2, 1, MISSING]],
    ['MAX([a, b])', [2, 2, 3, 8]],
    ['SUM(METRICS("m2"))', [2, 2, MISSING, MISSING]],
    ['SUM([FILL(METRICS(), 0)])', [3, 2, 1, 0]],
    ['SUM(METRICS()) / a', [3, 1, 1 / 3, MISSING]],
  ])('summarizes %s of those that have a sample', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it.each<[string, number[]]>([
    ['a - AVG(a)', [-1.5, -0.5, 0.5, 1.5]],
    ['a / MAX(a)', [0.25, 0.5, 0.75, 1]],
    ['a * SUM(b) + MIN(a)', [11, 21, 31, 41]],
  ])('takes one number of one series in %s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it.each<[string, number[]]>([
    ['ABS(a - 3)', [2, 1, 0, 1]],
    ['DIFF(a)', [MISSING, 1, 1, 1]],
    ['DIFF(b)', [MISSING, MISSING, -2, 8]],
    ['RATE(b * 60)', [MISSING, MISSING, -1, 8]],
  ])('computes the function %s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it.each([
    ['', 'the expression ends where a value is expected'],
    ['a +', 'the expression ends where a value is expected'],
    ['a b', 'b is not expected there'],
    ['(a', 'expected ) but found the end'],
    ['a # b', 'cannot read it from position 1:  # b'],
    ['c', 'c is the id of no query'],
    ['2 + 2', 'a series is expected, not a number'],
    ['METRICS()', 'the result must be one series, not 2'],
    ['METRICS() + 1', 'an operand must be one series, not 2'],
    ['constructor(a)', 'the function constructor is not known here'],
    ['ANOMALY_DETECTION_BAND(a)', 'the function ANOMALY_DETECTION_BAND is not known here'],
    ['IF(a)', 'a function is called without what it needs'],
    ['SUM()', 'a function is called without what it needs'],
    ['SUM([])', 'there are no series to summarize'],
    ['FILL(a, b)', 'FILL takes a number or REPEAT here'],
    ['* a', 'a value is expected, not *'],
  ])('refuses %j', (expression, message) => {
    expect(() => evaluateExpression(expression, SCOPE)).toThrow(message);
  });
});
