import { describe, expect, test } from 'vitest';
import { parseOptions } from './options.ts';

const KNOWN = ['adaptive', 'z-score'];

describe('the options of pnpm quality', () => {
  test('are all sets, and the detectors that are fast enough, unless told', () => {
    expect(parseOptions(['--workers', '2'], KNOWN)).toEqual({
      all: false,
      detectors: undefined,
      sets: ['nab', 'mscloud', 'kpi'],
      write: false,
      workers: 2,
    });
  });

  test('name detectors and sets, each as often as wanted', () => {
    const args = ['--detector', 'z-score', '--set', 'kpi', '--set', 'nab', '--write'];
    expect(parseOptions(args, KNOWN)).toMatchObject({
      detectors: ['z-score'],
      sets: ['kpi', 'nab'],
      write: true,
    });
  });

  test.each([
    [['--detector', 'zscore'], '--detector: expected one of adaptive, z-score, got zscore'],
    [['--set', 'yahoo'], '--set: expected one of nab, mscloud, kpi, got yahoo'],
    [['--workers', '0'], '--workers: expected an integer >= 1, got 0'],
    [['--al'], "Unknown option '--al'"],
  ])('are refused when wrong: %s', (args, message) => {
    expect(() => parseOptions(args, KNOWN)).toThrow(message);
  });
});
