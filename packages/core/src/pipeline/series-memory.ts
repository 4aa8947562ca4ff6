import type { SeriesState } from './shard-state.ts';
import type { SeriesDecision, SeriesReading } from './stage.ts';

/**
 * How long a sample may be late and still be noticed, ms: CloudWatch reads spans of up to three hours under its
 * better quota.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const LATE_MS = 3 * 3_600_000;
const MOST_GAPS = 36;

/** More alerts of one series than this within its training history are not kept apart. */
const MOST_INCIDENTS = 50;

/** The periods of the last hours that have no sample yet. */
export function gapsAfter(
  { learnedUntil, gaps = [] }: Pick<SeriesState, 'learnedUntil' | 'gaps'>,
  { samples, late, withheld }: Pick<SeriesReading, 'samples' | 'late' | 'withheld'>,
  periodMs: number,
): readonly number[] {
  const all = gaps.filter((gap) => !late.includes(gap));
  let before = learnedUntil;
  for (const timestamp of samples.timestamps) {
    // Half a period: a sample that comes a little early or late is still the one of its period.
    const first = Math.max(before + periodMs, timestamp - MOST_GAPS * periodMs);
    for (let gap = first; gap < timestamp - periodMs / 2; gap += periodMs) {
      if (!withheld.includes(gap)) all.push(gap);
    }
    before = timestamp;
  }
  return all.filter((gap) => gap > before - LATE_MS).slice(-MOST_GAPS);
}

/** Whether a moment belongs to an alert, over or open, that is not to be learned as history. */
export function incidentsOf({
  incidents = [],
  alert,
}: Pick<SeriesState, 'incidents' | 'alert'>): (timestamp: number) => boolean {
  const openSince = alert.phase === 'firing' ? alert.since : Number.POSITIVE_INFINITY;
  return (timestamp) =>
    timestamp >= openSince ||
    incidents.some(([from, until]) => timestamp >= from && timestamp <= until);
}

/** The alerts to be remembered: those that ended with the metric back where it was. */
export function incidentsAfter(
  { incidents = [] }: Pick<SeriesState, 'incidents'>,
  decisions: readonly SeriesDecision[],
  oldestMs: number,
): readonly (readonly [from: number, until: number])[] {
  const ended = decisions.flatMap(({ before, decision }): (readonly [number, number])[] => {
    const isOver = before.phase === 'firing' && decision.reason === 'recovered';
    return isOver ? [[before.since, before.told.flaggedAt]] : [];
  });
  return [...incidents, ...ended].filter(([, until]) => until >= oldestMs).slice(-MOST_INCIDENTS);
}
