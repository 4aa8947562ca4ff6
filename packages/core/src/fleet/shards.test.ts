import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../pipeline/monitor.ts';
import { HOSTILE_TEXTS, hostileText } from '../testing/arbitraries.ts';
import { shardName, shardNamed, shardOf } from './shards.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const keyFor = (id: string): string => keyOf({ monitor: { name: 'cpu' }, series: { id } });

const shard = fc
  .integer({ min: 1, max: 256 })
  .chain((count) => fc.record({ index: fc.nat({ max: count - 1 }), count: fc.constant(count) }));

describe('the shard of a series', () => {
  test('is always the same, in every release', () => {
    const key = keyFor('cloudwatch://us-east-1/Shop/cpu?Host=web-1#Average');
    // zlib.crc32 of Python 3.11, modulo the count.
    expect([1, 2, 7, 20, 256].map((count) => shardOf(key, count))).toEqual([0, 1, 2, 19, 243]);
  });

  test.each([
    ['hosts with a number', (i: number) => `?Host=web-${i}`],
    ['hosts with a padded number', (i: number) => `?Host=web-${String(i).padStart(6, '0')}`],
    ['instances', (i: number) => `?InstanceId=i-${(i * 7919).toString(16).padStart(17, '0')}`],
    ['addresses', (i: number) => `?Host=ip-10-0-${i >> 8}-${i & 255}`],
  ])('is as good as chance for %s: of 10,000 each of 20 gets its part', (_, idOf) => {
    const sizes = new Array<number>(20).fill(0);
    for (const i of range(10_000)) {
      const index = shardOf(keyFor(`cloudwatch://us-east-1/Shop/cpu${idOf(i)}#Average`), 20);
      sizes[index]! += 1;
    }
    // Exceeded by chance once in a thousand: chi2.ppf(0.999, 19) of scipy is 43.82.
    const chiSquare = sizes.reduce((sum, size) => sum + (size - 500) ** 2 / 500, 0);
    expect(chiSquare).toBeLessThan(43.8);
    expect(Math.max(...sizes)).toBeLessThan(600);
  });

  test('is one that there is, whatever its name', () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 1, max: 256 }), (id, count) => {
        const index = shardOf(keyFor(id), count);
        expect(Number.isInteger(index) && index >= 0 && index < count).toBe(true);
      }),
    );
  });
});

describe('the name of a shard', () => {
  test('is that of the only one, and else says how many there are', () => {
    expect(shardName({ index: 0, count: 1 })).toBe('shard-0');
    expect(shardName({ index: 3, count: 20 })).toBe('shard-3-of-20');
  });

  test('stands for it', () => {
    fc.assert(
      fc.property(shard, (each) => {
        expect(shardNamed(shardName(each))).toEqual(each);
      }),
    );
  });

  test('is another for every shard of every division', () => {
    const names = [1, 2, 7, 12, 20].flatMap((count) =>
      range(count).map((index) => shardName({ index, count })),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test.each([
    ...HOSTILE_TEXTS,
    'desk',
    'plan-3-of-20',
    'shard',
    'shard-',
    'shard-1',
    'shard-20-of-20',
    'shard-1-of-0',
    'shard--1-of-20',
    'shard-1-of-20-of-30',
    'shard-1-of-20\n',
    'xshard-1-of-20',
    'shard-1.5-of-20',
    'shard-1e1-of-20',
    'shard-00001-of-20',
    'shard-99999-of-999999',
  ])('is not %j', (name) => {
    expect(shardNamed(name)).toBeUndefined();
  });
});
