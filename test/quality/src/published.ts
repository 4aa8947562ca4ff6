import { type LabelledSeries, loadPublishedScores, loadPublishedTotals } from './corpus.ts';
import { type ByProfile, type SweptFigures, sweptFigures } from './nab-figures.ts';
import { PROFILE_NAMES } from './nab-score.ts';
import type { OperatorFigures } from './operator.ts';

/** Systems on the benchmark's board: the name that its authors gave them, and what people call them. */
const NAMES: Readonly<Record<string, string>> = {
  ARTime: 'ARTime',
  numenta: 'Numenta HTM',
  contextOSE: 'CAD OSE',
  htmjava: 'HTM Java',
  numentaTM: 'Numenta TM',
  earthgeckoSkyline: 'earthgecko Skyline',
  knncad: 'KNN CAD',
  relativeEntropy: 'Relative Entropy',
  randomCutForest: 'AWS Random Cut Forest',
  twitterADVec: 'Twitter ADVec',
  windowedGaussian: 'Windowed Gaussian',
  skyline: 'Etsy Skyline',
  random: 'flags at random',
  expose: 'EXPoSE',
};

/** Those whose row scores are in the repository, so that everything about them can be counted here. */
const WITH_ROW_SCORES = ['ARTime', 'numenta', 'randomCutForest'] as const;

/** The published systems as their row scores measure here. */
export function measurePublished(
  series: readonly LabelledSeries[],
): Readonly<Record<string, SweptFigures>> {
  return Object.fromEntries(
    WITH_ROW_SCORES.map((name) => [name, sweptFigures(series, loadPublishedScores(name, series))]),
  );
}

export interface PublishedTotal {
  readonly name: string;
  readonly score: ByProfile;
}

/** The totals as the authors of the benchmark committed them. */
export function publishedTotals(): readonly PublishedTotal[] {
  const totals = loadPublishedTotals();
  return Object.entries(NAMES).map(([id, name]) => {
    const entries = PROFILE_NAMES.map((profile) => [profile, totals[id]![profile]!] as const);
    return { name, score: Object.fromEntries(entries) as unknown as ByProfile };
  });
}

export function publishedName(id: string): string {
  return NAMES[id] ?? id;
}

type Cited = Pick<OperatorFigures, 'events' | 'falsePerMetricWeek'> &
  Partial<Pick<OperatorFigures, 'found' | 'precision'>>;

/**
 * CAD OSE, the quietest on the board, counted by the same rules from the row scores that are published
 * with the benchmark, which are not in this repository.
 * @see https://github.com/numenta/NAB, results/contextOSE, at ea702d75
 */
export const CITED: Readonly<Record<string, { readonly all: Cited; readonly aws: Cited }>> = {
  'CAD OSE': {
    all: { events: 116, found: 92, falsePerMetricWeek: 0.26 },
    aws: { events: 30, falsePerMetricWeek: 0.86, precision: 0.54 },
  },
};
