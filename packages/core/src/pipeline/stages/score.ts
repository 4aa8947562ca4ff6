import { judge, type Verdict } from '../../alerts/verdict.ts';
import { loadDetector, snapshotKey } from '../../detectors/detector-spec.ts';
import { messageOf } from '../../errors.ts';
import { keyOf, type WatchedSeries } from '../monitor.ts';
import { NEW_SERIES, type SeriesState } from '../shard-state.ts';
import type { Note, SeriesReading, Stage } from '../stage.ts';

/**
 * Judges each new sample with the series' detector, which then learns it. History read on first
 * sight, and again for a model that has to be rebuilt, is learned without being judged: only its
 * newest sample is news. A series whose detector fails keeps its state, and the others go on; so
 * does one that the time does not suffice for.
 */
export const score: Stage = async (run) => {
  const series = new Map(run.state.series);
  const verdicts = new Map<string, readonly Verdict[]>();
  const notes: Note[] = [];

  const { remainingMs = () => Number.POSITIVE_INFINITY } = run.request;
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
      const scored = await scoreSeries(watched, reading, judgeAfter, known);
      series.set(key, scored.state);
      verdicts.set(key, scored.verdicts);
    } catch (error) {
      notes.push({ kind: 'series-failed', series: key, message: messageOf(error) });
    }
  }
  return { ...run, state: { ...run.state, series }, verdicts, notes: [...run.notes, ...notes] };
};

async function scoreSeries(
  { monitor }: WatchedSeries,
  { samples: { timestamps, values }, partial }: SeriesReading,
  judgeAfter: number,
  known: SeriesState,
): Promise<{ readonly state: SeriesState; readonly verdicts: readonly Verdict[] }> {
  const key = snapshotKey(monitor.detector);
  const createDetector = await loadDetector(monitor.detector);
  const detector = createDetector(known.snapshotKey === key ? known.snapshot : undefined);

  const verdicts: Verdict[] = [];
  for (let i = 0; i < values.length; i++) {
    if (timestamps[i]! > judgeAfter) verdicts.push(judge(detector, timestamps[i]!, values[i]!));
    detector.learn(timestamps[i]!, values[i]!);
  }
  const newest = timestamps[timestamps.length - 1]!;
  return {
    verdicts,
    state: {
      ...known,
      // What has been asked for as history stays history when it comes in parts.
      watermark: Math.max(known.watermark, newest, partial ? judgeAfter : newest),
      learnedUntil: newest,
      snapshotKey: key,
      snapshot: detector.snapshot(),
    },
  };
}
