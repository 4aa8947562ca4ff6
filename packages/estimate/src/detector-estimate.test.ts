import { expect, test } from 'vitest';
import { detectorMsOf } from './detector-estimate.ts';
import { configWith } from './testing/configs.ts';

test('time grows with the window of the forests, not of the adaptive detector', () => {
  const cpu = (detector: string, window: string): number => {
    const lines = `  - {name: o, metric: {namespace: N, name: m}, window: ${window}, detector: {type: ${detector}}}\n`;
    return detectorMsOf(configWith('{}', lines).monitors[1]!);
  };
  for (const forest of ['isolation-forest', 'isolation-forest-views', 'closed-form-forest']) {
    expect(cpu(forest, '14d')).toBeGreaterThan(cpu(forest, '7d'));
  }
  expect(cpu('adaptive', '14d')).toBe(cpu('adaptive', '7d'));
});
