import { lastMeasured, type MetricName, type MetricStore } from './metric-store.ts';
import { AwsError } from './service.ts';
import { toWireMetric, type WireDimension } from './wire-metric.ts';

/** Metrics in one answer of ListMetrics. */
const LIST_PAGE = 500;
/** A metric that is silent for so long is not listed any more: two weeks. */
const FORGOTTEN_AFTER_SECONDS = 14 * 86_400;
/** What RecentlyActive=PT3H means. */
const RECENT_SECONDS = 3 * 3_600;

interface ListMetricsInput {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly WireDimension[];
  readonly RecentlyActive?: string;
  readonly NextToken?: string;
}

/** Metrics in the order of their first sample, five hundred at a time. */
export function listMetrics(input: ListMetricsInput, store: MetricStore, now: number): object {
  const { Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken = '0' } = input;
  if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') {
    throw new AwsError('ValidationError', `RecentlyActive must be PT3H, got ${RecentlyActive}`);
  }
  if (Dimensions.length > 10) {
    throw new AwsError('ValidationError', 'The collection Dimensions must not have more than 10');
  }
  if (!/^\d+$/.test(NextToken)) throw new AwsError('InvalidNextToken', 'NextToken is not ours');
  const nowSeconds = Math.floor(now / 1000);
  const since = nowSeconds - (RecentlyActive ? RECENT_SECONDS : FORGOTTEN_AFTER_SECONDS);

  const found: MetricName[] = [];
  for (const metric of store.all()) {
    if (Namespace !== undefined && metric.namespace !== Namespace) continue;
    if (MetricName !== undefined && metric.metric !== MetricName) continue;
    const fits = Dimensions.every(({ Name = '', Value }) => {
      const value = Object.hasOwn(metric.dimensions, Name) ? metric.dimensions[Name] : undefined;
      return value !== undefined && (Value === undefined || Value === value);
    });
    if (fits && lastMeasured(metric, nowSeconds) >= since) found.push(metric);
  }
  const from = Number(NextToken);
  const until = from + LIST_PAGE;
  return {
    Metrics: found.slice(from, until).map(toWireMetric),
    ...(until < found.length ? { NextToken: String(until) } : {}),
  };
}
