import { snapshotKey } from '../../detectors/detector-spec.ts';
import { keyOf } from '../monitor.ts';
import { NEW_SERIES } from '../shard-state.ts';
import type { Note, Stage } from '../stage.ts';

/**
 * The series that may have a new settled sample in this slot, each with the span to read: after its
 * watermark, or the whole training history where there is no model to go on from.
 */
export const select: Stage = async (run) => {
  const notes: Note[] = [];
  const requests = run.request.watched.flatMap((watched) => {
    const { monitor, series } = watched;
    const key = keyOf(watched);
    // A sample stamped t covers [t, t + period) and settles after that.
    const newestSettled = run.request.slot - monitor.periodMs - monitor.settleMs;
    const { watermark, snapshotKey: learned } = run.state.series.get(key) ?? NEW_SERIES;
    if (newestSettled <= watermark) return [];

    const fresh = learned !== snapshotKey(monitor.detector);
    if (fresh && learned !== '') {
      const message = `the model of ${learned} does not fit the detector; learning anew from history`;
      notes.push({ kind: 'model-rebuilt', series: key, message });
    }
    return [
      {
        watched,
        series,
        after: fresh ? newestSettled - Math.max(monitor.trainingMs, monitor.periodMs) : watermark,
        until: newestSettled + 1,
        // On first sight all but the newest sample is history, not news.
        judgeAfter:
          watermark === NEW_SERIES.watermark ? newestSettled - monitor.periodMs : watermark,
      },
    ];
  });
  return { ...run, requests, notes: [...run.notes, ...notes] };
};
