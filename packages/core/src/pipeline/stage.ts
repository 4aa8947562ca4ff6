import type { Guidance, SeriesGuidance } from '../alerts/guidance.ts';
import type { WorstSample } from '../alerts/lifecycle.ts';
import type { AlertSubject, MessageReason } from '../alerts/message.ts';
import type { Severity } from '../alerts/policy.ts';
import type { Condition } from '../alerts/transition-id.ts';
import type { Shard } from '../fleet/shards.ts';
import type { AlertSink, Notification } from '../ports/alert-sink.ts';
import type { ChartMaker } from '../ports/chart-maker.ts';
import type { MetricSource, ReadRequest } from '../ports/metric-source.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { RefusedSamples, Samples } from '../series/samples.ts';
import type { LiveStateStore } from './live-state-store.ts';
import type { Monitor, WatchedSeries } from './monitor.ts';
import type { Judged } from './series-fold.ts';
import type { ShardState } from './shard-state.ts';

export interface RunPorts {
  readonly source: MetricSource;
  readonly store: StateStore | LiveStateStore;
  readonly sinks: readonly AlertSink[];
  /** Makes pictures of what people are told; none unless given. */
  readonly charts?: ChartMaker | undefined;
}

export interface RunRequest {
  /** The moment the run stands for, ms: only samples settled by then are looked at. */
  readonly slot: number;
  /** The unit of state; the same series belong to the same shard in every run. */
  readonly shard: string;
  /** Of an estate that is divided: which part it is. */
  readonly part?: Shard;
  readonly watched: readonly WatchedSeries[];
  /**
   * All monitors that there are, to tell a series that is watched no more from one that was not found this time:
   * the alerts of the former end. Unless told, none is known to be gone.
   */
  readonly monitors?: readonly Monitor[];
  /** Monitors whose series could not be looked for, by their name, and why: what is known of them is not seen. */
  readonly undiscovered?: ReadonlyMap<string, string>;
  /** What people have said: silences, maintenance, labels. */
  readonly guidance?: Guidance;
  /** Pages that all series of the estate together may open in a week, > 0; without end unless told. */
  readonly pagesPerWeek?: number | undefined;
  /** When the estate opened pages, ms since the epoch, where the shard is a part of it; those of the shard unless told. */
  readonly estatePages?: readonly number[];
  /** Of which samples an account is wanted, for people who ask; of none unless told. */
  readonly explains?: (watched: WatchedSeries, timestamp: number) => boolean;
  /**
   * Time left for reading and scoring, ms, from now on; without end unless told. What it does not
   * suffice for is left to the next run. Committing and sending come after it.
   */
  readonly remainingMs?: () => number;
  /**
   * Time left for sending, ms, from now on; without end unless told. What it does not suffice for
   * waits in the outbox. Marking what was sent comes after it.
   */
  readonly remainingToSendMs?: () => number;
}

/** Something an operator should know; never a reason to stop the other series. */
export interface Note {
  readonly kind:
    | 'discovery-failed'
    | 'discovery-incomplete'
    | 'nothing-found'
    | 'too-many-series'
    | 'state-unreadable'
    | 'silences-unreadable'
    | 'shard-divided'
    | 'model-rebuilt'
    | 'read-failed'
    | 'read-partial'
    | 'no-samples'
    | 'samples-withheld'
    | 'left'
    | 'samples-refused'
    | 'read-late'
    | 'skipped-ahead'
    | 'learning'
    | 'muted'
    | 'series-failed'
    | 'series-quarantined'
    | 'commit-lost'
    | 'budget-overspent'
    | 'outbox-collapsed'
    | 'no-chart'
    | 'delivery-failed';
  /** The key of the series, or the name of the monitor, that it is about; else it is about the shard. */
  readonly series?: string;
  readonly monitor?: string;
  readonly message: string;
  /** Of a failure: whether it may pass without anybody doing something. */
  readonly retryable?: boolean;
  /** The source asked for patience. */
  readonly throttled?: boolean;
}

/** What to read of one series in this run. */
export interface SeriesRequest extends ReadRequest {
  readonly watched: WatchedSeries;
  /** Samples after this are judged and learned; those up to it are only learned. */
  readonly judgeAfter: number;
  /** Whether training history is asked for, and not only news. */
  readonly isHistory: boolean;
  /** Up to this timestamp, ms, the model that goes on knows the samples; one that is learned anew knows none. */
  readonly knownUntil: number;
  /** Timestamps up to it for which there was no sample yet. */
  readonly gaps: readonly number[];
}

/** What was read of one series. */
export interface SeriesReading {
  /** Those that the model does not know. Let go of once they are scored; how many they were stays. */
  readonly samples: Samples;
  /** Timestamps of samples that came when the model had passed by: it learns in order, so they are left out. */
  readonly late: readonly number[];
  readonly count: number;
  readonly refused: RefusedSamples;
  /** Timestamps of samples that the source did not vouch for. */
  readonly withheld: readonly number[];
  /** More samples exist after these. */
  readonly partial: boolean;
}

/** What was concluded on one sample of a series in this run. */
export interface SeriesDecision extends Judged {
  readonly series: WatchedSeries;
}

/** Something that changed of which no sample tells. */
export interface ConditionChange {
  readonly key: string;
  readonly subject: AlertSubject;
  readonly condition: Condition;
  readonly state: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly reason: MessageReason;
  readonly since: number;
  /** Of an anomaly that ends without a sample. */
  readonly worst?: WorstSample;
  /** In the words of the source. */
  readonly detail?: string;
}

/** One run on its way through the stages; each adds what it found and passes it on. */
export interface Run {
  readonly request: RunRequest;
  readonly ports: RunPorts;
  /** Version of the stored state; undefined when there is none. */
  readonly version: string | undefined;
  readonly state: ShardState;
  readonly requests: readonly SeriesRequest[];
  readonly readings: ReadonlyMap<string, SeriesReading>;
  /** Why series could not be read, by their key. */
  readonly unread: ReadonlyMap<string, string>;
  /** What people have said of a series. */
  readonly guide: (watched: WatchedSeries) => SeriesGuidance;
  /** One a judged sample, series by series. */
  readonly decisions: readonly SeriesDecision[];
  readonly changes: readonly ConditionChange[];
  /** Whether there is anything new to commit. */
  readonly isChanged: boolean;
  /** `superseded`: another run has committed this shard first; `unchanged`: nothing to commit. */
  readonly outcome: 'committed' | 'unchanged' | 'superseded';
  readonly delivered: readonly Notification[];
  readonly notes: readonly Note[];
}

/** Every stage has this shape, so that each can be left out, replaced or wrapped. */
export type Stage = (run: Run) => Promise<Run>;

/** What a run did, in numbers and in words. */
export interface RunReport {
  readonly slot: number;
  readonly shard: string;
  readonly outcome: Run['outcome'];
  readonly counts: RunCounts;
  readonly decisions: readonly SeriesDecision[];
  readonly changes: readonly ConditionChange[];
  readonly delivered: readonly Notification[];
  readonly notes: readonly Note[];
}

export interface RunCounts {
  /** Series watched, those due in this slot, and those the source answered for. */
  readonly series: number;
  readonly due: number;
  readonly read: number;
  /** Series that could not be read or judged. */
  readonly failed: number;
  /** Due series that the time did not suffice for. */
  readonly left: number;
  /** Of those that failed or were left, the ones for which the source asked for patience. */
  readonly throttled: number;
  /** Due series, known before, that are more than three periods behind. */
  readonly late: number;
  /** Samples read, those left out as damaged or not vouched for, those judged, and those on which there was no opinion. */
  readonly samples: number;
  readonly refused: number;
  readonly scored: number;
  readonly noOpinion: number;
  /**
   * Alerts that opened, those that people were told of for the first time (opened as a page, or became one), those
   * told again because they got worse or became a page, and those that ended.
   */
  readonly fired: number;
  readonly paged: number;
  readonly worsened: number;
  readonly resolved: number;
  /** Series that had no sample for too long, and those that cannot be read; alerts that nobody is told of now. */
  readonly silent: number;
  readonly unseen: number;
  readonly muted: number;
  /** Notifications that every sink has now, and those still waiting; for how long the oldest has, ms. */
  readonly delivered: number;
  readonly outbox: number;
  readonly outboxAgeMs: number;
}
