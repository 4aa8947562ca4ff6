import { slotsFor } from '../series/slot.ts';
import { keyOf } from './monitor.ts';
import { run } from './run.ts';
import { readShard } from './shard-access.ts';
import type { RunPorts, RunReport, RunRequest } from './stage.ts';

export interface ReplayRequest extends Omit<RunRequest, 'slot'> {
  /** Timestamps of the first and the last sample to judge, ms since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Runs slot by slot over a span of the past, in virtual time: every run sees what it would have seen
 * then. Starts where the shard's state left off, so a replay that was cut short goes on, and one that
 * was finished has nothing to do but to send what it could not. Yields the report of each slot.
 */
export async function* replay(
  { firstMs, lastMs, ...request }: ReplayRequest,
  ports: RunPorts,
): AsyncGenerator<RunReport> {
  const { state } = await readShard(ports.store, request.shard);
  const resumeAt = request.watched.map((watched) => {
    const { periodMs, settleMs } = watched.monitor;
    const learned = state.series.get(keyOf(watched))?.learnedUntil ?? Number.NEGATIVE_INFINITY;
    return { periodMs, settleMs, firstMs: Math.max(firstMs, learned + 1) };
  });
  const slots = new Set(
    resumeAt
      .filter((series) => series.firstMs <= lastMs)
      .flatMap(({ firstMs: first, ...timing }) => [...slotsFor(first, lastMs, timing)]),
  );
  // Nothing new to judge is no reason to leave undelivered what an earlier run could not deliver.
  if (slots.size === 0 && state.outbox.length > 0) slots.add(lastMs);
  for (const slot of [...slots].sort((a, b) => a - b)) yield await run({ ...request, slot }, ports);
}
