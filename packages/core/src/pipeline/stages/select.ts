import { snapshotKey } from '../../detectors/detector-spec.ts';
import { slotOf } from '../../series/slot.ts';
import { keyOf, silentAfterMs } from '../monitor.ts';
import { NEW_SERIES, type SeriesState } from '../shard-state.ts';
import type { Note, SeriesRequest, Stage } from '../stage.ts';
import { withinMaxSeries } from '../within-max-series.ts';

/**
 * The series that may have a new settled sample in this slot, each with the span to read: after what
 * its model has learned, or the whole training history where there is no model to go on from.
 */
export const select: Stage = async (run) => {
  const { slot } = run.request;
  const stateOf = (key: string): SeriesState | undefined => run.state.series.get(key);
  const within = withinMaxSeries(run.request.watched, stateOf, slot);
  const notes: Note[] = [...within.notes];
  const requests = within.watched.flatMap((watched) => {
    const { monitor, series } = watched;
    const key = keyOf(watched);
    // A sample stamped t covers [t, t + period) and settles after that.
    const newestSettled = slot - monitor.periodMs - monitor.settleMs;
    const known = stateOf(key) ?? NEW_SERIES;
    const newestPeriod = slotOf(newestSettled, monitor.periodMs);
    // Not before the next period has settled: each read of a metric is paid for.
    if (newestPeriod <= slotOf(known.learnedUntil, monitor.periodMs)) return [];

    // How far back a known series is read. Of what is long over nobody wants to be told, and a silent
    // series would be read over more and more days in each run.
    const notBefore = newestSettled - silentAfterMs(monitor);
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
          : Math.max(known.learnedUntil, notBefore),
        until: newestSettled + 1,
        // On first sight all but the newest sample is history, not news.
        judgeAfter:
          known.watermark === NEW_SERIES.watermark
            ? newestSettled - monitor.periodMs
            : Math.max(known.watermark, notBefore),
      },
    ];
  });
  return {
    ...run,
    request: { ...run.request, watched: within.watched },
    requests: byUrgency(requests),
    notes: [...run.notes, ...notes],
  };
};

/**
 * Known series first, the one longest without news before the others, then those still to be learned,
 * then those that have fallen silent: however short the time is, what is watched stays watched.
 */
function byUrgency(requests: readonly SeriesRequest[]): readonly SeriesRequest[] {
  const rank = ({ watched, judgeAfter, after, until }: SeriesRequest): number => {
    if (after < judgeAfter) return 1;
    return until - after > silentAfterMs(watched.monitor) ? 2 : 0;
  };
  return [...requests].sort((a, b) => rank(a) - rank(b) || a.after - b.after);
}
