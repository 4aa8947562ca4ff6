import type { Mute } from '../../alerts/guidance.ts';
import { ALERT_OK } from '../../alerts/lifecycle.ts';
import type { AlertSubject } from '../../alerts/message.ts';
import type { Severity } from '../../alerts/policy.ts';
import { type Change, closed, endOfAlert, endsOf, fateOf, isOpen, withoutModel } from '../gone.ts';
import {
  catchUpMs,
  keyOf,
  type MissingPolicy,
  silentAfterMs,
  subjectOf,
  type WatchedSeries,
} from '../monitor.ts';
import { mutedNote } from '../muted-note.ts';
import { NEW_SERIES, type SeriesState } from '../shard-state.ts';
import type { ConditionChange, Note, Run, SeriesRequest, Stage } from '../stage.ts';

/** Runs in a row in which a series could not be read, before somebody is told that it cannot be seen. */
const RUNS_UNSEEN = 3;

/** As what silence is told, by what it means. */
const SILENCE_SEVERITY: Partial<Record<MissingPolicy, Severity>> = {
  missing: 'notice',
  breaching: 'page',
};

/** What is concluded of one series: its state afterwards, and what there is to tell. */
interface Conclusion {
  readonly state: SeriesState;
  readonly change?: Change;
  /** Why it is not told, if it would be. */
  readonly mute?: Mute;
}

const SILENT = { condition: 'no-data' } as const;
const UNSEEN = { condition: 'cannot-see' } as const;

/**
 * Attends to what no sample tells of: a series that cannot be read, one that has gone silent, and one that is
 * watched no more. Each is told once, and so is its end. Nothing is concluded from what was not read.
 */
export const attend: Stage = async (run) => {
  const series = new Map(run.state.series);
  const changes: ConditionChange[] = [];
  const notes: Note[] = [];
  let { isChanged } = run;

  for (const request of run.requests) {
    const key = keyOf(request.watched);
    const before = series.get(key) ?? NEW_SERIES;
    let state = before;
    for (const conclude of [concludeFromReading, concludeFromSilence]) {
      const { change, mute, ...conclusion } = conclude(run, request, state);
      state = conclusion.state;
      if (mute) notes.push({ ...mutedNote(mute), series: key });
      if (change) changes.push({ ...change, key, subject: subjectOf(request.watched) });
    }
    state = withSubject(withLook(run, request, state), request.watched);
    if (state === before) continue;
    series.set(key, state);
    isChanged = true;
  }

  const { watched, monitors, undiscovered, slot } = run.request;
  const isWatched = new Set(watched.map(keyOf));
  for (const [key, state] of series) {
    if (isWatched.has(key)) continue;
    const [name, id] = JSON.parse(key) as [string, string]; // as `keyOf` writes it
    const detail = undiscovered?.get(name);
    if (detail !== undefined) {
      const { state: after, change } = concludeUnread(state, { slot, detail });
      if (after === state) continue;
      const subject = state.about ?? subjectOfUnknown(name, id);
      if (change) changes.push({ ...change, key, subject });
      series.set(key, isOpen(after) ? { ...after, about: subject } : after);
      isChanged = true;
      continue;
    }
    const { ends, keeps } = fateOf(key, state, { monitors, slot });
    const { about: subject } = state;
    if (ends && subject !== undefined) {
      changes.push(...endsOf(state).map((change) => ({ ...change, key, subject })));
      isChanged = true;
    }
    if (keeps === 'nothing') series.delete(key);
    else {
      const left = ends ? closed(state) : state;
      series.set(key, keeps === 'all-but-model' ? withoutModel(left) : left);
    }
  }
  const all = [...run.changes, ...changes];
  const state = { ...run.state, series };
  return { ...run, state, changes: all, isChanged, notes: [...run.notes, ...notes] };
};

/** Of a series whose monitor cannot say which it has. */
function subjectOfUnknown(monitor: string, series: string): AlertSubject {
  return { monitor, series, metric: series, resource: null, detector: '' };
}

/**
 * With how far it has been read, where that is not in its samples: one that is read every hour is not to be read in
 * each slot because it is silent.
 */
function withLook(
  { readings }: Run,
  { watched, until }: SeriesRequest,
  state: SeriesState,
): SeriesState {
  const { readEveryMs = 0, periodMs } = watched.monitor;
  const reading = readings.get(keyOf(watched));
  const isAnswered = reading !== undefined && !reading.partial;
  if (!isAnswered || readEveryMs <= periodMs || !Number.isFinite(state.learnedUntil)) return state;
  return state.learnedUntil < until - 1 ? { ...state, lookedUntil: until - 1 } : state;
}

/** With what the end of what is open will have to say; without it when nothing is. */
function withSubject(state: SeriesState, watched: WatchedSeries): SeriesState {
  const { about, ...others } = state;
  if (isOpen(state)) return about === undefined ? { ...state, about: subjectOf(watched) } : state;
  return about === undefined ? state : others;
}

/** It cannot be read, or can again. What was not reached says neither. */
function concludeFromReading(
  { request: { slot }, unread, readings, guide }: Run,
  { watched }: SeriesRequest,
  state: SeriesState,
): Conclusion {
  const key = keyOf(watched);
  const { unseen, ...seen } = state;
  const detail = unread.get(key);
  if (detail === undefined) {
    if (unseen === undefined || !readings.has(key)) return { state };
    const { told, since } = unseen;
    if (told === undefined) return { state: seen };
    return {
      state: seen,
      change: { ...UNSEEN, state: 'resolved', reason: 'can-be-read', severity: told, since },
    };
  }

  return concludeUnread(state, { slot, detail, mute: guide(watched).mutedAt(slot, slot) });
}

/** It cannot be read, once more. */
function concludeUnread(
  state: SeriesState,
  {
    slot,
    detail,
    mute,
  }: { readonly slot: number; readonly detail: string; readonly mute?: Mute | undefined },
): Conclusion {
  const { unseen, ...seen } = state;
  // A run of a slot that has been counted says nothing new.
  if (unseen?.told !== undefined || (unseen !== undefined && unseen.slot >= slot)) return { state };
  const { since = slot, runs = 0 } = unseen ?? {};
  const counted = { since, slot, runs: runs + 1 };
  if (counted.runs < RUNS_UNSEEN) return { state: { ...seen, unseen: counted } };
  if (mute !== undefined) return { state: { ...seen, unseen: counted }, mute };
  return {
    state: { ...seen, unseen: { ...counted, told: 'page' } },
    change: {
      ...UNSEEN,
      state: 'firing',
      reason: 'cannot-be-read',
      severity: 'page',
      since,
      detail,
    },
  };
}

/** It has had no sample for too long, or has one again. */
function concludeFromSilence(
  { request: { slot }, readings, guide }: Run,
  { watched, until }: SeriesRequest,
  state: SeriesState,
): Conclusion {
  const reading = readings.get(keyOf(watched));
  const { learnedUntil } = state;
  if (reading === undefined || reading.partial || !Number.isFinite(learnedUntil)) return { state };
  const { monitor } = watched;
  const newestSettled = until - 1;
  const { silent, ...speaking } = state;
  const silentMs = newestSettled - learnedUntil;
  if (silentMs < Math.min(silentAfterMs(monitor), catchUpMs(monitor))) {
    if (silent === undefined) return { state };
    const { told, since } = silent;
    if (told === undefined) return { state: speaking };
    return {
      state: speaking,
      change: { ...SILENT, state: 'resolved', reason: 'data-is-back', severity: told, since },
    };
  }

  // It is known to be silent, so that it is not taken for one that nobody has looked at.
  const { missing = 'ignore' } = monitor;
  const { since = learnedUntil, told } = silent ?? {};
  const remembered = silent === undefined ? { ...speaking, silent: { since } } : state;
  if (silentMs < silentAfterMs(monitor)) return { state: remembered };
  const { alert } = state;
  if (missing === 'notBreaching' && alert.phase === 'firing') {
    const ended = { ...speaking, silent: silent ?? { since }, alert: ALERT_OK };
    const change = endOfAlert(alert, 'went-silent');
    return { state: ended, ...(change && { change }) };
  }
  const severity = SILENCE_SEVERITY[missing];
  if (severity === undefined || told !== undefined) return { state: remembered };
  const mute = guide(watched).mutedAt(slot, slot);
  if (mute !== undefined) return { state: remembered, mute };
  return {
    state: { ...speaking, silent: { since, told: severity } },
    change: { ...SILENT, state: 'firing', reason: 'went-silent', severity, since },
  };
}
