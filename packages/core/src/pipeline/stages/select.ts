import { isoTime } from '../../alerts/message.ts';
import { modelKeyOf, settingsKeyOf } from '../model-key.ts';
import { catchUpMs, keyOf, type Monitor, type WatchedSeries } from '../monitor.ts';
import { isDue } from '../reading-times.ts';
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
    const { monitor } = watched;
    const key = keyOf(watched);
    // A sample stamped t covers [t, t + period) and settles after that.
    const newestSettled = slot - monitor.periodMs - monitor.settleMs;
    const known = stateOf(key) ?? NEW_SERIES;
    if (!isDue(watched, known, newestSettled)) return [];
    const modelKey = modelKeyOf(monitor, run.guide(watched));
    const { failing } = known;
    if (
      failing !== undefined &&
      failing.retryAt > slot &&
      failing.settings === settingsKeyOf(monitor, run.guide(watched))
    ) {
      const message = `it failed ${failing.times} times in a row: left alone until ${isoTime(failing.retryAt)}`;
      notes.push({ kind: 'series-quarantined', series: key, message });
      return [];
    }
    if (known.snapshotKey === modelKey) {
      const { request, skipped } = newsOf(watched, known, newestSettled);
      if (skipped) {
        const message = `behind by more than ${catchUpMs(monitor) / HOUR_MS} hours: what is before ${isoTime(request.after)} is not looked at`;
        notes.push({ kind: 'skipped-ahead', series: key, message });
      }
      return [request];
    }
    if (known.snapshotKey !== '') {
      const message = `the model of ${known.snapshotKey} does not fit the detector and labels; learning anew from history`;
      notes.push({ kind: 'model-rebuilt', series: key, message });
    }
    return [historyOf(watched, known, newestSettled)];
  });
  return {
    ...run,
    request: { ...run.request, watched: within.watched },
    requests: byUrgency(requests),
    notes: [...run.notes, ...notes],
  };
};

const HOUR_MS = 3_600_000;

/**
 * What has come since. Of what is long over nobody wants to be told, and a silent series would be read over more
 * and more days in each run; where samples are missing it looks once more, for one may have come late.
 */
function newsOf(
  watched: WatchedSeries,
  { learnedUntil, watermark, gaps = [], silent }: SeriesState,
  newestSettled: number,
): { readonly request: SeriesRequest; readonly skipped: boolean } {
  const { monitor, series } = watched;
  const isHistory = learnedUntil < watermark; // it came in part, and goes on
  const notBefore = newestSettled - (isHistory ? trainingMsOf(monitor) : catchUpMs(monitor));
  const from = Math.min(learnedUntil, ...gaps.map((gap) => gap - 1));
  return {
    skipped: learnedUntil < notBefore && silent === undefined,
    request: {
      watched,
      series,
      periodMs: monitor.periodMs,
      after: Math.max(from, notBefore),
      until: newestSettled + 1,
      judgeAfter: Math.max(watermark, newestSettled - catchUpMs(monitor)),
      isHistory,
      knownUntil: learnedUntil,
      gaps,
    },
  };
}

/** All that there is to learn from; on first sight all of it but the newest sample is history, not news. */
function historyOf(
  watched: WatchedSeries,
  { watermark }: SeriesState,
  newestSettled: number,
): SeriesRequest {
  const { monitor, series } = watched;
  return {
    watched,
    series,
    periodMs: monitor.periodMs,
    after: newestSettled - trainingMsOf(monitor),
    until: newestSettled + 1,
    judgeAfter:
      watermark === NEW_SERIES.watermark
        ? newestSettled - monitor.periodMs
        : Math.max(watermark, newestSettled - catchUpMs(monitor)),
    isHistory: true,
    knownUntil: Number.NEGATIVE_INFINITY,
    gaps: [],
  };
}

/** How much history there is to learn from, ms: at least what is to be judged. */
function trainingMsOf({ trainingMs, periodMs }: Monitor): number {
  return Math.max(trainingMs, periodMs);
}

/**
 * Known series first, the one longest without news before the others, then those still to be learned,
 * then those that have fallen silent: however short the time is, what is watched stays watched.
 */
function byUrgency(requests: readonly SeriesRequest[]): readonly SeriesRequest[] {
  const rank = ({ watched, isHistory, judgeAfter, until }: SeriesRequest): number => {
    if (isHistory) return 1;
    return until - judgeAfter > catchUpMs(watched.monitor) ? 2 : 0;
  };
  return [...requests].sort((a, b) => rank(a) - rank(b) || a.after - b.after);
}
