import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText } from '../testing/arbitraries.ts';
import { transitionId } from './transition-id.ts';

const transition = fc.tuple(
  hostileText(),
  fc.integer(),
  fc.oneof(
    fc.constantFrom('firing' as const, 'resolved' as const),
    fc.integer().map((timestamp) => `worse ${timestamp}` as const),
  ),
);

describe('transitionId', () => {
  // Python 3.11: hashlib.sha256(b'["[\\"cpu\\",\\"csv:a.csv\\"]",1397433840000,"firing"]')
  test('it never changes: receivers know transitions by it', async () => {
    expect(await transitionId('["cpu","csv:a.csv"]', 1_397_433_840_000, 'firing')).toBe(
      '551da6bcf0267c7700aa4cf76efad3b3',
    );
  });

  test('it is the first 128 bits of the SHA-256 of what it names, as 32 digits', async () => {
    await fc.assert(
      fc.asyncProperty(transition, async ([key, since, state]) => {
        const text = JSON.stringify([key, since, state]);
        const digest = createHash('sha256').update(text).digest('hex');
        expect(await transitionId(key, since, state)).toBe(digest.slice(0, 32));
      }),
    );
  });

  test('different transitions have different ids, and equal ones the same', async () => {
    await fc.assert(
      fc.asyncProperty(transition, transition, async (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect((await transitionId(...one)) === (await transitionId(...other))).toBe(same);
      }),
    );
  });

  // Python 3.11: hashlib.sha256(b'["[\\"cpu\\",\\"csv:a.csv\\"]",1397433840000,"worse 1397434140000"]')
  test('an alert that got worse is named by the sample that was worse, and that never changes either', async () => {
    expect(
      await transitionId('["cpu","csv:a.csv"]', 1_397_433_840_000, 'worse 1397434140000'),
    ).toBe('ad4e108a294a9b490834625feba69c69');
  });

  test('firing, each time it got worse, resolved, two alerts of one series, and two series all differ', async () => {
    const ids = await Promise.all([
      transitionId('a', 1, 'firing'),
      transitionId('a', 1, 'worse 2'),
      transitionId('a', 1, 'worse 3'),
      transitionId('a', 1, 'resolved'),
      transitionId('a', 2, 'firing'),
      transitionId('b', 1, 'firing'),
      transitionId('a,1', 1, 'firing'),
      transitionId('a"', 1, 'firing'),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
