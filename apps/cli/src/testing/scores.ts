import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, type Outcome, plumbline } from './command.ts';

const HEADER = 'timestamp,value,score,signal,expected,lower,upper,alert';

/** Judges a sample from the second on, and is quick: what these tests are about is not the detector. */
export const LIMITS = `
version: 1
defaults:
  detector: {type: static-threshold, above: 90, below: -1000}
  resolveAfterSamples: 2
monitors:
  - {name: elsewhere, csv: elsewhere/*.csv}
`;

export interface Scored extends Outcome {
  readonly cwd: string;
  /** The lines of a file of the output, without the header, which is checked. */
  rows(name?: string): string[];
}

/** Folders of a test file: call `remove` when its tests are done. */
export function createWorkspaces() {
  const folders: string[] = [];
  const workspace = (files: Readonly<Record<string, string>>): string => {
    const folder = folderWith({ 'limits.yaml': LIMITS, ...files });
    folders.push(folder);
    return folder;
  };
  return {
    workspace,
    remove: (): void => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
    /** Scores one text under fixed limits, or with what else is said. */
    scored: (text: string, args: readonly string[] = ['--config', 'limits.yaml']): Scored => {
      const cwd = workspace({ 'in.csv': text });
      return scoredIn(cwd, ['in.csv', ...args]);
    },
  };
}

export function scoredIn(cwd: string, args: readonly string[]): Scored {
  const outcome = plumbline(['score', ...args, '--out', 'out'], { cwd });
  return { ...outcome, cwd, rows: (name = 'in.csv') => rowsOf(join(cwd, 'out', name)) };
}

function rowsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const [header, ...rows] = text.split('\n');
  if (header !== HEADER) throw new Error(`unexpected header: ${header}`);
  if (rows.pop() !== '') throw new Error('the last line has no end');
  return rows;
}
