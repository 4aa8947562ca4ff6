import { commitShard } from '../shard-access.ts';
import { EMPTY_SHARD } from '../shard-state.ts';
import type { Stage } from '../stage.ts';

/**
 * Commits models, watermarks, alerts and outbox together, if the shard is still as it was recalled.
 * Otherwise another run has done this slot's work, and this one ends here with nothing sent.
 */
export const record: Stage = async (run) => {
  if (!run.isChanged) return run;
  const { shard } = run.request;
  const { state } = run;
  const result = await commitShard(run.ports.store, shard, state, run.version);
  if (result.committed) {
    return { ...run, outcome: 'committed', version: result.version };
  }
  const message = `another run has committed shard ${shard} first; nothing was sent from this one, and nothing has to be done`;
  return {
    ...run,
    outcome: 'superseded',
    // What it concluded is the other run's to tell, and to deliver.
    state: EMPTY_SHARD,
    decisions: [],
    changes: [],
    notes: [...run.notes, { kind: 'commit-lost', message }],
  };
};
