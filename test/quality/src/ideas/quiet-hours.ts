import { ALERT_POLICY_DEFAULTS, createSeriesScorer } from '@plumbline/core';
import { periodOf } from '../contenders.ts';
import type { LabelledSeries } from '../corpus.ts';
import { PROFILES, sweepNab } from '../nab-score.ts';
import { figure, type Table } from '../table.ts';

const HOUR_MS = 3_600_000;
const HOURS = [6, 8, 10, 12, 14, 18] as const;
/** Two halves of the corpus that have nothing to do with each other, for choosing on one what holds on the other. */
const PEOPLE = ['realAdExchange', 'realTraffic', 'realTweets'];

/** How long the default detector's alerts had best stay quiet: on the whole corpus, and on either half of it. */
export async function quietHoursTable(nab: readonly LabelledSeries[]): Promise<Table> {
  const rows: string[][] = [];
  for (const hours of HOURS) {
    const signals = await Promise.all(nab.map((series) => signalOf(series, hours * HOUR_MS)));
    const scoreOf = (belongs: (series: LabelledSeries) => boolean): string => {
      const part = nab.filter(belongs);
      const own = signals.filter((_, i) => belongs(nab[i]!));
      return figure(sweepNab(part, own, PROFILES.standard).score, 1);
    };
    const isOfPeople = ({ category }: LabelledSeries): boolean => PEOPLE.includes(category);
    rows.push([
      `${hours} hours`,
      scoreOf(() => true),
      scoreOf(isOfPeople),
      scoreOf((series) => !isOfPeople(series)),
    ]);
  }
  return {
    id: 'quiet-hours',
    title: 'Quiet after an alert: NAB standard, the whole corpus and two halves of it',
    head: ['quiet for', 'all', 'advertising, traffic, tweets', 'AWS, known causes, artificial'],
    rows,
  };
}

async function signalOf(series: LabelledSeries, rearmMs: number): Promise<Float64Array> {
  const spec = { type: 'adaptive', periodMs: periodOf(series) } as const;
  const scorer = await createSeriesScorer(spec, { ...ALERT_POLICY_DEFAULTS, rearmMs });
  return series.values.map((value, row) => scorer.push(series.timestamps[row]!, value).signal);
}
