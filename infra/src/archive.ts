import { type Zippable, zipSync } from 'fflate';

/** Made on Unix, a regular file that everybody may read: Lambda runs as another user. */
const UNIX = 3;
const READABLE_FILE = (0o100644 << 16) >>> 0;

/** A ZIP archive of these files; the same bytes for the same files, whatever their order. */
export function archiveOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // The earliest time that a ZIP can hold. It holds local time without its zone, and these are local
  // fields: so the bytes are the same in every zone.
  const mtime = new Date(1980, 0, 1);
  const options = { mtime, level: 9, os: UNIX, attrs: READABLE_FILE } as const;
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) {
    entries[name] = [files.get(name)!, options];
  }
  return zipSync(entries);
}
