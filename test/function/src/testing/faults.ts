import type { AwsDouble } from '@plumbline/harness';

/** A query of GetMetricData as it travels. */
interface MetricQuery {
  readonly MetricStat: { readonly Metric: { readonly Dimensions: readonly { Value: string }[] } };
}

export type QueryFault = 'partial' | 'internal-error' | 'forbidden' | 'missing';

/** From now on CloudWatch does not answer as it should for one host. @returns takes it back */
export function failHost(aws: AwsDouble, host: string, fault: QueryFault): () => void {
  return aws.fail({
    operation: 'GetMetricData',
    each: ({ MetricStat }: MetricQuery) =>
      MetricStat.Metric.Dimensions.some(({ Value }) => Value === host) ? fault : undefined,
  });
}

/**
 * From now on CloudWatch answers in pages of so many datapoints, as it is free to do: no request of the
 * function's own is so large that it needs a second one.
 */
export function answerInPages(aws: AwsDouble, datapoints: number): void {
  aws.fail({
    operation: 'GetMetricData',
    when(input: { MaxDatapoints: number }) {
      input.MaxDatapoints = datapoints; // before it is answered
      return false;
    },
    with: 'garbage', // never
  });
}
