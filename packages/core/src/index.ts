export type { Account, OpenAlert, QuietAfter } from './alerts/account.ts';
export {
  type AlertGroup,
  type GroupMember,
  type GroupTransition,
  groupOf,
  MOST_SINGLE,
  transitionsOf,
} from './alerts/group.ts';
export type {
  Guidance,
  Label,
  MaintenanceWindow,
  Mute,
} from './alerts/guidance.ts';
export {
  ALERT_OK,
  type AlertState,
  advanceAlert,
  type Circumstances,
  type Decision,
  type DecisionReason,
  type Transition,
  type WorstSample,
} from './alerts/lifecycle.ts';
export {
  MATCHER_KEYS,
  type Matcher,
  matcherText,
  matches,
  matchesPattern,
} from './alerts/matcher.ts';
export {
  type AlertMessage,
  type AlertMessageInput,
  type AlertSubject,
  buildAlertMessage,
  isoTime,
  type MessageReason,
  significant,
} from './alerts/message.ts';
export {
  ALERT_POLICY_DEFAULTS,
  type AlertPolicy,
  type MinEffect,
  type Severity,
} from './alerts/policy.ts';
export { REASON_TEXTS } from './alerts/reason-texts.ts';
export { createSilenceStore, type SilenceStore } from './alerts/silence-store.ts';
export { type Silence, UnreadableSilencesError, unexpired } from './alerts/silences.ts';
export { loadTimeSpans, type TimeSpans } from './alerts/time-spans.ts';
export { type Condition, transitionId } from './alerts/transition-id.ts';
export {
  DIRECTIONS,
  type Direction,
  deviationFactorOf,
  judge,
  sideOf,
  type Verdict,
} from './alerts/verdict.ts';
export type { WhatIf } from './alerts/what-if.ts';
export type { BacktestAlert } from './backtest/alert-log.ts';
export {
  ALTERNATIVES,
  type Alternative,
  type AlternativesRequest,
  messagesOfAlternatives,
} from './backtest/alternatives.ts';
export {
  type Backtest,
  type BacktestRequest,
  type BacktestSeries,
  backtest,
} from './backtest/backtest.ts';
export type { ReadCount } from './backtest/history-source.ts';
export type { SeriesTrace } from './backtest/series-trace.ts';
export {
  ADAPTIVE_DEFAULTS,
  type AdaptiveOptions,
  createAdaptive,
} from './detectors/adaptive/adaptive.ts';
export {
  AUTOENCODER_DEFAULTS,
  type AutoencoderDetectorOptions,
} from './detectors/autoencoder-options.ts';
export {
  type BatchModel,
  type FeatureMatrix,
  matrixOfValues,
} from './detectors/batch-model.ts';
export {
  CLOSED_FORM_FOREST_DEFAULTS,
  type ClosedFormForestOptions,
  createClosedFormForest,
} from './detectors/closed-form-forest-detector.ts';
export type { Detector, DetectorFactory, Expectation, NoOpinion } from './detectors/detector.ts';
export {
  DETECTOR_TYPES,
  type DetectorSpec,
  ISOLATION_FOREST_ENGINES,
  type IsolationForestEngineName,
  loadDetector,
  snapshotKey,
} from './detectors/detector-spec.ts';
export type { AdaptiveExplanation, Explanation, ViewAccount } from './detectors/explanation.ts';
export {
  createInterquartileRange,
  INTERQUARTILE_RANGE_DEFAULTS,
  type InterquartileRangeOptions,
} from './detectors/interquartile-range.ts';
export {
  fitIsolationForest,
  ISOLATION_FOREST_DEFAULTS,
  type IsolationForestOptions,
} from './detectors/isolation-forest.ts';
export {
  contaminationOffset,
  createIsolationForestDetector,
  ISOLATION_FOREST_DETECTOR_DEFAULTS,
  type IsolationForestDetectorOptions,
  type IsolationForestEngine,
} from './detectors/isolation-forest-detector.ts';
export {
  createIsolationForestViews,
  ISOLATION_FOREST_VIEWS_DEFAULTS,
  type IsolationForestViewsOptions,
} from './detectors/isolation-forest-views.ts';
export {
  createStaticThreshold,
  type StaticThresholdOptions,
} from './detectors/static-threshold.ts';
export { WINDOW_DEFAULTS, type WindowOptions } from './detectors/window-options.ts';
export { createZScore, Z_SCORE_DEFAULTS, type ZScoreOptions } from './detectors/z-score.ts';
export { InvalidOptionError, messageOf } from './errors.ts';
export { adoptState } from './fleet/adopt.ts';
export { createDesk, type Desk, type DeskOptions, type Told } from './fleet/desk.ts';
export { decodeJob, encodeJob, type ShardJob, UnreadableJobError } from './fleet/job.ts';
export {
  createPlanStore,
  encodePlan,
  type PlanStore,
  planFleet,
  type ShardPlan,
  UnreadablePlanError,
  watchedOf,
} from './fleet/plan.ts';
export {
  SERIES_PER_SHARD,
  type Shard,
  shardName,
  shardNamed,
  shardOf,
} from './fleet/shards.ts';
export { createLiveStateStore, type LiveStateStore } from './pipeline/live-state-store.ts';
export {
  keyOf,
  MISSING_POLICIES,
  type MissingPolicy,
  type Monitor,
  type WatchedSeries,
} from './pipeline/monitor.ts';
export { type ReplayRequest, replay } from './pipeline/replay.ts';
export { run, STAGES } from './pipeline/run.ts';
export {
  createSeriesScorer,
  type ScoredSample,
  type SeriesScorer,
} from './pipeline/series-scorer.ts';
export { decodeShard, encodeShard, UnreadableStateError } from './pipeline/shard-codec.ts';
export type { OutboxEntry, SeriesState, ShardState } from './pipeline/shard-state.ts';
export type {
  ConditionChange,
  Note,
  Run,
  RunCounts,
  RunPorts,
  RunReport,
  RunRequest,
  SeriesDecision,
  SeriesRequest,
  Stage,
} from './pipeline/stage.ts';
export { watchMonitors } from './pipeline/watch.ts';
export { withinMaxSeries } from './pipeline/within-max-series.ts';
export {
  type AlertSink,
  createMemoryAlertSink,
  type Delivery,
  type Notification,
  type SendOptions,
} from './ports/alert-sink.ts';
export {
  type AskedMetric,
  billedAs,
  billedMetrics,
  metricIdentity,
} from './ports/billed-metrics.ts';
export type { Chart, ChartMaker, MakeOptions } from './ports/chart-maker.ts';
export {
  type CheckpointedStateStore,
  createCheckpointedStateStore,
  ShardChangedError,
} from './ports/checkpointed-state-store.ts';
export { locatorText } from './ports/locator-text.ts';
export {
  type CloudWatchExpressionLocator,
  type CloudWatchLocator,
  type CloudWatchMetric,
  type CloudWatchPlace,
  type CsvLocator,
  createMemoryMetricSource,
  type DiscoverOptions,
  type Incomplete,
  type MetricLocator,
  type MetricSource,
  type ReadOptions,
  type ReadRequest,
  type ReadResult,
  type Series,
  type SeriesView,
} from './ports/metric-source.ts';
export {
  type CommitResult,
  createMemoryStateStore,
  type StateStore,
  type StoredObject,
} from './ports/state-store.ts';
export { quoted } from './quoted.ts';
export {
  LARGEST_VALUE,
  NO_SAMPLES,
  type RefusedSamples,
  type Samples,
  samplesBetween,
  tidySamples,
} from './series/samples.ts';
export { slotOf, slotsFor } from './series/slot.ts';
