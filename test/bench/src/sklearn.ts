import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measured } from './forest.ts';
import { SLOW, timingOf } from './timing.ts';

const SCRIPT = fileURLToPath(new URL('fit_predict.py', import.meta.url));

export interface SklearnRequest {
  readonly values: Float64Array;
  readonly trees: number;
  readonly contamination: number;
}

/** scikit-learn on the same series, timed inside Python; undefined where no Python has it. */
export function measureSklearn(request: SklearnRequest): readonly Measured[] | undefined {
  const python = pythonWithSklearn();
  if (python === undefined) return undefined;

  const { runs, warmupRuns } = SLOW;
  const input = JSON.stringify({
    ...request,
    values: Array.from(request.values),
    runs,
    warmupRuns,
  });
  const { status, stdout, stderr } = spawnSync(python, [SCRIPT], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${python} ${SCRIPT} ended with ${status}:\n${stderr}`);

  const { scikitLearn, fitPredict, fitScore } = JSON.parse(stdout);
  const quota = request.contamination * request.values.length;
  for (const flagged of fitPredict.results) {
    if (!(flagged > quota / 2 && flagged <= quota + 1)) throw new Error(`${flagged} rows flagged`);
  }
  for (const highest of fitScore.results) {
    if (!(highest > 0 && highest < 1)) throw new Error(`a score of ${highest}`);
  }
  const measured = (name: string, seconds: number[]): Measured => ({
    name: `scikit-learn ${scikitLearn}, ${name}`,
    timing: timingOf(seconds.map((each) => each * 1000)),
  });
  return [
    measured('fit_predict (scores twice)', fitPredict.seconds),
    measured('fit, score_samples', fitScore.seconds),
  ];
}

/** The first of the Pythons on PATH, then the system's own, that can import scikit-learn. */
function pythonWithSklearn(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const pythons = [...new Set(folders.map((folder) => join(folder, 'python3')))];
  return pythons
    .filter((python) => existsSync(python))
    .find(
      (python) => spawnSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' }).status === 0,
    );
}
