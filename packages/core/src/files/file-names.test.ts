import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOSTILE_TEXTS, hostileText } from '../testing/arbitraries.ts';
import { fileNameFor } from './file-names.ts';

test('a name that can be read stays readable', () => {
  expect(fileNameFor('shard 1 of eu-west-1')).toMatch(/^shard-1-of-eu-west-1-[0-9a-f]{12}$/);
});

test('whatever the text, the name is one safe part of a path and not too long for one', () => {
  fc.assert(
    fc.property(hostileText(), (text) => {
      expect(fileNameFor(text)).toMatch(/^[A-Za-z0-9-]{13,73}$/);
    }),
  );
});

test('texts that look alike have different names', () => {
  const alike = ['a b', 'a-b', 'a/b', 'A b', 'a b ', `${'a'.repeat(100)}b`, 'a'.repeat(101)];
  const texts = [...alike, ...HOSTILE_TEXTS];
  expect(new Set(texts.map(fileNameFor)).size).toBe(texts.length);
});

test('names differ in more than case, which some file systems do not see', () => {
  expect(fileNameFor('A').toLowerCase()).not.toBe(fileNameFor('a').toLowerCase());
});
