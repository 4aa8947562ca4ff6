import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText, HOSTILE_TEXTS } from '../testing/arbitraries.ts';
import {
  decodeSilences,
  encodeSilences,
  type Silence,
  UnreadableSilencesError,
  unexpired,
} from './silences.ts';

const SILENCE: Silence = {
  id: '2026-07-01-deploy',
  match: { monitor: 'CPU', Host: 'web-*' },
  from: Date.UTC(2026, 6, 1, 12),
  until: Date.UTC(2026, 6, 1, 14),
  why: 'deploy of 1.2',
  by: 'ann',
};

const bytesOf = (content: unknown): Uint8Array =>
  new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));

const text = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), anyText());
const time = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const silence: fc.Arbitrary<Silence> = fc.record({
  id: text,
  match: fc
    .array(fc.tuple(text, text), { maxLength: 4 })
    // As JSON has it: a key is a key, whatever it means to JavaScript.
    .map((entries) => Object.fromEntries(entries)),
  from: time,
  until: time,
  why: text,
  by: text,
});

describe('silences', () => {
  test('come back as they were, with whatever in them', () => {
    fc.assert(
      fc.property(fc.array(silence, { maxLength: 4 }), (silences) => {
        expect(decodeSilences(encodeSilences(silences))).toEqual(silences);
      }),
    );
  });

  test('are JSON that a person can read, with a version', () => {
    const lines = Buffer.from(encodeSilences([SILENCE]))
      .toString()
      .split('\n');
    expect(lines).toContain('  "version": 1,');
    expect(lines).toContain('      "why": "deploy of 1.2",');
    expect(lines.at(-1)).toBe('');
  });

  test('that are none come back as none', () => {
    expect(decodeSilences(encodeSilences([]))).toEqual([]);
  });

  test('that a person wrote by hand, with more than is known, are read', () => {
    const written = { version: 1, note: 'by hand', silences: [{ ...SILENCE, ticket: 'OPS-1' }] };
    expect(decodeSilences(bytesOf(written))).toMatchObject([SILENCE]);
  });
});

describe('what is no list of silences', () => {
  test.each([
    ['nothing', '', /^not JSON: /],
    ['half of it', '{"version": 1, "silences": [', /^not JSON: /],
    ['null', 'null', /^of version undefined, this is version 1$/],
    ['a number', '5', /^of version undefined/],
    ['a bare list', [SILENCE], /^of version undefined/],
    ['another version', { version: 2, silences: [] }, /^of version 2, this is version 1$/],
    ['a version in words', { version: '1', silences: [] }, /^of version 1, this is version 1$/],
    ['no list', { version: 1 }, /^no list of silences$/],
    ['an object for a list', { version: 1, silences: {} }, /^no list of silences$/],
  ])('%s is refused', (_, content, message) => {
    expect(() => decodeSilences(bytesOf(content))).toThrow(UnreadableSilencesError);
    expect(() => decodeSilences(bytesOf(content))).toThrow(message);
  });

  test.each([
    null,
    'a silence',
    [],
    {},
    { ...SILENCE, id: 1 },
    { ...SILENCE, why: undefined },
    { ...SILENCE, by: null },
    { ...SILENCE, from: '2026-07-01T12:00:00Z' },
    { ...SILENCE, until: null },
    { ...SILENCE, match: null },
    { ...SILENCE, match: 'monitor=CPU' },
    { ...SILENCE, match: { monitor: 5 } },
    { ...SILENCE, match: { monitor: ['CPU'] } },
  ])('%j among them is refused, and which it is is said', (wrong) => {
    const content = { version: 1, silences: [SILENCE, wrong] };
    expect(() => decodeSilences(bytesOf(content))).toThrow(
      new UnreadableSilencesError('number 2 is not a silence'),
    );
  });

  // It would be in force, and be about nothing.
  test('a list for a matcher is refused', () => {
    const content = { version: 1, silences: [{ ...SILENCE, match: ['monitor=CPU'] }] };
    expect(() => decodeSilences(bytesOf(content))).toThrow('number 1 is not a silence');
  });

  test('bytes that are no text are refused', () => {
    const encoded = encodeSilences([SILENCE]);
    const at = encoded.indexOf('d'.charCodeAt(0));
    const damaged = encoded.map((byte, i) => (i === at ? 0xff : byte));
    expect(() => decodeSilences(damaged)).toThrow(UnreadableSilencesError);
  });

  test('whatever was damaged is refused or is a list of silences, and nothing else is thrown', () => {
    const encoded = encodeSilences([SILENCE, SILENCE]);
    const change = fc.tuple(fc.nat({ max: encoded.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(change, fc.nat({ max: encoded.length }), ([at, byte], length) => {
        const damaged = encoded.map((own, i) => (i === at ? byte : own));
        for (const bytes of [damaged, encoded.subarray(0, length)]) {
          try {
            for (const { until } of decodeSilences(bytes)) expect(until).toBeTypeOf('number');
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadableSilencesError);
          }
        }
      }),
    );
  });
});

test('those that are over have expired, and those to come have not', () => {
  const at = (from: number, until: number): Silence => ({ ...SILENCE, from, until });
  const [over, ending, lasting, coming] = [at(0, 9), at(0, 10), at(0, 11), at(20, 30)];
  expect(unexpired([over, ending, lasting, coming], 10)).toEqual([lasting, coming]);
});
