import { getMetricData } from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';
import { createMetricStore, type MetricStore } from './metric-store.ts';
import { putMetricData } from './put-metric-data.ts';
import type { Call, Service } from './service.ts';

/** The metrics of every account and region, and the operations on them. */
export interface CloudWatchDouble {
  readonly service: Service;
  storeOf(account: string, region: string): MetricStore;
}

export function createCloudWatch(now: () => number): CloudWatchDouble {
  const stores = new Map<string, MetricStore>();

  function storeOf(account: string, region: string): MetricStore {
    const key = `${account}/${region}`;
    const known = stores.get(key);
    if (known) return known;
    const made = createMetricStore();
    stores.set(key, made);
    return made;
  }
  const storeFor = ({ account, region }: Call): MetricStore => storeOf(account, region);

  return {
    storeOf,
    service: {
      GetMetricData: (input: never, call) => getMetricData(input, storeFor(call), now(), call),
      ListMetrics: (input: never, call) => listMetrics(input, storeFor(call), now()),
      PutMetricData: (input: never, call) => putMetricData(input, storeFor(call), now()),
    },
  };
}
