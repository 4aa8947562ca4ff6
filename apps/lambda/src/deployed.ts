import { readFileSync } from 'node:fs';
import { type Guidance, type Monitor, messageOf } from '@plumbline/core';

/** Lies beside the bundle in the archive: the configuration as it was resolved, and checked, at synth. */
const FILE = new URL('./plumbline.json', import.meta.url);

/** What was deployed with this function. */
export interface Deployed {
  readonly monitors: readonly Monitor[];
  readonly pagesPerWeek: number | undefined;
  /** What people have said in files. */
  readonly guidance: Guidance;
}

/**
 * @throws {Error} the file is not there or is not what synth writes
 */
export function readDeployed(file = FILE): Deployed {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Partial<Deployed> | null;
    if (!Array.isArray(content?.monitors)) throw new Error('it holds no list of monitors');
    const { monitors, pagesPerWeek, guidance = {} } = content;
    return { monitors, pagesPerWeek, guidance };
  } catch (error) {
    throw new Error(
      `plumbline.json, beside the function's code: ${messageOf(error)}; deploy again`,
      { cause: error },
    );
  }
}
