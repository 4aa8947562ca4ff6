import type { GetMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { metricIdentity } from './series-name.ts';

/**
 * Statistics of one metric that a request may ask for at the price of one metric.
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
const STATISTICS_BILLED_AS_ONE = 5;

/**
 * How many metrics these GetMetricData requests are billed for, each page being a request.
 *
 * Billed is what is asked for, whether or not it is there; of math its operands. AWS does not say
 * whether a metric under two periods is one: here it counts as two, so that the bill is at most this.
 */
export function billedMetrics(
  requests: readonly Pick<GetMetricDataInput, 'MetricDataQueries'>[],
): number {
  return requests.reduce((sum, { MetricDataQueries = [] }) => {
    const statistics = new Map<string, number>();
    for (const { MetricStat } of MetricDataQueries) {
      if (MetricStat?.Metric === undefined) continue;
      const { Namespace = '', MetricName = '', Dimensions = [] } = MetricStat.Metric;
      const dimensions = Object.fromEntries(
        Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]),
      );
      const metric = metricIdentity({ namespace: Namespace, metric: MetricName, dimensions });
      const key = `${MetricStat.Period} ${metric}`;
      statistics.set(key, (statistics.get(key) ?? 0) + 1);
    }
    const units = [...statistics.values()].map((count) =>
      Math.ceil(count / STATISTICS_BILLED_AS_ONE),
    );
    return sum + units.reduce((all, one) => all + one, 0);
  }, 0);
}
