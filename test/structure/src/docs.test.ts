import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DETECTOR_TYPES, REASON_TEXTS } from '@plumbline/core';
import { DECISION_REASONS, notificationOf } from '@plumbline/core/testing';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('the documentation', () => {
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

  test('says of every detector when to use and when to avoid it, first of all', () => {
    const text = readFileSync(resolve(ROOT, 'docs/detectors.md'), 'utf8');
    const sections = text.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(DETECTOR_TYPES);
    for (const section of sections) {
      const [first, second] = section.match(/^- \*\*.*?\*\*/gm) ?? [];
      expect([first, second]).toEqual(['- **Use it when**', '- **Avoid it when**']);
    }
  });
});
