import { ALERT_OK, type AlertState } from '../alerts/lifecycle.ts';
import type { AlertSubject } from '../alerts/message.ts';
import type { Severity } from '../alerts/policy.ts';
import type { Detector } from '../detectors/detector.ts';
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
  /** The model itself, of a state that is never stored; the snapshot is then empty. */
  readonly detector?: Detector;
  /** While something is told of it: what the end of that needs to say even when its monitor is no more. */
  readonly about?: AlertSubject;
  /** It has had no sample for longer than it may. */
  readonly silent?: Absence;
  /** Of one that is read now and then: up to where it has been read, ms, without anything new. */
  readonly lookedUntil?: number;
  /** It could not be read in so many runs in a row. */
  readonly unseen?: Absence & { readonly runs: number; readonly slot: number };
  /** Alerts of the training history that ended as they should, [from, until], ms: not learned when a model is rebuilt. */
  readonly incidents?: readonly (readonly [from: number, until: number])[];
  /** Timestamps without a sample, of the last hours: looked at again, for a sample may come late. */
  readonly gaps?: readonly number[];
  /** With these settings it could not be judged in so many slots in a row, and is left alone until then, ms. */
  readonly failing?: {
    /** Names the detector with its options, and the labels. */
    readonly settings: string;
    readonly times: number;
    readonly slot: number;
    readonly retryAt: number;
  };
}

/** Something that is not there: since when, ms, and as what it has been told, if it has. */
export interface Absence {
  readonly since: number;
  readonly told?: Severity;
}

/** A notification that some sinks have not taken yet. */
export interface OutboxEntry {
  readonly notification: Notification;
  /** Names of the sinks still to be told. */
  readonly pending: readonly string[];
  /** The slot that put it there, ms. */
  readonly since?: number;
}

/** All that a shard remembers: committed together or not at all. */
export interface ShardState {
  /** By the key of the watched series. */
  readonly series: ReadonlyMap<string, SeriesState>;
  readonly outbox: readonly OutboxEntry[];
  /** When pages were opened in the week up to the newest, ms since the epoch: what the budget has been spent on. */
  readonly pages: readonly number[];
  /** How many divisions of the estate into shards there have been before this one; none unless told. */
  readonly generation?: number;
  /** Another division has taken over what is here: whoever comes back to it asks that one first. */
  readonly isLeft?: true;
}

export const EMPTY_SHARD: ShardState = { series: new Map(), outbox: [], pages: [] };

export const NEW_SERIES: SeriesState = {
  watermark: Number.NEGATIVE_INFINITY,
  learnedUntil: Number.NEGATIVE_INFINITY,
  alert: ALERT_OK,
  snapshotKey: '',
  snapshot: new Float64Array(0),
};
