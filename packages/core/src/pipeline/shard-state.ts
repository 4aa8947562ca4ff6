import { ALERT_OK, type AlertState } from '../alerts/lifecycle.ts';
import type { Notification } from '../ports/alert-sink.ts';

/** What is remembered of one watched series between two runs. */
export interface SeriesState {
  /** Samples up to this timestamp, ms, are judged, or history; only moves forward. At first -Infinity. */
  readonly watermark: number;
  /**
   * Timestamp of the newest sample in the model. Behind the watermark only while history is still
   * being read, in more than one run.
   */
  readonly learnedUntil: number;
  readonly alert: AlertState;
  /** What the model can be restored into, and the model itself. */
  readonly snapshotKey: string;
  readonly snapshot: Float64Array;
}

/** A notification that some sinks have not taken yet. */
export interface OutboxEntry {
  readonly notification: Notification;
  /** Names of the sinks still to be told. */
  readonly pending: readonly string[];
}

/** All that a shard remembers: committed together or not at all. */
export interface ShardState {
  /** By the key of the watched series. */
  readonly series: ReadonlyMap<string, SeriesState>;
  readonly outbox: readonly OutboxEntry[];
  /** When pages were opened in the week up to the newest, ms since the epoch: what the budget has been spent on. */
  readonly pages: readonly number[];
}

export const EMPTY_SHARD: ShardState = { series: new Map(), outbox: [], pages: [] };

export const NEW_SERIES: SeriesState = {
  watermark: Number.NEGATIVE_INFINITY,
  learnedUntil: Number.NEGATIVE_INFINITY,
  alert: ALERT_OK,
  snapshotKey: '',
  snapshot: new Float64Array(0),
};
