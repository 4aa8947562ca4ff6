import { opensPage } from '../../alerts/lifecycle.ts';
import { loadDetector, snapshotKey } from '../../detectors/detector-spec.ts';
import { messageOf } from '../../errors.ts';
import { raiseAt, withPage } from '../budget.ts';
import { keyOf, type WatchedSeries } from '../monitor.ts';
import { createSeriesFold } from '../series-fold.ts';
import { NEW_SERIES, type SeriesState } from '../shard-state.ts';
import type { Note, SeriesDecision, SeriesReading, Stage } from '../stage.ts';

/**
 * Judges each new sample with the series' detector, takes the alert one sample further, and learns it. History
 * read on first sight, and again for a model that has to be rebuilt, is learned without being judged: only its
 * newest sample is news. A series whose detector fails keeps its state, and the others go on; so does one that
 * the time does not suffice for.
 */
export const score: Stage = async (run) => {
  const series = new Map(run.state.series);
  const learned = new Set(run.learned);
  const decisions: SeriesDecision[] = [...run.decisions];
  const notes: Note[] = [];

  const { remainingMs = () => Number.POSITIVE_INFINITY, pagesPerWeek } = run.request;
  let { pages } = run.state;
  for (const { watched, judgeAfter } of run.requests) {
    const key = keyOf(watched);
    const reading = run.readings.get(key);
    if (reading === undefined || reading.samples.values.length === 0) continue;
    if (remainingMs() <= 0) {
      notes.push({ kind: 'left', series: key, message: 'no time left to judge it; next run' });
      continue;
    }
    try {
      const known = series.get(key) ?? NEW_SERIES;
      const scored = await scoreSeries(watched, {
        reading,
        judgeAfter,
        known,
        pages,
        pagesPerWeek,
      });
      series.set(key, scored.state);
      pages = scored.pages;
      learned.add(key);
      decisions.push(...scored.decisions);
    } catch (error) {
      notes.push({ kind: 'series-failed', series: key, message: messageOf(error) });
    }
  }
  const state = { ...run.state, series, pages };
  return { ...run, state, learned, decisions, notes: [...run.notes, ...notes] };
};

interface Given {
  readonly reading: SeriesReading;
  readonly judgeAfter: number;
  readonly known: SeriesState;
  readonly pages: readonly number[];
  readonly pagesPerWeek: number | undefined;
}

interface Scored {
  readonly state: SeriesState;
  readonly decisions: readonly SeriesDecision[];
  /** Those given, and the ones that this series opened. */
  readonly pages: readonly number[];
}

async function scoreSeries(
  watched: WatchedSeries,
  { reading, judgeAfter, known, pages: given, pagesPerWeek }: Given,
): Promise<Scored> {
  const { monitor } = watched;
  const { timestamps, values } = reading.samples;
  const key = snapshotKey(monitor.detector);
  const createDetector = await loadDetector(monitor.detector);
  const detector = createDetector(known.snapshotKey === key ? known.snapshot : undefined);
  const fold = createSeriesFold(detector, monitor, known.alert);

  let pages = given;
  const decisions: SeriesDecision[] = [];
  values.forEach((value, i) => {
    const timestamp = timestamps[i]!;
    if (timestamp <= judgeAfter) {
      fold.learn(timestamp, value);
      return;
    }
    const judged = fold.judge(timestamp, value, raiseAt(timestamp, pages, pagesPerWeek));
    if (opensPage(judged.decision)) pages = withPage(pages, timestamp);
    decisions.push({ series: watched, ...judged });
  });
  const newest = timestamps[timestamps.length - 1]!;
  return {
    decisions,
    pages,
    state: {
      alert: fold.alert,
      // What has been asked for as history stays history when it comes in parts.
      watermark: Math.max(known.watermark, newest, reading.partial ? judgeAfter : newest),
      learnedUntil: newest,
      snapshotKey: key,
      snapshot: detector.snapshot(),
    },
  };
}
