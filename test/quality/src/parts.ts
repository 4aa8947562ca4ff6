import type { LabelledSeries } from './corpus.ts';

/** Takes from a list that is aligned with the series of a set what belongs to some of them. */
export type Pick = <Item>(items: readonly Item[]) => Item[];

/** Enough of a name to tell the series of kpi apart; of digits alone it would come first in any object. */
const SHORT_NAME = 13;

/**
 * The parts that a set is split into, in the order of their first series: its categories, or the series
 * themselves where it has none.
 */
export function partsOf(series: readonly LabelledSeries[]): (readonly [name: string, Pick])[] {
  const partOf = ({ set, category, name }: LabelledSeries): string =>
    category === set ? name.slice(0, SHORT_NAME) : category;
  const names = [...new Set(series.map(partOf))];
  return names.map((part) => [
    part,
    (items) => items.filter((_, i) => partOf(series[i]!) === part),
  ]);
}

const AWS = 'realAWSCloudwatch';

/** The real CloudWatch metrics among the series of nab. */
export function awsPart(series: readonly LabelledSeries[]): Pick {
  return (items) => items.filter((_, i) => series[i]!.category === AWS);
}
