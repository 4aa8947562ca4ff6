import { describe, expect, test } from 'vitest';
import {
  type LabelledSeries,
  loadPublishedScores,
  loadPublishedTotals,
  loadSet,
} from './corpus.ts';
import { PROFILES, scoreNab, sweepNab } from './nab-score.ts';

const series = loadSet('nab');
const totals = loadPublishedTotals();

describe('the score of the Numenta Anomaly Benchmark', () => {
  test.each(['numenta', 'randomCutForest', 'ARTime'])(
    'of the row scores of %s is what its authors published',
    (detector) => {
      const scores = loadPublishedScores(detector, series);
      for (const [profile, weights] of Object.entries(PROFILES)) {
        const { score, threshold } = sweepNab(series, scores, weights);
        const published = totals[detector]![profile]!;
        // The published thresholds were looked for by climbing, which stops a little short of the best
        // once: numenta's 63.117 where 63.209 can be had.
        expect(score - published).toBeGreaterThan(-0.001);
        expect(score - published).toBeLessThan(profile === 'standard' ? 0.001 : 0.1);
        expect(scoreNab(series, scores, weights, threshold)).toBeCloseTo(score, 9);
      }
    },
  );

  test('is 0 for saying nothing, and 100 for the first row of every window', () => {
    const silent = series.map(({ values }) => new Float64Array(values.length));
    const perfect = series.map(({ values, spans }) => {
      const scores = new Float64Array(values.length);
      for (const [first] of spans) scores[first] = 1;
      return scores;
    });
    for (const weights of Object.values(PROFILES)) {
      expect(scoreNab(series, silent, weights, 0.5)).toBe(0);
      expect(sweepNab(series, silent, weights).score).toBe(0);
      expect(sweepNab(series, perfect, weights).score).toBeCloseTo(100, 9);
    }
  });

  test('is far below 0 for always saying something', () => {
    const always = series.map(({ values }) => new Float64Array(values.length).fill(1));
    expect(scoreNab(series, always, PROFILES.standard, 1)).toBeLessThan(-1000);
    expect(sweepNab(series, always, PROFILES.standard).score).toBe(0);
  });

  test('counts nothing before the history is over, and no row without an opinion', () => {
    const [first] = series as [LabelledSeries];
    const scores = new Float64Array(first.values.length).fill(Number.NaN);
    scores.fill(1, 0, first.scoredFrom);
    expect(scoreNab([{ ...first, spans: [[5, 9]] }], [scores], PROFILES.standard, 0.5)).toBe(0);
  });
});
