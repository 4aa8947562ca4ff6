import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchMetric } from '@plumbline/core';
import { type ConcreteLocator, metricIdentity } from './series-name.ts';

/** The queries that bring one series; ids are unique among all series with another `index`. */
export interface SeriesQueries {
  readonly queries: readonly MetricDataQuery[];
  /** Id of the query that gives the values. */
  readonly valueId: string;
  /** Id of the query that tells how many measurements each value rests on, where that matters. */
  readonly countId: string | undefined;
}

/** Queries of a series, told from others in the same request by an index. */
export function queriesOf(
  locator: ConcreteLocator,
  periodMs: number,
  index: number,
): SeriesQueries {
  const period = periodMs / 1000;
  const valueId = `v${index}`;
  if (locator.kind === 'cloudwatch-expression') {
    const rename = (id: string): string => `m${index}_${id}`;
    const names = Object.keys(locator.metrics);
    const operands = names.map((id) => ({
      ...metricQuery(rename(id), locator.metrics[id]!, period),
      ReturnData: false,
    }));
    const expression = renameIds(locator.expression, new Set(names), rename);
    const result = { Id: valueId, Expression: expression, Period: period };
    return { queries: [...operands, result], valueId, countId: undefined };
  }
  const value = metricQuery(valueId, locator, period);
  if (locator.minSamples === undefined) return { queries: [value], valueId, countId: undefined };
  const countId = `n${index}`;
  const count = metricQuery(countId, { ...locator, statistic: 'SampleCount' }, period);
  return { queries: [value, count], valueId, countId };
}

function metricQuery(id: string, metric: CloudWatchMetric, period: number): MetricDataQuery {
  const { namespace, metric: name, dimensions, statistic } = metric;
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
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

/** What CloudWatch bills together; series with the same are best asked for in one request. */
export function billedTogether(locator: ConcreteLocator): string {
  const metrics = locator.kind === 'cloudwatch' ? [locator] : Object.values(locator.metrics);
  return metrics.map(metricIdentity).join(' ');
}
