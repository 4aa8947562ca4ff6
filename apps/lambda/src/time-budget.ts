import type { Context } from 'aws-lambda';

/** Kept for committing and sending, ms; half the time when there is little. */
const RESERVE_MS = 10_000;

/** Of which kept for marking what was sent, and for the log lines, ms; half of it when there is little. */
const MARKING_RESERVE_MS = 4_000;

/** The time of one invocation, ms; each is what is left of it from now on. */
export interface TimeBudget {
  readonly allMs: () => number;
  /** For reading and scoring. */
  readonly remainingMs: () => number;
  /** For sending. */
  readonly remainingToSendMs: () => number;
  /** Since it began. */
  readonly elapsedMs: () => number;
}

export function timeBudgetOf(context: Context): TimeBudget {
  const allMs = (): number => context.getRemainingTimeInMillis();
  const startedWith = allMs();
  const reserveMs = Math.min(RESERVE_MS, startedWith / 2);
  const markingReserveMs = Math.min(MARKING_RESERVE_MS, reserveMs / 2);
  return {
    allMs,
    remainingMs: () => allMs() - reserveMs,
    remainingToSendMs: () => allMs() - markingReserveMs,
    elapsedMs: () => startedWith - allMs(),
  };
}
