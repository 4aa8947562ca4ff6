import fc from 'fast-check';
import { LARGEST_VALUE } from '../series/samples.ts';

/** What can arrive in place of a number. */
export const NOT_NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
] as const;

/** Names and texts as an attacker, or a careless tenant, would choose them. */
export const HOSTILE_TEXTS = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '/etc/passwd',
  'C:\\Windows\\system32',
  '__proto__',
  'constructor',
  'x'.repeat(300),
  'ünïcödé · 数据 · 🚨',
  '\u0000\u001b[31m\r\n\u2028',
  '\ud800 a lone surrogate',
  '<!channel> <script>alert(1)</script>',
  '=cmd|calc!A1, "quoted", \'single\'',
  '$(rm -rf ~) `id` %n {{7*7}}',
] as const;

/** The smallest magnitude but zero that CloudWatch stores; what is below it here is zero. */
const SMALLEST_VALUE = 2 ** -360;

/** Any value a metric can store, with the small whole ones that tie; zero has no sign. */
export function metricValue(): fc.Arbitrary<number> {
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.integer({ min: -1000, max: 1000 }) },
      { weight: 4, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(LARGEST_VALUE, -LARGEST_VALUE, SMALLEST_VALUE) },
    )
    .map((value) => (Math.abs(value) < SMALLEST_VALUE ? 0 : value));
}

/** A series as it arrives: missing samples among the others, and now and then nothing but one value. */
export function rawValues(maxLength = 60): fc.Arbitrary<number[]> {
  const value = fc.oneof(
    { weight: 8, arbitrary: metricValue() },
    { weight: 1, arbitrary: fc.constantFrom(...NOT_NUMBERS) },
  );
  const constant = fc
    .tuple(metricValue(), fc.nat({ max: maxLength }))
    .map(([only, length]) => new Array<number>(length).fill(only));
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(value, { maxLength, size: 'max' }) },
    { weight: 1, arbitrary: constant },
  );
}

/** Any text: UTF-16 units as they come, half a pair among them. */
export function anyText(maxLength = 80): fc.Arbitrary<string> {
  const unit = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }));
  return fc.array(unit, { maxLength }).map((units) => String.fromCharCode(...units));
}

export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), anyText());
}
