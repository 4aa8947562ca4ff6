import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { type CloudWatchMetric, metricIdentity } from '@plumbline/core';
import type { ConcreteLocator } from './series-name.ts';

/** The queries that bring one series; another series may rest on some of them too. */
export interface SeriesQueries {
  readonly queries: readonly MetricDataQuery[];
  /** Id of the query that gives the values. */
  readonly valueId: string;
  /** Id of the query that tells how many measurements each value rests on, where that matters. */
  readonly countId: string | undefined;
  /** The metrics that are asked for: series that share one are best asked for in one request. */
  readonly metrics: readonly string[];
}

/** The id of what is asked for: the same for the same, so that it is asked for once. */
export type QueryIds = (what: readonly unknown[]) => string;

export function createQueryIds(): QueryIds {
  const ids = new Map<string, string>();
  return (what) => {
    const key = JSON.stringify(what);
    const id = ids.get(key) ?? `v${ids.size}`;
    ids.set(key, id);
    return id;
  };
}

export function queriesOf(
  locator: ConcreteLocator,
  periodMs: number,
  idOf: QueryIds,
): SeriesQueries {
  const period = periodMs / 1000;
  if (locator.kind === 'cloudwatch-expression') {
    const named = Object.entries(locator.metrics);
    const metrics = named.map(([, metric]) => metricIdentity(metric));
    const told = named.map(([id, { statistic }], i) => [id, metrics[i], statistic]);
    const valueId = idOf([locator.expression, told, period]);
    const rename = (id: string): string => `m${valueId}_${id}`;
    const operands = named.map(([id, metric]) => ({
      ...metricQuery(rename(id), metric, period),
      ReturnData: false,
    }));
    const ids = new Set(named.map(([id]) => id));
    const expression = renameIds(locator.expression, ids, rename);
    const result = { Id: valueId, Expression: expression, Period: period };
    return { queries: [...operands, result], valueId, countId: undefined, metrics };
  }
  const metric = metricIdentity(locator);
  const asked = (statistic: string): MetricDataQuery & { readonly Id: string } => {
    const id = idOf([metric, statistic, period]);
    return metricQuery(id, { ...locator, statistic }, period);
  };
  const value = asked(locator.statistic);
  const count = locator.minSamples === undefined ? undefined : asked('SampleCount');
  return {
    queries: count === undefined ? [value] : [value, count],
    valueId: value.Id,
    countId: count?.Id,
    metrics: [metric],
  };
}

/** Each query once, however many series rest on it. */
export function distinctQueries(series: readonly SeriesQueries[]): MetricDataQuery[] {
  const byId = new Map<string | undefined, MetricDataQuery>();
  for (const { queries } of series) for (const query of queries) byId.set(query.Id, query);
  return [...byId.values()];
}

function metricQuery(
  id: string,
  { namespace, metric, dimensions, statistic }: CloudWatchMetric,
  period: number,
): MetricDataQuery & { readonly Id: string } {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: period,
      Stat: statistic,
    },
  };
}

/**
 * Several expressions share a request, so each gets names of its own. Texts in quotes are left alone;
 * of the rest an id is a whole word, and not a part of one such as the `e1` of `1e1`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
function renameIds(
  expression: string,
  ids: ReadonlySet<string>,
  rename: (id: string) => string,
): string {
  return expression.replace(/"[^"]*"|'[^']*'|\w+/g, (word) =>
    ids.has(word) ? rename(word) : word,
  );
}
