import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { SETS, type SetName } from './corpus.ts';

export const USAGE = `pnpm quality [--all] [--detector NAME]... [--set NAME]... [--write] [--workers N]

  measures the default detector and all others that are fast enough, compares the default one with
  the committed results, and ends with 1 when it has become worse

  --all            the slow detectors too
  --detector NAME  this one only, however slow; again for another
  --set NAME       ${SETS.join(', ')}; all unless told
  --write          replaces the committed results, and the tables of docs/detection.md
  --workers N      series at a time; as many as there are cores unless told
`;

export interface QualityOptions {
  readonly all: boolean;
  /** Names to measure; undefined for all that are fast enough. */
  readonly detectors: readonly string[] | undefined;
  readonly sets: readonly SetName[];
  readonly write: boolean;
  readonly workers: number;
}

/**
 * @param known - names of detectors
 * @throws {Error} an option or a name is wrong; the message says what was expected
 */
export function parseOptions(args: readonly string[], known: readonly string[]): QualityOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      all: { type: 'boolean', default: false },
      detector: { type: 'string', multiple: true },
      set: { type: 'string', multiple: true },
      write: { type: 'boolean', default: false },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const workers = Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1) {
    throw new Error(`--workers: expected an integer >= 1, got ${values.workers}`);
  }
  for (const name of values.detector ?? []) {
    if (!known.includes(name)) {
      throw new Error(`--detector: expected one of ${known.join(', ')}, got ${name}`);
    }
  }
  return {
    all: values.all,
    detectors: values.detector,
    sets: values.set === undefined ? SETS : [...new Set(values.set.map(setNamed))],
    write: values.write,
    workers,
  };
}

function setNamed(name: string): SetName {
  const set = SETS.find((known) => known === name);
  if (set === undefined) throw new Error(`--set: expected one of ${SETS.join(', ')}, got ${name}`);
  return set;
}
