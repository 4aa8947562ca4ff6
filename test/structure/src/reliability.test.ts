import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const PAGE = resolve(import.meta.dirname, '../../../docs/reliability.md');

/** What the project promises to survive so far; the other numbers are of parts to come. */
const PROMISED = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26],
  ...[27, 28, 34, 37, 38],
];

interface Row {
  readonly fault: number;
  readonly promise: string;
  readonly tests: readonly string[];
}

const rows = Array.from(
  readFileSync(PAGE, 'utf8').matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm),
  ([, fault, promise = '', links = '']): Row => ({
    fault: Number(fault),
    promise,
    tests: Array.from(links.matchAll(/\]\(([^)]+\.test\.ts)\)/g), ([, path = '']) => path),
  }),
);

describe('docs/reliability.md', () => {
  test('has a promise for each fault, in their order', () => {
    expect(rows.map(({ fault }) => fault)).toEqual(PROMISED);
    for (const { promise } of rows) expect(promise.length).toBeGreaterThan(20);
  });

  test.each(rows)('names tests that provoke fault $fault', ({ fault, tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const path of tests) {
      const text = readFileSync(resolve(dirname(PAGE), path), 'utf8');
      expect(text, path).toMatch(new RegExp(`['"\`]fault ${fault}:`));
    }
  });
});
