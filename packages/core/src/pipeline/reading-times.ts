import type { MetricLocator } from '../ports/metric-source.ts';
import { slotOf } from '../series/slot.ts';
import { crc32 } from '../stats/crc32.ts';
import type { WatchedSeries } from './monitor.ts';
import type { SeriesState } from './shard-state.ts';

/** What is read less often is spread over slots of this length, ms. */
const SLOT_MS = 300_000;

/**
 * Whether a series is to be read now: each read of a metric is paid for. Not before its next period has settled; of
 * one that is read every hour only, not before its turn has come, which is another for each metric and the same for
 * all statistics of one, for those are billed together.
 *
 * @param newestSettled - timestamp of the newest sample that can have settled, ms
 */
export function isDue(
  { monitor, series }: WatchedSeries,
  { learnedUntil, lookedUntil = Number.NEGATIVE_INFINITY }: SeriesState,
  newestSettled: number,
): boolean {
  const { periodMs, readEveryMs = 0 } = monitor;
  if (slotOf(newestSettled, periodMs) <= slotOf(learnedUntil, periodMs)) return false;
  if (readEveryMs <= periodMs || !Number.isFinite(learnedUntil)) return true;
  const turn = turnOf(series.locator, series.id, readEveryMs);
  const last = Math.max(learnedUntil, lookedUntil);
  return slotOf(newestSettled - turn, readEveryMs) > slotOf(last - turn, readEveryMs);
}

function turnOf(locator: MetricLocator, id: string, everyMs: number): number {
  const turns = Math.max(1, Math.floor(everyMs / SLOT_MS));
  return (crc32(new TextEncoder().encode(identityOf(locator) ?? id)) % turns) * SLOT_MS;
}

/** A metric, whatever its statistic. */
function identityOf(locator: MetricLocator): string | undefined {
  if (locator.kind !== 'cloudwatch') return undefined;
  const { namespace, metric, dimensions } = locator;
  return JSON.stringify([namespace, metric, Object.entries(dimensions).sort()]);
}
