export { AwsCallError } from './aws-call-error.ts';
export { type AwsClientOptions, type AwsClients, createAwsClients } from './clients.ts';
export { billedMetrics } from './cloudwatch/billing.ts';
export type { DiscoveryOptions } from './cloudwatch/discovery.ts';
export {
  type ListedMetrics,
  type ListMetricsOptions,
  listMetrics,
  type MetricName,
} from './cloudwatch/list-metrics.ts';
export { createCloudWatchMetricSource } from './cloudwatch/metric-source.ts';
export {
  createEventBridgeAlertSink,
  DETAIL_TYPES,
  EVENT_SOURCE,
  type EventBridgeAlertSinkOptions,
} from './eventbridge-alert-sink.ts';
export {
  EMAIL_FORMATS,
  HTTPS_FORMATS,
  type MessageFormats,
} from './messages/bodies.ts';
export {
  createS3StateStore,
  type S3StateStore,
  type S3StateStoreOptions,
} from './s3-state-store.ts';
export { createSnsAlertSink, type SnsAlertSinkOptions } from './sns-alert-sink.ts';
export { findStateBuckets } from './state-buckets.ts';
export { checkCredentials, usualRegion } from './surroundings.ts';
export type { WorkQueue } from './work-queue.ts';
