import type { SampledSeries } from './statistics.ts';

/** What an expression can stand for. */
type Value = number | SampledSeries | readonly SampledSeries[];

/** Where an expression finds what it names. */
export interface MathScope {
  /** The series of another query; undefined when there is no such id. */
  readonly seriesOf: (id: string) => SampledSeries | undefined;
  /** The series of all the queries of metrics whose id contains the text: what METRICS() means. */
  readonly metrics: (part: string) => readonly SampledSeries[];
  /** Starts of the periods that were asked for, oldest first: what FILL fills. */
  readonly periods: (periodSeconds: number) => Float64Array;
}

/** Why an expression cannot be computed; the message is for the caller. */
export class MathError extends Error {
  override readonly name = 'MathError';
}

/**
 * Computes an expression of CloudWatch's metric math: + - * / ^, comparisons, AND and OR, and the
 * functions below. Between two series there is a result where both have a sample. What is not
 * finite, as after a division by zero, is no sample.
 *
 * @throws {MathError} on what is not understood, or does not give one series
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function evaluateExpression(expression: string, scope: MathScope): SampledSeries {
  const tokens = tokenize(expression);
  let at = 0;

  const next = (): string => tokens[at]?.text ?? '';
  const accept = (text: string): boolean => {
    if (next() !== text || tokens[at]?.kind !== 'sign') return false;
    at += 1;
    return true;
  };
  const expect = (text: string): void => {
    if (!accept(text)) throw new MathError(`expected ${text} but found ${next() || 'the end'}`);
  };

  /** One level of the grammar: operands of the tighter level, joined from left to right. */
  const leftToRight = (operators: readonly string[], tighter: () => Value) => (): Value => {
    let left = tighter();
    for (;;) {
      const operator = operators.find((candidate) => accept(candidate));
      if (operator === undefined) return left;
      left = combine(OPERATORS[operator]!, left, tighter());
    }
  };
  const power = (): Value => {
    const base = atom();
    return accept('^') ? combine(OPERATORS['^']!, base, signed()) : base;
  };
  const signed = (): Value => (accept('-') ? combine(OPERATORS['-']!, 0, signed()) : power());
  const product = leftToRight(['*', '/'], signed);
  const sum = leftToRight(['+', '-'], product);
  const comparison = leftToRight(['<=', '>=', '==', '!=', '<', '>'], sum);
  const conjunction = leftToRight(['AND', '&&'], comparison);
  const anything = leftToRight(['OR', '||'], conjunction);

  const listUntil = (end: string): Value[] => {
    const items: Value[] = [];
    if (accept(end)) return items;
    do items.push(anything());
    while (accept(','));
    expect(end);
    return items;
  };

  function atom(): Value {
    const token = tokens[at];
    if (!token) throw new MathError('the expression ends where a value is expected');
    if (accept('(')) {
      const value = anything();
      expect(')');
      return value;
    }
    if (accept('[')) return listUntil(']').flatMap(manySeries);
    if (token.kind === 'sign') throw new MathError(`a value is expected, not ${token.text}`);
    at += 1;
    if (token.kind === 'number') return Number(token.text);
    if (!accept('(')) {
      const series = scope.seriesOf(token.text);
      if (!series) throw new MathError(`${token.text} is the id of no query`);
      return series;
    }
    if (token.text === 'METRICS') return metricsCall();
    if (token.text === 'FILL') return fillCall();
    const call = Object.hasOwn(FUNCTIONS, token.text) ? FUNCTIONS[token.text] : undefined;
    if (!call) throw new MathError(`the function ${token.text} is not known here`);
    return call(listUntil(')'));
  }

  function metricsCall(): Value {
    const part = tokens[at]?.kind === 'string' ? tokens[at++]!.text : '';
    expect(')');
    return scope.metrics(part);
  }

  function fillCall(): Value {
    const series = anything();
    expect(',');
    const repeat = next() === 'REPEAT';
    if (repeat) at += 1;
    const filler = repeat ? 'REPEAT' : anything();
    expect(')');
    if (typeof filler !== 'number' && filler !== 'REPEAT') {
      throw new MathError('FILL takes a number or REPEAT here');
    }
    const filled = manySeries(series).map((one) => fill(one, filler, scope));
    return Array.isArray(series) ? filled : filled[0]!;
  }

  const result = anything();
  if (at < tokens.length) throw new MathError(`${next()} is not expected there`);
  return oneSeries(result, 'the result');
}

interface Token {
  readonly kind: 'number' | 'name' | 'string' | 'sign';
  readonly text: string;
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(AND\b|OR\b|<=|>=|==|!=|&&|\|\||[-+*/^()[\],<>])|([A-Za-z]\w*)|["']([^"']*)["'])/y;

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new MathError(`cannot read it from position ${from}: ${text.slice(from)}`);
    const [, number, sign, name, string] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'string', text: string! });
  }
  return tokens;
}

type Operator = (a: number, b: number) => number;

const both: Operator = (a, b) => Number(a !== 0 && b !== 0);
const either: Operator = (a, b) => Number(a !== 0 || b !== 0);

/** What is true is 1, what is false is 0. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  AND: both,
  '&&': both,
  OR: either,
  '||': either,
};

const FUNCTIONS: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  ABS: ([value]) => combine((a) => Math.abs(a), value, 0),
  DIFF: ([value]) => changes(oneSeries(value, 'DIFF'), (change) => change),
  RATE: ([value]) => changes(oneSeries(value, 'RATE'), (change, seconds) => change / seconds),
  SUM: ([value]) => fold(value, (values) => values.reduce((sum, one) => sum + one, 0)),
  AVG: ([value]) =>
    fold(value, (values) => values.reduce((sum, one) => sum + one, 0) / values.length),
  MIN: ([value]) => fold(value, (values) => values.reduce((a, b) => Math.min(a, b))),
  MAX: ([value]) => fold(value, (values) => values.reduce((a, b) => Math.max(a, b))),
  IF: ([condition, then, otherwise]) => choose(condition, then, otherwise ?? Number.NaN),
};

/** Where the condition has a sample: one or the other; no sample where the chosen one has none. */
function choose(condition: Value | undefined, then: Value | undefined, otherwise: Value): Value {
  if (then === undefined) throw new MathError('a function is called without what it needs');
  if (typeof condition === 'number') return condition !== 0 ? then : otherwise;
  const { seconds, values, periodSeconds } = oneSeries(condition, 'the condition of IF');
  const yes = lookup(then);
  const no = lookup(otherwise);
  return seriesOf(periodSeconds, seconds, (i, second) => (values[i] !== 0 ? yes : no)(second));
}

/** The value at a time, NaN when there is none; of a number, that number at all times. */
function lookup(value: Value): (second: number) => number {
  if (typeof value === 'number') return () => value;
  const { seconds, values } = oneSeries(value, 'a result of IF');
  const bySecond = new Map(Array.from(seconds, (second, i) => [second, values[i]!]));
  return (second) => bySecond.get(second) ?? Number.NaN;
}

/** An operator on numbers, sample by sample. */
function combine(operator: Operator, a: Value | undefined, b: Value | undefined): Value {
  if (typeof a === 'number' && typeof b === 'number') return operator(a, b);
  if (typeof a === 'number') {
    const right = oneSeries(b, 'an operand');
    return seriesOf(right.periodSeconds, right.seconds, (i) => operator(a, right.values[i]!));
  }
  const left = oneSeries(a, 'an operand');
  if (typeof b === 'number') {
    return seriesOf(left.periodSeconds, left.seconds, (i) => operator(left.values[i]!, b));
  }
  const right = oneSeries(b, 'an operand');
  const shared: number[] = [];
  const results: number[] = [];
  for (let i = 0, j = 0; i < left.seconds.length && j < right.seconds.length; ) {
    const gap = left.seconds[i]! - right.seconds[j]!;
    if (gap === 0) {
      shared.push(left.seconds[i]!);
      results.push(operator(left.values[i]!, right.values[j]!));
    }
    if (gap <= 0) i += 1;
    if (gap >= 0) j += 1;
  }
  const period = Math.max(left.periodSeconds, right.periodSeconds);
  return seriesOf(period, Float64Array.from(shared), (i) => results[i]!);
}

/**
 * One number of many: of one series a number, of several the series of what they make of the samples
 * at each time; those that have none there do not count.
 */
function fold(value: Value | undefined, summary: (values: readonly number[]) => number): Value {
  if (value === undefined) throw new MathError('a function is called without what it needs');
  if (typeof value === 'number') return summary([value]);
  if (!Array.isArray(value)) {
    const { values } = value as SampledSeries;
    return values.length === 0 ? Number.NaN : summary([...values]);
  }
  const many: readonly SampledSeries[] = value;
  if (many.length === 0) throw new MathError('there are no series to summarize');
  const bySecond = new Map<number, number[]>();
  for (const { seconds, values } of many) {
    seconds.forEach((second, i) => {
      const there = bySecond.get(second);
      if (there) there.push(values[i]!);
      else bySecond.set(second, [values[i]!]);
    });
  }
  const seconds = Float64Array.from(bySecond.keys()).sort();
  const period = Math.max(...many.map(({ periodSeconds }) => periodSeconds));
  return seriesOf(period, seconds, (i) => summary(bySecond.get(seconds[i]!)!));
}

/** From one sample to the next; the first has none before it. */
function changes(
  { seconds, values, periodSeconds }: SampledSeries,
  measure: (change: number, seconds: number) => number,
): SampledSeries {
  return seriesOf(periodSeconds, seconds.subarray(1), (i) =>
    measure(values[i + 1]! - values[i]!, seconds[i + 1]! - seconds[i]!),
  );
}

/** A value in every period; REPEAT has none before the first sample. */
function fill(series: SampledSeries, filler: number | 'REPEAT', scope: MathScope): SampledSeries {
  const { seconds, values, periodSeconds } = series;
  let at = 0;
  let last = filler === 'REPEAT' ? Number.NaN : filler;
  return seriesOf(periodSeconds, scope.periods(periodSeconds), (_, second) => {
    if (seconds[at] !== second) return last;
    const value = values[at++]!;
    if (filler === 'REPEAT') last = value;
    return value;
  });
}

/** A series of what is finite. */
function seriesOf(
  periodSeconds: number,
  candidates: Float64Array,
  valueAt: (i: number, second: number) => number,
): SampledSeries {
  const seconds = new Float64Array(candidates.length);
  const values = new Float64Array(candidates.length);
  let length = 0;
  candidates.forEach((second, i) => {
    const value = valueAt(i, second);
    if (!Number.isFinite(value)) return;
    seconds[length] = second;
    values[length] = value;
    length += 1;
  });
  return {
    seconds: seconds.subarray(0, length),
    values: values.subarray(0, length),
    periodSeconds,
  };
}

function oneSeries(value: Value | undefined, what: string): SampledSeries {
  const many = manySeries(value);
  if (many.length !== 1) throw new MathError(`${what} must be one series, not ${many.length}`);
  return many[0]!;
}

function manySeries(value: Value | undefined): readonly SampledSeries[] {
  if (typeof value === 'number') throw new MathError('a series is expected, not a number');
  if (value === undefined) throw new MathError('a function is called without what it needs');
  return Array.isArray(value) ? value : [value as SampledSeries];
}
