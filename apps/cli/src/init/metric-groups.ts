import type { MetricName } from '@plumbline/aws-adapters';

/** The metrics of one namespace and name that have the same dimensions: what one monitor can watch. */
export interface MetricGroup {
  readonly namespace: string;
  readonly metric: string;
  /** Sorted. */
  readonly dimensionNames: readonly string[];
  readonly members: readonly MetricName[];
}

/** What stands for any value of a dimension in a configuration. */
const ANY = '*';

export function groupMetrics(metrics: readonly MetricName[]): MetricGroup[] {
  const groups = new Map<string, MetricGroup & { readonly members: MetricName[] }>();
  for (const each of metrics) {
    const dimensionNames = Object.keys(each.dimensions).sort();
    const key = JSON.stringify([each.namespace, each.metric, dimensionNames]);
    const group = groups.get(key);
    if (group !== undefined) group.members.push(each);
    else {
      const { namespace, metric } = each;
      groups.set(key, { namespace, metric, dimensionNames, members: [each] });
    }
  }
  return [...groups.values()];
}

/** The dimensions of a monitor of the whole group: `*` where its metrics differ, else their value. */
export function patternOf({ dimensionNames, members }: MetricGroup): {
  readonly dimensions: Readonly<Record<string, string>>;
  /** Names of the dimensions that are `*`. */
  readonly varying: readonly string[];
} {
  const entries = dimensionNames.map((name) => {
    const values = new Set(members.map(({ dimensions }) => dimensions[name]!));
    return [name, values.size === 1 ? [...values][0]! : ANY] as const;
  });
  return {
    dimensions: Object.fromEntries(entries),
    varying: entries.filter(([, value]) => value === ANY).map(([name]) => name),
  };
}

/** Whether a metric can stand in an expression: a value of `*` would be taken for any. */
export function isExact({ dimensions }: MetricName): boolean {
  return !Object.values(dimensions).includes(ANY);
}

/** What tells a metric from its siblings: the value of its dimensions; empty without any. */
export function resourceText(dimensions: Readonly<Record<string, string>>): string {
  return Object.values(dimensions).join(' ');
}
