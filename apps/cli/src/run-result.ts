import type { Problem } from './local-series.ts';
import type { AlertRecord } from './view/alert-history.ts';

/** What one invocation of `plumbline run` did. */
export interface RunResult {
  readonly series: number;
  /** Samples judged for the first time. */
  readonly scored: number;
  readonly slots: number;
  readonly elapsedMs: number;
  readonly replayMs: number;
  /** The alerts of this run and of those before it. */
  readonly alerts: readonly AlertRecord[];
  readonly problems: readonly Problem[];
  /** Where the alerts lie, as one would name it from the current folder. */
  readonly alertsDirectory: string;
}
