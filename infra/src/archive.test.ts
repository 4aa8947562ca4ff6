import { unzipSync } from 'fflate';
import { afterEach, describe, expect, test } from 'vitest';
import { archiveOf } from './archive.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const files = new Map([
  ['detect.mjs', text('export const handler = 1;\n'.repeat(100))],
  ['plumbline.json', text('{}')],
]);

describe('the archive', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test('holds the files as they are', () => {
    expect(unzipSync(archiveOf(files))).toEqual(Object.fromEntries(files));
  });

  test('is the same bytes whatever the order of the files', () => {
    expect(archiveOf(new Map([...files].reverse()))).toEqual(archiveOf(files));
  });

  test('is the same bytes in every time zone', () => {
    const archives = ['UTC', 'America/New_York', 'Pacific/Kiritimati'].map((zone) => {
      process.env.TZ = zone;
      return archiveOf(files);
    });
    expect(archives[1]).toEqual(archives[0]);
    expect(archives[2]).toEqual(archives[0]);
  });

  test('lets everybody read its files, as the user that Lambda runs as has to', () => {
    const archive = archiveOf(files);
    const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
    const modes: number[] = [];
    for (let at = 0; at + 46 <= archive.length; at++) {
      const isEntry = view.getUint32(at, true) === 0x02014b50; // of the central directory
      if (isEntry) modes.push(view.getUint32(at + 38, true) >>> 16);
    }
    expect(modes).toEqual([0o100644, 0o100644]);
  });
});
