import { ListMetricsCommand, type Metric } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchMetric, CloudWatchPlace } from '@plumbline/core';
import { AwsCallError } from '../aws-call-error.ts';
import type { AwsClients } from '../clients.ts';

/** 25,000 metrics at 500 a page, in about ten seconds: more than one proposal can be made of. */
const MOST_PAGES = 50;

/**
 * What CloudWatch lets names and values be; anything else did not come from it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

/** A metric as CloudWatch tells them apart. The names come from whoever published it. */
export type MetricName = Omit<CloudWatchMetric, 'statistic'>;

export interface ListMetricsOptions extends CloudWatchPlace {
  /** Of this namespace and this name only; of all unless told. */
  readonly namespace?: string | undefined;
  readonly metric?: string | undefined;
  /** Only those that had a sample in the last three hours, to within 50 minutes; of two weeks unless told. */
  readonly recentlyActive?: boolean;
  readonly mostPages?: number;
  /** Told after each page how many metrics have been listed. */
  readonly onPage?: (metrics: number) => void;
}

export interface ListedMetrics {
  /** In the order of CloudWatch. */
  readonly metrics: readonly MetricName[];
  /** There are metrics that were not looked at. */
  readonly more: boolean;
}

/**
 * The metrics that there are, whatever their dimensions, page by page. What is not named in printable
 * ASCII is left out.
 *
 * Permission: cloudwatch:ListMetrics.
 *
 * @throws {AwsCallError} they cannot be listed
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
 */
export async function listMetrics(
  clients: Pick<AwsClients, 'cloudWatch'>,
  {
    namespace,
    metric,
    recentlyActive = false,
    mostPages = MOST_PAGES,
    onPage,
    ...place
  }: ListMetricsOptions = {},
): Promise<ListedMetrics> {
  const client = clients.cloudWatch(place);
  const metrics: MetricName[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const command = new ListMetricsCommand({
      Namespace: namespace,
      MetricName: metric,
      NextToken: token,
      ...(recentlyActive && { RecentlyActive: 'PT3H' }),
    });
    const output = await client.send(command).catch((error: unknown) => {
      throw new AwsCallError('ListMetrics', error);
    });
    metrics.push(...(output.Metrics ?? []).flatMap(named));
    onPage?.(metrics.length);
    token = output.NextToken;
    if (!token) return { metrics, more: false };
  }
  return { metrics, more: true };
}

function named({ Namespace = '', MetricName = '', Dimensions = [] }: Metric): MetricName[] {
  const dimensions = Dimensions.map(({ Name = '', Value = '' }) => [Name, Value] as const);
  const isNamed = [Namespace, MetricName, ...dimensions.flat()].every((text) =>
    PRINTABLE_ASCII.test(text),
  );
  if (!isNamed) return [];
  return [{ namespace: Namespace, metric: MetricName, dimensions: Object.fromEntries(dimensions) }];
}
