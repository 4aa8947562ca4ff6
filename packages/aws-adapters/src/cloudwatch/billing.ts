import type { GetMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { type AskedMetric, billedMetrics as billedOf } from '@plumbline/core';

/** How many metrics these GetMetricData requests are billed for, each page being a request. */
export function billedMetrics(
  requests: readonly Pick<GetMetricDataInput, 'MetricDataQueries'>[],
): number {
  return requests.reduce((sum, { MetricDataQueries = [] }) => {
    const asked = MetricDataQueries.flatMap(({ MetricStat }): AskedMetric[] => {
      if (MetricStat?.Metric === undefined) return [];
      const { Namespace = '', MetricName = '', Dimensions = [] } = MetricStat.Metric;
      const dimensions = Object.fromEntries(
        Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]),
      );
      const metric = { namespace: Namespace, metric: MetricName, dimensions };
      return [{ place: '', periodMs: (MetricStat.Period ?? 0) * 1000, metric }];
    });
    return sum + billedOf(asked);
  }, 0);
}
