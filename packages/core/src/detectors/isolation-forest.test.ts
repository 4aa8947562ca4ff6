import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../errors.ts';
import { quantileOfSorted } from '../stats/quantile.ts';
import {
  readAveragePathLengths,
  readIsolationForestFixture,
} from '../testing/isolation-forest-fixture.ts';
import { averageRanks, correlation } from '../testing/spearman.ts';
import { type FeatureMatrix, matrixOfValues } from './batch-model.ts';
import { fitIsolationForest } from './isolation-forest.ts';
import { contaminationOffset } from './isolation-forest-detector.ts';
import { averagePathLength } from './isolation-tree.ts';

describe.each([
  'ec2_cpu_utilization_5f5533',
  'rds_cpu_utilization_cc0c53',
  'elb_request_count_8c0756',
  'three-features', // the general trees; the others take the path for one feature
])('beside scikit-learn on %s', (name) => {
  const { matrix, trees, contamination, ...theirs } = readIsolationForestFixture(name);
  const ours = theirs.scores.map(
    (_, seed) => fitIsolationForest(matrix, { trees, seed }).trainingScores,
  );

  it('ranks the rows as like a seed of scikit-learn as its own seeds rank them alike', () => {
    const ourRanks = ours.map(averageRanks);
    const theirRanks = theirs.scores.map(averageRanks);
    const among = theirRanks.flatMap((a, i) =>
      theirRanks.slice(0, i).map((b) => correlation(a, b)),
    );
    const between = ourRanks.flatMap((a) => theirRanks.map((b) => correlation(a, b)));
    expect(among).toHaveLength(190);
    expect(between).toHaveLength(400);
    expect(quantileOf(between, 0.5)).toBeGreaterThanOrEqual(quantileOf(among, 0.05));
  });

  it('has the same level of scores, on the whole and for each row', () => {
    const level = (scores: Float64Array): number => meanOf(Array.from(scores));
    // Twenty seeds against twenty: Student's t with 38 degrees of freedom is beyond 4 once in 3,500
    // and beyond 6 once in 1.7 million, which is once in 870 over the rows of a matrix.
    expect(Math.abs(studentT(ours.map(level), theirs.scores.map(level)))).toBeLessThan(4);
    for (let row = 0; row < matrix.rows; row++) {
      const ofRow = (scores: Float64Array): number => scores[row]!;
      const t = studentT(ours.map(ofRow), theirs.scores.map(ofRow));
      expect(Math.abs(t), `row ${row}`).toBeLessThan(6);
    }
  });

  it('flags the same share up to ties at the offset', () => {
    // The offset lies between two neighbours in the order of scores. Unless they are equal, the rows
    // above it are flagged, always as many; when they are, none of those equal to them is.
    const quota = Math.floor(contamination * (matrix.rows - 1)) + 1;
    const counts = ours.map((scores) => {
      const offset = contaminationOffset(scores, contamination);
      return {
        flagged: scores.filter((score) => score > offset).length,
        tied: scores.filter((score) => score === offset).length,
      };
    });
    counts.forEach(({ flagged, tied }, seed) => {
      const allowed = Math.max(tied, theirs.tied[seed]!);
      expect(Math.abs(flagged - theirs.flagged[seed]!), `seed ${seed}`).toBeLessThanOrEqual(
        allowed,
      );
      if (tied === 0) expect(flagged, `seed ${seed}`).toBe(quota);
      else expect([flagged < quota, flagged + tied > quota], `seed ${seed}`).toEqual([true, true]);
    });
  });

  it('puts the offset where scikit-learn puts it', () => {
    const offsets = ours.map((scores) => contaminationOffset(scores, contamination));
    expect(Math.abs(studentT(offsets, theirs.offsets))).toBeLessThan(4);
    // Of scikit-learn's own scores the offset is its offset, but for their rounding to 32 bits.
    theirs.scores.forEach((scores, seed) => {
      const offset = contaminationOffset(scores, contamination);
      expect(Math.abs(offset - theirs.offsets[seed]!)).toBeLessThanOrEqual(2 ** -24);
    });
  });
});

describe('the average path length', () => {
  it('is that of scikit-learn', () => {
    const { n, c } = readAveragePathLengths();
    n.forEach((count, i) => {
      expect(averagePathLength(count), `n = ${count}`).toBeCloseTo(c[i]!, 12);
    });
  });
});

describe('the path for one feature', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const value = fc.oneof(
    fc.constant(fc.integer({ min: 0, max: 5 })), // ties
    fc.constant(fc.constantFrom(0, -0, 7)), // two values, and a zero with a sign
    fc.constant(fc.integer({ min: 0, max: 1000 }).map((i) => 1e12 + i / 1024)), // a huge offset
    fc.constant(fc.integer({ min: 0, max: 40 }).map((i) => 0.1 * i + 0.2)), // noise of rounding
    fc.constant(fc.integer({ min: -1000, max: 1000 }).map((i) => 2 ** i)), // every magnitude
    fc.constant(finite),
    finite.map((one) => fc.constant(one)), // all the same
  );
  const values = value.chain((of) => fc.array(of, { minLength: 2, maxLength: 300, size: 'max' }));
  const options = fc.record({
    trees: fc.integer({ min: 1, max: 20 }),
    subsample: fc.integer({ min: 2, max: 400 }),
    seed: fc.integer(),
  });

  it('scores as the general trees do, whatever the values', () => {
    fc.assert(
      fc.property(values, options, (array, forestOptions) => {
        const matrix = matrixOfValues(Float64Array.from(array));
        const forest = fitIsolationForest(matrix, forestOptions);
        const general = forest.score(matrix);
        forest.trainingScores.forEach((score, row) => {
          expect(Math.abs(score - general[row]!)).toBeLessThanOrEqual(1e-12);
          expect(score > 0 && score <= 1).toBe(true);
        });
      }),
      { numRuns: 500, seed: 42 },
    );
  });

  it('gives equal rows equal scores to the last bit', () => {
    const { matrix } = readIsolationForestFixture('elb_request_count_8c0756');
    const { trainingScores } = fitIsolationForest(matrix);
    const scoreOf = new Map<number, number>();
    matrix.data.forEach((one, row) => {
      expect(trainingScores[row]).toBe(scoreOf.get(one) ?? trainingScores[row]);
      scoreOf.set(one, trainingScores[row]!);
    });
    expect(scoreOf.size).toBeLessThan(matrix.rows);
  });

  it('gives the same scores in whatever order the rows come', () => {
    const { matrix } = readIsolationForestFixture('ec2_cpu_utilization_5f5533');
    const inOrder = fitIsolationForest(matrix);
    const reversed = fitIsolationForest(matrixOfValues(matrix.data.slice().reverse()));
    expect(reversed.trainingScores.slice().reverse()).toEqual(inOrder.trainingScores);
    expect(reversed.score(matrix)).toEqual(inOrder.score(matrix));
  });
});

describe.each(['rds_cpu_utilization_cc0c53', 'three-features'])('the seed on %s', (name) => {
  const { matrix } = readIsolationForestFixture(name);

  it('decides the scores', () => {
    const first = fitIsolationForest(matrix, { seed: 1 });
    const second = fitIsolationForest(matrix, { seed: 1 });
    expect(second.trainingScores).toEqual(first.trainingScores);
    expect(second.score(matrix)).toEqual(first.score(matrix));
  });

  it('gives other scores when it is another', () => {
    const first = fitIsolationForest(matrix, { seed: 1 }).trainingScores;
    for (const seed of [0, 2, -1, 2 ** 31]) {
      expect(fitIsolationForest(matrix, { seed }).trainingScores).not.toEqual(first);
    }
  });
});

describe('a tree', () => {
  it.each([-1, 1])('is grown on its subsample alone: a lone %d is seldom in it', (lone) => {
    const rows = 2016;
    const subsample = 256;
    const trees = 1000;
    const data = new Float64Array(rows);
    data[1000] = lone;
    const { trainingScores } = fitIsolationForest(matrixOfValues(data), { trees, subsample });

    // A tree that drew the lone row isolates it in one step; to the others it is one more zero, in
    // the leaf which is all of the tree. Grown on all rows, each tree would isolate it: score 0.93.
    const whole = averagePathLength(subsample);
    const pathLength = -Math.log2(trainingScores[1000]!) * whole;
    const drawnBy = (trees * (whole - pathLength)) / (whole - 1);
    expect(drawnBy).toBeCloseTo(Math.round(drawnBy), 6);
    const share = subsample / rows;
    const deviation = Math.sqrt(trees * share * (1 - share)); // binomial
    expect(Math.abs(drawnBy - trees * share)).toBeLessThan(4 * deviation);
  });

  it.each([1, 2])(
    'ends at its depth limit, where leaves are many rows (features: %d)',
    (features) => {
      const rows = 256;
      const limit = 8; // log2(256)
      // Powers of two: most splits part the largest from the rest, so depth would grow with the rows.
      const data = Float64Array.from(
        { length: rows * features },
        (_, i) => 2 ** Math.floor(i / features),
      );
      const { trainingScores } = fitIsolationForest({ rows, features, data }, { trees: 1 });

      const pathLengths = Array.from(
        trainingScores,
        (score) => -Math.log2(score) * averagePathLength(rows),
      );
      const crowded = pathLengths.filter((length) => length > limit + 1e-9);
      expect(crowded.length).toBeGreaterThan(0);
      for (const length of pathLengths) {
        if (length <= limit + 1e-9) {
          expect(length).toBeCloseTo(Math.round(length), 9);
          continue;
        }
        // A leaf of n rows at the limit: n of them, each limit + c(n) long.
        const alike = crowded.filter((other) => Math.abs(other - length) < 1e-9).length;
        const sizes = Array.from({ length: alike }, (_, i) => i + 1).filter((n) => alike % n === 0);
        expect(sizes.some((n) => Math.abs(limit + averagePathLength(n) - length) < 1e-9)).toBe(
          true,
        );
      }
    },
  );

  it('never splits on a feature that is constant in the node', () => {
    const rows = 64;
    const ones = 16;
    const matrix: FeatureMatrix = {
      rows,
      features: 3,
      data: Float64Array.from({ length: rows * 3 }, (_, i) =>
        i % 3 === 1 && i < ones * 3 ? 1 : 5,
      ),
    };
    const { trainingScores } = fitIsolationForest(matrix);
    const scoreAfterOneSplit = (leaf: number): number =>
      2 ** (-(1 + averagePathLength(leaf)) / averagePathLength(rows));
    trainingScores.forEach((score, row) => {
      expect(score).toBeCloseTo(scoreAfterOneSplit(row < ones ? ones : rows - ones), 12);
    });
  });

  it('draws each feature that varies equally often', () => {
    // Row i is apart in feature i alone, and alone after a split on it: by symmetry all are equally
    // anomalous. A path is 2.25 +- 0.83 long, c(4) = 1.85: a score over 4,000 trees varies by 0.5 %.
    const rows = 4;
    const features = 4;
    const trees = 4000;
    const data = new Float64Array(rows * features);
    for (let row = 0; row < rows; row++) data[row * features + row] = 1;
    const scores = fitIsolationForest({ rows, features, data }, { trees }).trainingScores;
    const mean = meanOf(Array.from(scores));
    for (const score of scores) expect(Math.abs(score / mean - 1)).toBeLessThan(0.02);
  });
});

describe('odd rows', () => {
  it('score one half when nothing varies', () => {
    for (const features of [1, 2]) {
      const matrix = { rows: 50, features, data: new Float64Array(50 * features).fill(3) };
      const forest = fitIsolationForest(matrix);
      for (const scores of [forest.trainingScores, forest.score(matrix)]) {
        for (const score of scores) expect(score).toBeCloseTo(0.5, 12);
      }
    }
  });

  it('have no score when a feature is missing, and leave the others theirs', () => {
    const { matrix } = readIsolationForestFixture('three-features');
    const forest = fitIsolationForest(matrix);
    const data = matrix.data.slice(0, 9);
    data[4] = Number.NaN;
    const [first, second, third] = forest.score({ rows: 3, features: 3, data });
    expect([first, second, third]).toEqual([
      forest.trainingScores[0],
      Number.NaN,
      forest.trainingScores[2],
    ]);
  });

  it('can be fewer than the subsample', () => {
    const few = matrixOfValues(Float64Array.of(1, 2, 3, 50));
    expect(fitIsolationForest(few, { subsample: 256 }).trainingScores).toEqual(
      fitIsolationForest(few, { subsample: 4 }).trainingScores,
    );
  });
});

describe('misuse', () => {
  const pair = matrixOfValues(Float64Array.of(1, 2));
  const one = matrixOfValues(Float64Array.of(1));
  const holed = matrixOfValues(Float64Array.of(1, Number.NaN));
  const endless = matrixOfValues(Float64Array.of(1, Number.POSITIVE_INFINITY));
  const long = { rows: 2, features: 1, data: Float64Array.of(1, 2, 3) };
  const wide = { rows: 1, features: 2, data: Float64Array.of(1, 2) };
  const featureless = { rows: 2, features: 0, data: new Float64Array(0) };
  const unsound = 'data must be finite in every feature, got NaN or infinity';

  it.each([
    [
      'no trees',
      () => fitIsolationForest(pair, { trees: 0 }),
      'trees must be an integer >= 1, got 0',
    ],
    [
      'half a tree',
      () => fitIsolationForest(pair, { trees: 1.5 }),
      'trees must be an integer >= 1, got 1.5',
    ],
    [
      'a subsample of one',
      () => fitIsolationForest(pair, { subsample: 1 }),
      'subsample must be an integer >= 2, got 1',
    ],
    [
      'a fractional seed',
      () => fitIsolationForest(pair, { seed: 0.5 }),
      'seed must be an integer, got 0.5',
    ],
    ['one row', () => fitIsolationForest(one), 'rows must be an integer >= 2, got 1'],
    [
      'no features',
      () => fitIsolationForest(featureless),
      'features must be an integer >= 1, got 0',
    ],
    ['NaN in the data', () => fitIsolationForest(holed), unsound],
    ['infinity in the data', () => fitIsolationForest(endless), unsound],
    ['a wrong length', () => fitIsolationForest(long), 'data must be 2 x 1 long, got 3'],
    [
      'a wrong length to score',
      () => fitIsolationForest(pair).score(long),
      'data must be 2 x 1 long, got 3',
    ],
    [
      'other features to score',
      () => fitIsolationForest(pair).score(wide),
      'features must be 1, as fitted, got 2',
    ],
  ])('is refused: %s', (_, misuse, message) => {
    expect(misuse).toThrow(InvalidOptionError);
    expect(misuse).toThrow(message);
  });
});

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantileOf(values: readonly number[], p: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/** Student's t for the difference of two means, variances not pooled; sets of one size. */
function studentT(a: readonly number[], b: readonly number[]): number {
  const squaredErrorOf = (values: readonly number[]): number => {
    const mean = meanOf(values);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return squares / (values.length - 1) / values.length;
  };
  return (meanOf(a) - meanOf(b)) / Math.sqrt(squaredErrorOf(a) + squaredErrorOf(b));
}
