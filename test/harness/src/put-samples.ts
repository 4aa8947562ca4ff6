import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { surroundingsAt } from './surroundings.ts';

/** Samples of one metric of CloudWatch, to be put there. */
export interface MetricSamples {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly region: string;
  /** Multiples of the period, ms since the epoch, ascending. */
  readonly timestamps: readonly number[];
  /** What is measured, `counts` times each. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MOST_METRICS_PER_CALL = 1000;

/** Puts samples into moto. */
export async function putSamples(endpoint: string, samples: MetricSamples): Promise<void> {
  const { namespace, metric, dimensions, region, timestamps, values, counts } = samples;
  const cloudwatch = new CloudWatchClient({
    ...surroundingsAt(endpoint, region),
    disableRequestCompression: true, // moto does not read gzip
  });
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const data = timestamps.map((time, i) => ({
    MetricName: metric,
    Dimensions,
    Timestamp: new Date(time),
    Values: [values[i]!],
    Counts: [counts[i]!],
  }));
  for (let i = 0; i < data.length; i += MOST_METRICS_PER_CALL) {
    const MetricData = data.slice(i, i + MOST_METRICS_PER_CALL);
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
  }
}
