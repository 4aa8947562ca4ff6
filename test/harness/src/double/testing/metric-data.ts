import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { MetricName } from '../metric-store.ts';
import { startDouble } from './clients.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Noon, so that it is a whole number of every period in use here. */
export const NOW = Date.UTC(2026, 10, 24, 12);

export const CPU: MetricName = { namespace: 'Shop', metric: 'Cpu', dimensions: { Host: 'a' } };

export const started = () => startDouble({ now: () => NOW });

export function query(id: string, stat: string, period = 60, metric = CPU): MetricDataQuery {
  const Dimensions = Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: metric.namespace, MetricName: metric.metric, Dimensions },
      Period: period,
      Stat: stat,
    },
  };
}

export function ask(
  client: CloudWatchClient,
  queries: MetricDataQuery[],
  rest: Partial<GetMetricDataCommandInput> = {},
): Promise<GetMetricDataCommandOutput> {
  return client.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(NOW - HOUR),
      EndTime: new Date(NOW),
      ScanBy: 'TimestampAscending',
      ...rest,
    }),
  );
}

/** Every page of a request, with how many points each had. */
export async function everyPage(
  client: CloudWatchClient,
  queries: MetricDataQuery[],
  rest: Partial<GetMetricDataCommandInput>,
) {
  const points = new Map<string, { ms: number; value: number }[]>();
  const pages: GetMetricDataCommandOutput[] = [];
  let token: string | undefined;
  do {
    const answer = await ask(client, queries, { ...rest, ...(token ? { NextToken: token } : {}) });
    pages.push(answer);
    for (const { Id, Timestamps, Values } of answer.MetricDataResults ?? []) {
      const known = points.get(Id!) ?? [];
      points.set(Id!, known);
      Timestamps!.forEach((time, i) => {
        known.push({ ms: time.getTime(), value: Values![i]! });
      });
    }
    token = answer.NextToken;
  } while (token);
  return { pages, points };
}

export function series(length: number, stepMs: number, valueAt = (i: number) => i) {
  return {
    timestamps: Array.from({ length }, (_, i) => NOW - (length - i) * stepMs),
    values: Array.from({ length }, (_, i) => valueAt(i)),
  };
}
