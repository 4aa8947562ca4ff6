import type { LabelledSeries } from './corpus.ts';
import {
  nabShares,
  PROFILE_NAMES,
  PROFILES,
  type ProfileName,
  scoreNab,
  sweepNab,
  windowsOf,
} from './nab-score.ts';
import { type OperatorFigures, openingsAt, operatorOfWindows } from './operator.ts';
import { awsPart, partsOf } from './parts.ts';
import type { SeriesRun } from './score-series.ts';

/** A score for each of the benchmark's three profiles. */
export type ByProfile = Readonly<Record<ProfileName, number>>;

/** What a detector's row scores are worth at the threshold that serves them best. */
export interface SweptFigures {
  readonly score: ByProfile;
  /** One for the whole corpus, of each profile; null when saying nothing scores best. */
  readonly threshold: Readonly<Record<ProfileName, number | null>>;
  /** Of the 17 real CloudWatch metrics alone: at the threshold of the corpus, and at their own best. */
  readonly aws: ByProfile;
  readonly awsOwn: ByProfile;
  /** Of the alerts that the threshold of the standard profile would give. */
  readonly operator: OperatorFigures;
  readonly awsOperator: OperatorFigures;
}

/** What the alerts that ship are worth, whose thresholds nobody sweeps. */
export interface ShippedFigures {
  /** Of detections on the rows on which pages open, and on no others. */
  readonly score: ByProfile;
  readonly aws: ByProfile;
  readonly pages: OperatorFigures;
  readonly alerts: OperatorFigures;
  readonly awsPages: OperatorFigures;
  readonly awsAlerts: OperatorFigures;
}

export interface NabCategory {
  readonly series: number;
  /** What the category adds to the swept standard score of the corpus, and the most that it could. */
  readonly share: number;
  readonly shareAtMost: number;
  readonly pages: OperatorFigures;
  readonly alerts: OperatorFigures;
}

export interface NabFigures {
  readonly signal: SweptFigures;
  readonly shipped: ShippedFigures;
  readonly categories: Readonly<Record<string, NabCategory>>;
}

export function nabFigures(
  series: readonly LabelledSeries[],
  runs: readonly SeriesRun[],
): NabFigures {
  const signals = runs.map((run) => run.signals);
  const signal = sweptFigures(series, signals);
  const threshold = signal.threshold.standard ?? Number.POSITIVE_INFINITY;
  const shares = nabShares(series, signals, PROFILES.standard, threshold);
  const windows = windowsOf(series);
  const pages = runs.map((run) => run.pages);
  const alerts = runs.map((run) => run.alerts);
  const categories = partsOf(series).map(([name, of]) => {
    const own = of(series);
    const category: NabCategory = {
      series: own.length,
      share: of(shares).reduce((sum, share) => sum + share, 0),
      shareAtMost: (100 * windowsOf(own)) / windows,
      pages: operatorOfWindows(own, of(pages)),
      alerts: operatorOfWindows(own, of(alerts)),
    };
    return [name, category] as const;
  });
  return {
    signal,
    shipped: shippedFigures(series, runs),
    categories: Object.fromEntries(categories),
  };
}

/** Row scores of any origin: of a detector of ours, or published ones. */
export function sweptFigures(
  series: readonly LabelledSeries[],
  scores: readonly Float64Array[],
): SweptFigures {
  const of = awsPart(series);
  const [awsSeries, awsScores] = [of(series), of(scores)];
  const swept = byProfile((name) => sweepNab(series, scores, PROFILES[name]));
  const openings = scores.map((own) => openingsAt(own, swept.standard.threshold));
  return {
    score: byProfile((name) => swept[name].score),
    threshold: byProfile((name) => finite(swept[name].threshold)),
    aws: byProfile((name) => scoreNab(awsSeries, awsScores, PROFILES[name], swept[name].threshold)),
    awsOwn: byProfile((name) => sweepNab(awsSeries, awsScores, PROFILES[name]).score),
    operator: operatorOfWindows(series, openings),
    awsOperator: operatorOfWindows(awsSeries, of(openings)),
  };
}

function shippedFigures(
  series: readonly LabelledSeries[],
  runs: readonly SeriesRun[],
): ShippedFigures {
  const of = awsPart(series);
  const detections = runs.map(({ pages, scores }) => {
    const flags = new Float64Array(scores.length);
    for (const row of pages) flags[row] = 1;
    return flags;
  });
  const pages = runs.map((run) => run.pages);
  const alerts = runs.map((run) => run.alerts);
  return {
    score: byProfile((name) => scoreNab(series, detections, PROFILES[name], 1)),
    aws: byProfile((name) => scoreNab(of(series), of(detections), PROFILES[name], 1)),
    pages: operatorOfWindows(series, pages),
    alerts: operatorOfWindows(series, alerts),
    awsPages: operatorOfWindows(of(series), of(pages)),
    awsAlerts: operatorOfWindows(of(series), of(alerts)),
  };
}

function byProfile<Value>(of: (name: ProfileName) => Value): Readonly<Record<ProfileName, Value>> {
  const entries = PROFILE_NAMES.map((name) => [name, of(name)] as const);
  return Object.fromEntries(entries) as Record<ProfileName, Value>;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
