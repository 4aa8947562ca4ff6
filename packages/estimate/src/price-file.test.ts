import { ConfigError } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { changedPrices, parsePrices, priceFileOf } from './price-file.ts';
import { DEFAULT_PRICES } from './prices.ts';

function problemsOf(text: string): string {
  try {
    parsePrices(text, 'p.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a price file', () => {
  test('replaces what it names, and nothing else', () => {
    const prices = parsePrices('cloudWatch: { metricsReadPer1000: 0.012 }\nasOf: 2027-01-31\n');
    const { cloudWatch, ...others } = prices;
    expect(cloudWatch).toEqual({ ...DEFAULT_PRICES.cloudWatch, metricsReadPer1000: 0.012 });
    expect(others).toEqual({ ...DEFAULT_PRICES, cloudWatch: undefined, asOf: '2027-01-31' });
    expect(changedPrices(prices)).toEqual(['cloudWatch.metricsReadPer1000']);
  });

  test('can be JSON, and can be empty', () => {
    expect(parsePrices('{"kms": {"keyPerMonth": 2}}').kms.keyPerMonth).toBe(2);
    expect(parsePrices('')).toEqual(DEFAULT_PRICES);
    expect(changedPrices(parsePrices(''))).toEqual([]);
  });

  test('is printed with every key, and read back as it was', () => {
    const text = priceFileOf(DEFAULT_PRICES);
    expect(parsePrices(text)).toEqual(DEFAULT_PRICES);
    expect(text).toContain('cloudWatch: # https://aws.amazon.com/cloudwatch/pricing/\n');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(90);
    const keys = Object.values(DEFAULT_PRICES).flatMap((value) =>
      typeof value === 'object' ? Object.keys(value) : [],
    );
    for (const key of keys) expect(text).toContain(`  ${key}: `);
  });

  test('is printed in figures that can be compared with a page', () => {
    const tiny = parsePrices('lambda: { arm64PerGbSecond: 0.00000012 }');
    const text = priceFileOf(tiny);
    expect(text).toContain('arm64PerGbSecond: 0.00000012\n');
    expect(parsePrices(text)).toEqual(tiny);
  });

  test.each([
    [
      'lambda:\n  requestPerMillion: 0.2\n',
      'p.yaml:2:3: lambda.requestPerMillion: unknown key; did you mean requestsPerMillion?; known here: requestsPerMillion, arm64PerGbSecond, x86PerGbSecond',
    ],
    ['cloudwatch: {}\n', 'p.yaml:1:1: cloudwatch: unknown key; did you mean cloudWatch?'],
    ['s3:\n  readsPer1000: -1\n', 'p.yaml:2:17: s3.readsPer1000: expected at least 0, got -1'],
    ['kms: { keyPerMonth: "1" }\n', 'p.yaml:1:21: kms.keyPerMonth: expected a number, got "1"'],
    ['asOf: November\n', 'p.yaml:1:7: asOf: expected a day such as 2026-11-26, got "November"'],
    ['sns: 3\n', 'p.yaml:1:6: sns: expected keys with values, got 3'],
    ['kms: {keyPerMonth: .inf}\n', 'p.yaml:1:20: kms.keyPerMonth: expected'],
  ])('is refused with place, key and what was expected: %j', (text, message) => {
    expect(problemsOf(text)).toContain(message);
  });
});
