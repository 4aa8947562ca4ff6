import { opensPage } from '../../alerts/lifecycle.ts';
import type { Run, RunReport } from '../stage.ts';

/** A series this many periods behind the slot is late. */
const LATE_PERIODS = 3;

/** Puts a finished run into numbers: what was read, scored, refused and late, and what was sent. */
export function observe(run: Run): RunReport {
  const { request, state, readings, decisions, outcome, delivered, notes } = run;
  const read = [...readings.values()];
  const left = notes.filter(({ kind }) => kind === 'left');
  const failures = notes.filter(({ kind }) => kind === 'read-failed' || kind === 'series-failed');
  const late = run.requests.filter(({ watched, after, until, judgeAfter }) => {
    const isKnown = after >= judgeAfter;
    return isKnown && until - 1 - after > LATE_PERIODS * watched.monitor.periodMs;
  });
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
      late: late.length,
      samples: total(read, ({ count }) => count),
      refused: total(read, ({ refused, withheld }) => {
        return refused.notFinite + refused.duplicate + withheld;
      }),
      scored: decisions.length,
      noOpinion: count(({ reason }) => reason === 'no-opinion'),
      fired: count(({ transition }) => transition === 'firing'),
      paged: count(opensPage),
      worsened: count(({ transition }) => transition === 'worse'),
      resolved: count(({ transition }) => transition === 'resolved'),
      delivered: delivered.length,
      outbox: state.outbox.length,
    },
    decisions,
    delivered,
    notes,
  };
}

function total<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((sum, item) => sum + measure(item), 0);
}
