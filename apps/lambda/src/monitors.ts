import { readFileSync } from 'node:fs';
import { type Monitor, messageOf } from '@plumbline/core';

/** Lies beside the bundle in the archive: the configuration as it was resolved, and checked, at synth. */
const FILE = new URL('./plumbline.json', import.meta.url);

/**
 * The monitors that were deployed with this function.
 * @throws {Error} the file is not there or is not what synth writes
 */
export function readMonitors(file = FILE): readonly Monitor[] {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as { monitors?: unknown } | null;
    if (!Array.isArray(content?.monitors)) throw new Error('it holds no list of monitors');
    return content.monitors as Monitor[];
  } catch (error) {
    throw new Error(
      `plumbline.json, beside the function's code: ${messageOf(error)}; deploy again`,
      { cause: error },
    );
  }
}
