import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig } from './index.ts';

const read = (path: string): string =>
  readFileSync(resolve(import.meta.dirname, '../../..', path), 'utf8');

/** Configurations that are accepted, to be spoilt. */
const GOOD = [
  read('plumbline.yaml'),
  read('examples/local-run/plumbline.yaml'),
  read('examples/deploy-from-ci/plumbline.yaml'),
  `version: 1
defaults: { period: 1m, window: 3d, detector: { type: isolation-forest, trees: 50 }, repeat: 4h }
maintenance: [{ name: patching, match: { monitor: "*" }, cron: 0 2 * * SUN, for: 2h }]
exclude: [{ from: 2026-01-31T22:00:00Z, until: 2026-02-01T00:00:00Z }]
monitors:
  - name: Error rate
    expression: { label: rate, formula: 100 * e / r, metrics: { e: { namespace: A, name: e }, r: { namespace: A, name: r } } }
    missing: zero
    whileLearning: { above: 5 }
`,
];

const TOKENS = [
  ...[
    '- ',
    ': ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '&a ',
    '*a',
    '!!map ',
    '? ',
    '|',
    '>',
  ],
  ...[
    '%',
    '@',
    '`',
    '~',
    'null',
    'true',
    '-1',
    '1e999',
    '.nan',
    '0x10',
    '9'.repeat(400),
    '__proto__',
  ],
  ...[
    'constructor',
    'version',
    'monitors',
    '<<',
    '\t',
    '\r',
    '\0',
    '\u2028',
    '\uFEFF',
    '\ud800',
    '🚨',
  ],
];

/** A text with some of it taken out, put in, or moved. */
const spoilt = fc
  .tuple(
    fc.constantFrom(...GOOD),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(12),
        put: fc.oneof(fc.constantFrom(...TOKENS), fc.string({ unit: 'binary', maxLength: 8 })),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((spoiling, { at, length, put }) => {
      const from = Math.floor(at * spoiling.length);
      return spoiling.slice(0, from) + put + spoiling.slice(from + length);
    }, text),
  );

/** What comes of a text: a configuration, or a refusal that shows where. */
function outcomeOf(text: string): 'accepted' | 'refused' {
  try {
    expect(parseConfig(text).monitors.length).toBeGreaterThan(0);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = text.split('\n').length;
    for (const { line, column, message, path } of error.problems) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(message).not.toBe('');
      // One problem is one line: nothing that was written can look like another.
      expect(path).not.toMatch(/[\n\r\u2028\u2029]/);
    }
    expect(error.problems.length).toBeGreaterThan(0);
    return 'refused';
  }
}

describe('fault 25: the loader', () => {
  test('of texts that are spoilt accepts or refuses each, and shows where', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(spoilt, (text) => {
        outcomes.add(outcomeOf(text));
      }),
      { numRuns: 400 },
    );
    expect([...outcomes].sort()).toEqual(['accepted', 'refused']);
  });

  test('of any text does so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        outcomeOf(text);
      }),
      { numRuns: 300 },
    );
  });

  test('of any value in the place of any other does so', () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json));
    const keys = [
      'version',
      'defaults',
      'pagesPerWeek',
      'maintenance',
      'exclude',
      'deploy',
      'local',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...keys), value, (key, json) => {
        outcomeOf(
          `${key}: ${json}\n${key === 'version' ? '' : 'version: 1\n'}monitors: [{ name: a, csv: a.csv }]`,
        );
      }),
      { numRuns: 300 },
    );
  });
});
