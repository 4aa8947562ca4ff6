import type { MetricStore } from './metric-store.ts';
import { AwsError } from './service.ts';
import { fromWireMetric, type WireDimension } from './wire-metric.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const PUT_LIMITS = {
  metrics: 1_000,
  values: 150,
  dimensions: 30,
  pastSeconds: 14 * 86_400,
  futureSeconds: 2 * 3_600,
  magnitude: 2 ** 360,
} as const;
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

interface PutMetricDataInput {
  readonly Namespace?: string;
  readonly MetricData?: readonly MetricDatum[];
}

interface MetricDatum {
  readonly MetricName?: string;
  readonly Dimensions?: readonly WireDimension[];
  readonly Timestamp?: number;
  /** Infinities and NaN travel as text. */
  readonly Value?: number | string;
  readonly Values?: readonly (number | string)[];
  readonly Counts?: readonly number[];
  readonly StatisticValues?: {
    readonly SampleCount: number;
    readonly Sum: number;
    readonly Minimum: number;
    readonly Maximum: number;
  };
  readonly Unit?: string;
  readonly StorageResolution?: number;
}

/** All of the request is stored, or nothing. */
export function putMetricData(input: PutMetricDataInput, store: MetricStore, now: number): object {
  const { Namespace: namespace, MetricData: data = [] } = input;
  if (!namespace) throw new AwsError('MissingParameter', 'The parameter Namespace is required.');
  if (data.length === 0) throw new AwsError('MissingParameter', 'MetricData is required.');
  if (data.length > PUT_LIMITS.metrics) {
    throw new AwsError(
      'InvalidParameterValue',
      `The collection MetricData must not have a size greater than ${PUT_LIMITS.metrics}.`,
    );
  }
  data.forEach((datum, index) => {
    checkDatum(datum, `MetricData.member.${index + 1}`, now);
  });
  for (const datum of data) {
    const name = fromWireMetric({ ...datum, Namespace: namespace });
    const ms = (datum.Timestamp ?? now / 1000) * 1000;
    if (datum.StatisticValues) {
      const { SampleCount, Sum, Minimum, Maximum } = datum.StatisticValues;
      const set = { sampleCount: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum };
      store.putSet(name, ms, set, datum.Unit);
      continue;
    }
    const values = (datum.Values ?? [datum.Value]).map(Number);
    store.put(name, {
      timestamps: values.map(() => ms),
      values,
      ...(datum.Counts ? { counts: datum.Counts } : {}),
      ...(datum.Unit ? { unit: datum.Unit } : {}),
      resolutionSeconds: datum.StorageResolution === 1 ? 1 : 60,
    });
  }
  return {};
}

function checkDatum(datum: MetricDatum, place: string, now: number): void {
  const { MetricName, Dimensions = [], Timestamp, Value, Values, Counts, StatisticValues } = datum;
  const refuse = (what: string): never => {
    throw new AwsError('InvalidParameterValue', `The parameter ${place}.${what}`);
  };
  if (!PRINTABLE_ASCII.test(MetricName ?? '')) refuse('MetricName must be printable ASCII.');
  if (Dimensions.length > PUT_LIMITS.dimensions) {
    refuse(`Dimensions must not have more than ${PUT_LIMITS.dimensions}.`);
  }
  for (const { Name = '', Value: text = '' } of Dimensions) {
    if (!PRINTABLE_ASCII.test(Name) || Name.length > 255 || Name.startsWith(':')) {
      refuse(`Dimensions: the name ${JSON.stringify(Name)} must be 1 to 255 characters of ASCII.`);
    }
    if (!PRINTABLE_ASCII.test(text) || text.length > 1_024 || text.trim() === '') {
      refuse(
        `Dimensions: the value ${JSON.stringify(text)} must be 1 to 1024 characters of ASCII.`,
      );
    }
  }
  const given = [Value, Values, StatisticValues].filter((one) => one !== undefined);
  if (given.length !== 1) refuse('Value, Values or StatisticValues: exactly one must be given.');
  if (Values && (Values.length === 0 || Values.length > PUT_LIMITS.values)) {
    refuse(`Values must have 1 to ${PUT_LIMITS.values} values.`);
  }
  if (Counts && Counts.length !== Values?.length) refuse('Counts must be as many as Values.');
  const numbers = Values ?? (StatisticValues ? Object.values(StatisticValues) : [Value]);
  for (const number of numbers) {
    if (!(Math.abs(Number(number)) <= PUT_LIMITS.magnitude)) {
      refuse(`Value must be finite and within 2^360, got ${number}.`);
    }
  }
  const age = now / 1000 - (Timestamp ?? now / 1000);
  if (age > PUT_LIMITS.pastSeconds || -age > PUT_LIMITS.futureSeconds) {
    refuse('Timestamp must be within the past two weeks and the next two hours.');
  }
}
