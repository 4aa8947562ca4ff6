/** What every adapter of a port does, for the tests of those in other packages; not published. */
export * from './adaptive-rooms.ts';
export { type AlertSinkUnderTest, describeAlertSink } from './alert-sink-contract.ts';
export { DECISION_REASONS, notificationOf } from './alerts.ts';
export { HOSTILE_TEXTS, hostileText } from './arbitraries.ts';
export { describeMetricSource, type MetricSourceUnderTest } from './metric-source-contract.ts';
export { PERIOD_MS, samplesOf, timeOf } from './series.ts';
export { describeStateStore } from './state-store-contract.ts';
