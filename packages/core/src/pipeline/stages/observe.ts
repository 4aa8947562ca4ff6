import { opensPage } from '../../alerts/lifecycle.ts';
import type { Run, RunReport } from '../stage.ts';

/** A series that is this many periods behind when its turn has come is late. */
const LATE_PERIODS = 3;

/** Puts a finished run into numbers: what was read, scored, refused and late, and what was sent. */
export function observe(run: Run): RunReport {
  const { request, state, readings, decisions, changes, outcome, delivered, notes } = run;
  const read = [...readings.values()];
  const left = notes.filter(({ kind }) => kind === 'left');
  const failures = notes.filter(({ kind }) => kind === 'read-failed' || kind === 'series-failed');
  const late = run.requests.filter(({ watched, until, judgeAfter, isHistory }) => {
    const { periodMs, readEveryMs = 0 } = watched.monitor;
    return !isHistory && until - 1 - judgeAfter > readEveryMs + LATE_PERIODS * periodMs;
  });
  const states = [...state.series.values()];
  const since = state.outbox.map((entry) => entry.since ?? request.slot);
  const count = (matches: (decision: Run['decisions'][number]['decision']) => boolean): number =>
    decisions.filter(({ decision }) => matches(decision)).length;

  return {
    slot: request.slot,
    shard: request.shard,
    outcome,
    counts: {
      series: request.watched.length,
      due: run.requests.length,
      read: read.length,
      failed: failures.length,
      left: left.length,
      throttled: notes.filter(({ throttled }) => throttled).length,
      late: late.length,
      samples: total(read, ({ count }) => count),
      refused: total(read, ({ refused, withheld }) => {
        return refused.notFinite + refused.duplicate + withheld.length;
      }),
      scored: decisions.length,
      noOpinion: count(({ reason }) => reason === 'no-opinion'),
      fired: count(({ transition }) => transition === 'firing'),
      paged: count(opensPage),
      worsened: count(({ transition }) => transition === 'worse'),
      resolved: count(({ transition }) => transition === 'resolved'),
      silent: states.filter(({ silent }) => silent !== undefined).length,
      unseen: states.filter(({ unseen }) => unseen?.told !== undefined).length,
      muted: decisions.filter(({ mute }) => mute !== undefined).length,
      delivered: delivered.length,
      outbox: state.outbox.length,
      outboxAgeMs: Math.max(0, ...since.map((moment) => request.slot - moment)),
    },
    decisions,
    changes,
    delivered,
    notes,
  };
}

function total<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((sum, item) => sum + measure(item), 0);
}
