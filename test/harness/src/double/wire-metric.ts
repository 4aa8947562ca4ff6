import type { MetricName } from './metric-store.ts';

/** A metric as CloudWatch's API writes it. */
export interface WireMetric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly WireDimension[];
}

export interface WireDimension {
  readonly Name?: string;
  readonly Value?: string;
}

export function fromWireMetric(wire: WireMetric): MetricName {
  const { Namespace: namespace = '', MetricName: metric = '', Dimensions = [] } = wire;
  const pairs = Dimensions.map(({ Name = '', Value = '' }) => [Name, Value] as const);
  return { namespace, metric, dimensions: Object.fromEntries(pairs) };
}

export function toWireMetric({ namespace, metric, dimensions }: MetricName): WireMetric {
  return {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}
