import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { REASON_TEXTS } from '@plumbline/core';
import { DECISION_REASONS, notificationOf } from '@plumbline/core/testing';
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
    expect(listed).toEqual(Object.keys(notificationOf(0).message));
  });

  test('lists every reason of a decision, and no other; plumbline explain has words for each', () => {
    const text = readFileSync(resolve(ROOT, 'docs/alerts.md'), 'utf8');
    const table = text.slice(text.indexOf('| reason |'), text.indexOf('## The message'));
    const listed = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, reason]) => reason);
    expect(listed).toEqual(DECISION_REASONS);
    expect(Object.keys(REASON_TEXTS).sort()).toEqual([...DECISION_REASONS].sort());
  });
});
