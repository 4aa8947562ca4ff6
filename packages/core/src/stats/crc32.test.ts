import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

describe('crc32', () => {
  // Python 3.11, zlib 1.2.13: zlib.crc32; the first is the check value of the catalogue of CRCs.
  test.each([
    { what: 'the digits 1 to 9', bytes: Buffer.from('123456789'), expected: 0xcbf4_3926 },
    { what: 'nothing', bytes: new Uint8Array(0), expected: 0 },
    { what: 'one letter', bytes: Buffer.from('a'), expected: 0xe8b7_be43 },
    {
      what: 'a sentence',
      bytes: Buffer.from('The quick brown fox jumps over the lazy dog'),
      expected: 0x414f_a339,
    },
    {
      what: 'every byte once',
      bytes: Uint8Array.from({ length: 256 }, (_, i) => i),
      expected: 0x2905_8c73,
    },
    { what: 'a thousand zeros', bytes: new Uint8Array(1000), expected: 0x060b_1780 },
  ])('of $what it is what zlib says', ({ bytes, expected }) => {
    expect(crc32(bytes)).toBe(expected);
  });

  test('of bytes of any number it is what the zlib of Node says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc32(bytes)).toBe(zlibCrc32(bytes));
      }),
    );
  });

  test('it reads the bytes that a view shows, and not the buffer beneath', () => {
    const digits = Buffer.from('..123456789..').subarray(2, 11);
    expect(crc32(digits)).toBe(0xcbf4_3926);
  });

  test('damage within any 32 bits in a row is always seen', () => {
    const bytes = fc.uint8Array({ minLength: 4, maxLength: 200 });
    const burst = fc.integer({ min: 1, max: 0xffff_ffff });
    fc.assert(
      fc.property(bytes, fc.nat(), burst, (intact, at, pattern) => {
        const damaged = intact.slice();
        const view = new DataView(damaged.buffer, at % (intact.length - 3), 4);
        view.setUint32(0, (view.getUint32(0) ^ pattern) >>> 0);
        expect(crc32(damaged)).not.toBe(crc32(intact));
      }),
    );
  });
});
