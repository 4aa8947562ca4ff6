import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { buildAlertMessage, type DecisionReason } from '@plumbline/core';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const GENERATED = /(^|\/)(node_modules|dist|\.[^/]+)\//;

const pages = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.md') && !GENERATED.test(path));

describe('the documentation', () => {
  test('is there', () => {
    expect(pages).toContain('README.md');
    expect(pages.length).toBeGreaterThan(10);
  });

  test.each(pages)('links only to what exists: %s', (page) => {
    const text = readFileSync(resolve(ROOT, page), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target));
    const missing = targets.filter((target) => !existsSync(resolve(ROOT, dirname(page), target)));
    expect(missing).toEqual([]);
  });

  test('lists every field of an alert message, and no other', () => {
    const text = readFileSync(resolve(ROOT, 'docs/alerts.md'), 'utf8');
    const table = text.slice(text.indexOf('| field |'), text.indexOf('## Once'));
    const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field);
    expect(listed).toEqual(Object.keys(anyMessage()));
  });

  test('lists every reason of a decision, and no other', () => {
    const text = readFileSync(resolve(ROOT, 'docs/alerts.md'), 'utf8');
    const table = text.slice(text.indexOf('| reason |'), text.indexOf('## The message'));
    const listed = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, reason]) => reason);
    expect(listed).toEqual(Object.keys(REASONS));
  });
});

/** Every reason there is: the compiler misses one that is left out. */
const REASONS: Record<DecisionReason, true> = {
  normal: true,
  'no-opinion': true,
  'other-direction': true,
  'small-effect': true,
  unconfirmed: true,
  quiet: true,
  'first-flagged': true,
  'over-budget': true,
  'still-flagged': true,
  'clearly-worse': true,
  'now-a-page': true,
  recovering: true,
  recovered: true,
};

function anyMessage() {
  const nothing = { mean: 0, standardDeviation: 1, expected: 0, lower: 0, upper: 0 };
  return buildAlertMessage({
    transitionId: '',
    state: 'firing',
    severity: 'page',
    reason: 'first-flagged',
    since: 0,
    worst: { timestamp: 0, value: 0, signal: 0, deviationFactor: 0 },
    verdict: {
      timestamp: 0,
      value: 0,
      score: 0,
      threshold: 0,
      noOpinion: undefined,
      expectation: nothing,
    },
    monitor: { name: '', detector: { type: '' } },
    series: { id: '', metric: '', resource: null },
  });
}
