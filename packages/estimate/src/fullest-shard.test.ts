import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fullestShard, type Weighed } from './fullest-shard.ts';

const ESTATES = 200;

/** What the fullest shard really bears, each series being put where the hash of its name says. */
function reallyFullest(parts: readonly Weighed[], shards: number, estate: number): number {
  const borne = new Float64Array(shards);
  parts.forEach(({ count, weight }, part) => {
    for (let series = 0; series < count; series++) {
      const hash = createHash('md5').update(`${estate}/${part}/${series}`).digest();
      borne[hash.readUInt32LE() % shards]! += weight;
    }
  });
  return Math.max(...borne);
}

describe('the fullest shard', () => {
  test.each([
    ['many series alike', [{ count: 2000, weight: 1 }], 5],
    ['few for each shard', [{ count: 400, weight: 1 }], 40],
    [
      'some heavy among many light',
      [
        { count: 1500, weight: 1 },
        { count: 30, weight: 40 },
      ],
      4,
    ],
  ] as const)('bears no more than that in 99 of 100 estates: %s', (_, parts, shards) => {
    const bound = fullestShard(parts, shards);
    let above = 0;
    for (let estate = 0; estate < ESTATES; estate++) {
      if (reallyFullest(parts, shards, estate) > bound) above += 1;
    }
    expect(above).toBeLessThanOrEqual(ESTATES / 100);
  });

  test('bears little more than its part where each has many', () => {
    const part = 100_000 / 200;
    const bound = fullestShard([{ count: 100_000, weight: 1 }], 200);
    expect(bound).toBeGreaterThan(part);
    expect(bound).toBeLessThan(1.25 * part);
  });

  test('bears all where it is the only one, and never more than all', () => {
    expect(fullestShard([{ count: 700, weight: 2 }], 1)).toBe(1400);
    expect(fullestShard([{ count: 1, weight: 5 }], 10)).toBe(5);
    expect(fullestShard([], 10)).toBe(0);
  });
});
