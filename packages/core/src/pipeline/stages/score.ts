import { isoTime } from '../../alerts/message.ts';
import { loadDetector } from '../../detectors/detector-spec.ts';
import { messageOf } from '../../errors.ts';
import { raiseAt } from '../budget.ts';
import { isLive } from '../live-state-store.ts';
import { modelKeyOf, settingsKeyOf } from '../model-key.ts';
import { keyOf } from '../monitor.ts';
import { mutedNote } from '../muted-note.ts';
import { createSeriesFold } from '../series-fold.ts';
import { gapsAfter, incidentsAfter, incidentsOf } from '../series-memory.ts';
import { NEW_SERIES, type SeriesState } from '../shard-state.ts';
import type { Note, Run, SeriesDecision, SeriesReading, SeriesRequest, Stage } from '../stage.ts';

/** A series that takes longer than this, ms, takes the time of the others. */
const SLOW_MS = 5_000;

const NO_SNAPSHOT = new Float64Array(0);

/** After so many failures in a row a series is left alone for a while, twice as long each time, up to a day. */
const FAILURES_BORNE = 2;
const LONGEST_REST_MS = 24 * 3_600_000;

/**
 * Judges each new sample with the series' detector, takes the alert one sample further, and learns it. History
 * read on first sight, and again for a model that has to be rebuilt, is learned without being judged: only its
 * newest sample is news. A series whose detector fails keeps its state, and the others go on; so does one that
 * the time does not suffice for. One that fails again and again, or is slow, is left alone for a while.
 */
export const score: Stage = async (run) => {
  const series = new Map(run.state.series);
  const decisions: SeriesDecision[] = [...run.decisions];
  const notes: Note[] = [];

  const { remainingMs = () => Number.POSITIVE_INFINITY, estatePages } = run.request;
  // Those before this run: which of its series comes first must not matter.
  const pages = estatePages ?? run.state.pages;
  let { isChanged } = run;
  for (const request of run.requests) {
    const key = keyOf(request.watched);
    const reading = run.readings.get(key);
    if (reading === undefined) continue;
    if (reading.samples.values.length === 0 && reading.late.length === 0) continue;
    const begunWithMs = remainingMs();
    if (begunWithMs <= 0) {
      notes.push({ kind: 'left', series: key, message: 'no time left to judge it; next run' });
      continue;
    }
    const known = series.get(key) ?? NEW_SERIES;
    try {
      const scored = await scoreSeries(run, { request, reading, known, pages });
      const tookMs = begunWithMs - remainingMs();
      const failing = tookMs > SLOW_MS ? failedAgain(known, request, run) : undefined;
      series.set(key, { ...scored.state, ...(failing && { failing }) });
      decisions.push(...scored.decisions);
      notes.push(...scored.notes.map((note) => ({ ...note, series: key })));
      if (failing) notes.push({ kind: 'series-failed', series: key, message: slowText(tookMs) });
    } catch (error) {
      notes.push({ kind: 'series-failed', series: key, message: messageOf(error) });
      series.set(key, { ...known, failing: failedAgain(known, request, run) });
    }
    isChanged = true;
  }
  const state = { ...run.state, series };
  return { ...run, state, isChanged, decisions, notes: [...run.notes, ...notes] };
};

function slowText(tookMs: number): string {
  return `judging it took ${(tookMs / 1000).toPrecision(2)} s: choose a lighter detector, or more memory`;
}

function failedAgain(
  { failing }: SeriesState,
  { watched, periodMs }: SeriesRequest,
  { request: { slot }, guide }: Run,
): NonNullable<SeriesState['failing']> {
  const settings = settingsKeyOf(watched.monitor, guide(watched));
  const before = failing?.settings === settings ? failing : undefined;
  if (before !== undefined && before.slot >= slot) return before; // this slot, once more
  const times = (before?.times ?? 0) + 1;
  const rest = times <= FAILURES_BORNE ? 0 : periodMs * 2 ** (times - FAILURES_BORNE);
  return { settings, times, slot, retryAt: slot + Math.min(rest, LONGEST_REST_MS) };
}

interface Given {
  readonly request: SeriesRequest;
  readonly reading: SeriesReading;
  readonly known: SeriesState;
  readonly pages: readonly number[];
}

interface Scored {
  readonly state: SeriesState;
  readonly decisions: readonly SeriesDecision[];
  readonly notes: readonly Note[];
}

async function scoreSeries(run: Run, { request, reading, known, pages }: Given): Promise<Scored> {
  const { watched, judgeAfter, isHistory } = request;
  const { slot, pagesPerWeek } = run.request;
  const { monitor } = watched;
  const guidance = run.guide(watched);
  const modelKey = modelKeyOf(monitor, guidance);
  const fits = known.snapshotKey === modelKey;
  const { samples, late } = reading;
  const { timestamps, values } = samples;
  const createDetector = await loadDetector(monitor.detector);
  const detector =
    (fits ? known.detector : undefined) ?? createDetector(fits ? known.snapshot : undefined);
  const fallback = monitor.fallback && (await loadDetector(monitor.fallback))();
  const fold = createSeriesFold({ detector, fallback, policy: monitor, alert: known.alert });
  const wasIncident = incidentsOf(known);

  const decisions: SeriesDecision[] = [];
  values.forEach((value, i) => {
    const timestamp = timestamps[i]!;
    const label = guidance.labelAt(timestamp);
    if (timestamp <= judgeAfter) {
      fold.learn(timestamp, value, label ?? (wasIncident(timestamp) ? 'incident' : undefined));
      return;
    }
    const raise = raiseAt(timestamp, pages, pagesPerWeek);
    const mute = guidance.mutedAt(timestamp, slot);
    const explain = run.request.explains?.(watched, timestamp);
    const judged = fold.judge(timestamp, value, { raise, mute, label, explain });
    decisions.push({ series: watched, ...judged });
  });

  const newest = timestamps.at(-1) ?? known.learnedUntil;
  const incidents = incidentsAfter(known, decisions, newest - monitor.trainingMs);
  const gaps = isHistory ? [] : gapsAfter(known, reading, monitor.periodMs);
  return {
    decisions,
    notes: [
      ...lateNotes(late),
      ...mutedNotes(decisions),
      ...(isHistory ? learningNotes(decisions) : []),
    ],
    state: {
      alert: fold.alert,
      // What has been asked for as history stays history when it comes in parts.
      watermark: Math.max(known.watermark, newest, reading.partial ? judgeAfter : newest),
      learnedUntil: newest,
      snapshotKey: modelKey,
      ...(isLive(run.ports.store)
        ? { snapshot: NO_SNAPSHOT, detector }
        : { snapshot: detector.snapshot() }),
      ...(known.silent && { silent: known.silent }),
      ...(known.unseen && { unseen: known.unseen }),
      ...(incidents.length > 0 && { incidents }),
      ...(gaps.length > 0 && { gaps }),
    },
  };
}

function lateNotes(late: readonly number[]): Note[] {
  if (late.length === 0) return [];
  const which = late.length === 1 ? '1 sample' : `${late.length} samples`;
  const message = `${which} came late, the first of ${isoTime(late[0]!)}: not judged, and nobody is told`;
  return [{ kind: 'read-late', message }];
}

/** One a silence or window, however many samples it covers. */
function mutedNotes(decisions: readonly SeriesDecision[]): Note[] {
  const mutes = decisions.flatMap(({ mute }) => (mute === undefined ? [] : [mute]));
  return [...new Map(mutes.map((mute) => [mute.by, mutedNote(mute)])).values()];
}

function learningNotes(decisions: readonly SeriesDecision[]): Note[] {
  const readyAt = decisions.at(-1)?.verdict.readyAt;
  if (readyAt === undefined) return [];
  return [{ kind: 'learning', message: `learning until ${isoTime(readyAt)}` }];
}
