import type { Deploy } from '@plumbline/config';

/*
 * What a deployment costs by being there: of the stack, which its tests hold to these, and of the function, likewise.
 */

/** Metrics that the function publishes of itself, in the embedded metric format; with several shards the planner's too. */
const METRICS_OF_RUNS = 19;
const METRICS_OF_PLANS = 3;

/** Alarms on Plumbline itself, each on one metric. */
const ALARMS = 6;
const ALARMS_OF_SHARDS = 2;

/**
 * What a calm run writes into its log, figures included, and what a planner does, bytes; with the 26 that CloudWatch
 * counts with each line. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutLogEvents.html
 */
export const LOG_BYTES_OF_RUN = 2600;
export const LOG_BYTES_OF_PLAN = 1600;

export function customMetricsOf({ shards }: Pick<Deploy, 'shards'>): number {
  return METRICS_OF_RUNS + (shards > 1 ? METRICS_OF_PLANS : 0);
}

export function ownAlarmsOf({ shards }: Pick<Deploy, 'shards'>): number {
  return ALARMS + (shards > 1 ? ALARMS_OF_SHARDS : 0);
}
