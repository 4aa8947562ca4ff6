import { snapshotKey } from '../../detectors/detector-spec.ts';
import { slotOf } from '../../series/slot.ts';
import { keyOf } from '../monitor.ts';
import { NEW_SERIES } from '../shard-state.ts';
import type { Note, SeriesRequest, Stage } from '../stage.ts';

/**
 * The series that may have a new settled sample in this slot, each with the span to read: after what
 * its model has learned, or the whole training history where there is no model to go on from.
 */
export const select: Stage = async (run) => {
  const notes: Note[] = [];
  const requests = run.request.watched.flatMap((watched) => {
    const { monitor, series } = watched;
    const key = keyOf(watched);
    // A sample stamped t covers [t, t + period) and settles after that.
    const newestSettled = run.request.slot - monitor.periodMs - monitor.settleMs;
    const known = run.state.series.get(key) ?? NEW_SERIES;
    const newestPeriod = slotOf(newestSettled, monitor.periodMs);
    // Not before the next period has settled: each read of a metric is paid for.
    if (newestPeriod <= slotOf(known.learnedUntil, monitor.periodMs)) return [];

    const fresh = known.snapshotKey !== snapshotKey(monitor.detector);
    if (fresh && known.snapshotKey !== '') {
      const message = `the model of ${known.snapshotKey} does not fit the detector; learning anew from history`;
      notes.push({ kind: 'model-rebuilt', series: key, message });
    }
    return [
      {
        watched,
        series,
        periodMs: monitor.periodMs,
        after: fresh
          ? newestSettled - Math.max(monitor.trainingMs, monitor.periodMs)
          : known.learnedUntil,
        until: newestSettled + 1,
        // On first sight all but the newest sample is history, not news.
        judgeAfter:
          known.watermark === NEW_SERIES.watermark
            ? newestSettled - monitor.periodMs
            : known.watermark,
      },
    ];
  });
  return { ...run, requests: byUrgency(requests), notes: [...run.notes, ...notes] };
};

/**
 * Known series first, the one longest without news before the others, then those still to be learned:
 * however short the time is, what is watched stays watched, and nobody waits for ever.
 */
function byUrgency(requests: readonly SeriesRequest[]): readonly SeriesRequest[] {
  const isNew = ({ judgeAfter, after }: SeriesRequest): number => (after < judgeAfter ? 1 : 0);
  return [...requests].sort((a, b) => isNew(a) - isNew(b) || a.after - b.after);
}
