import { drainOutbox, pendingCount } from '../outbox.ts';
import { commitShard } from '../shard-access.ts';
import type { Stage } from '../stage.ts';

/**
 * Sends what the outbox holds, also what an earlier run left there, and marks it in a second commit.
 * A crash between the two sends it again under the same id: at least once, never not at all.
 */
export const notify: Stage = async (run) => {
  if (run.outcome === 'superseded' || run.state.outbox.length === 0) return run;

  const { shard, remainingToSendMs } = run.request;
  const { sinks, store } = run.ports;
  const { outbox, delivered, notes } = await drainOutbox(run.state.outbox, sinks, {
    remainingMs: remainingToSendMs,
  });
  const state = { ...run.state, outbox };
  if (pendingCount(outbox) < pendingCount(run.state.outbox)) {
    const marked = await commitShard(store, shard, state, run.version);
    if (!marked.committed) {
      const message = `shard ${shard} changed while its alerts were sent; they may be sent again, with the same transition_id`;
      return {
        ...run,
        state,
        delivered,
        notes: [...run.notes, ...notes, { kind: 'commit-lost', message }],
      };
    }
  }
  return { ...run, state, delivered, notes: [...run.notes, ...notes] };
};
