import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../errors.ts';
import { matrixOfValues } from './batch-model.ts';
import { fitIsolationForest } from './isolation-forest.ts';
import { isolationForestNpm } from './isolation-forest-npm.ts';

/** What ships, and runs on every Node that is promised. */
const BUILT = new URL('../../dist/index.js', import.meta.url).href;

describe('the npm package as an engine', () => {
  const calm = Array.from({ length: 299 }, (_, i) => 50 + 5 * Math.sin(i));
  const matrix = matrixOfValues(Float64Array.of(...calm, 90));

  it('scores in (0, 1] with the outlier highest', () => {
    const { trainingScores } = isolationForestNpm(matrix, { trees: 50 });
    expect(trainingScores).toHaveLength(300);
    for (const score of trainingScores) expect(score > 0 && score <= 1).toBe(true);
    expect(trainingScores.indexOf(Math.max(...trainingScores))).toBe(299);
  });

  it('scores other rows by the same trees', () => {
    const model = isolationForestNpm(matrix, { trees: 50 });
    expect(model.score(matrix)).toEqual(model.trainingScores);
    const [ordinary, far] = model.score(matrixOfValues(Float64Array.of(50, 200)));
    expect(far).toBeGreaterThan(ordinary!);
  });

  it('takes several features', () => {
    const data = Float64Array.from({ length: 300 * 2 }, (_, i) => (i === 599 ? 40 : Math.sin(i)));
    const { trainingScores } = isolationForestNpm({ rows: 300, features: 2, data }, { trees: 50 });
    expect(trainingScores.indexOf(Math.max(...trainingScores))).toBe(299);
  });

  it('grows its trees on all rows whatever the subsample, which is why it is not the default', () => {
    const data = new Float64Array(2016);
    data[1000] = 1;
    const lone = matrixOfValues(data);
    // In each tree the lone row is apart after one step; were they grown on 256 rows of 2,016, seven
    // trees in eight would not know it.
    const theirs = isolationForestNpm(lone, { trees: 20 }).trainingScores[1000]!;
    expect(theirs).toBeCloseTo(2 ** (-1 / 10.2448), 3);
    expect(fitIsolationForest(lone, { trees: 1000 }).trainingScores[1000]).toBeLessThan(0.6);
  });

  it('has no opinion on a row with a hole, and scores its own rows once', () => {
    const model = isolationForestNpm(matrix, { trees: 5 });
    expect(model.score(matrixOfValues(Float64Array.of(50, Number.NaN)))[1]).toBeNaN();
    expect(model.trainingScores).toBe(model.trainingScores);
  });

  it('refuses options that the package would turn into nonsense', () => {
    expect(() => isolationForestNpm(matrix, { trees: 0 })).toThrow('trees must be an integer >= 1');
    expect(() => isolationForestNpm(matrix, { subsample: 1 })).toThrow(InvalidOptionError);
  });

  it('refuses one row, a hole, and other features than it was fitted to', () => {
    const one = matrixOfValues(Float64Array.of(1));
    const holed = matrixOfValues(Float64Array.of(1, Number.NaN));
    const wide = { rows: 1, features: 2, data: Float64Array.of(1, 2) };
    expect(() => isolationForestNpm(one, {})).toThrow(InvalidOptionError);
    expect(() => isolationForestNpm(holed, {})).toThrow(InvalidOptionError);
    expect(() => isolationForestNpm(matrix, { trees: 5 }).score(wide)).toThrow(InvalidOptionError);
  });
});

describe('the package isolation-forest', () => {
  it('is not loaded with the core, nor by our own engine, but by the detector that asks for it', () => {
    const steps = runInFreshNode(`
      import { createRequire } from 'node:module';
      const { cache } = createRequire(import.meta.url); // of all CommonJS, which the package is
      const loaded = () => Object.keys(cache).some((path) => path.includes('isolation-forest'));
      const steps = {};
      const core = await import(${JSON.stringify(BUILT)});
      steps.core = loaded();
      await core.loadDetector({ type: 'isolation-forest' });
      steps.typedArray = loaded();
      await core.loadDetector({ type: 'isolation-forest', engine: 'isolation-forest-npm' });
      steps.npm = loaded();
      console.log(JSON.stringify(steps));
    `);
    expect(steps).toEqual({ core: false, typedArray: false, npm: true });
  });
});

/** What a module prints, as JSON, in a process of its own: here vitest has loaded everything. */
function runInFreshNode(source: string): unknown {
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', source], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return JSON.parse(printed);
}
