import { readShard } from '../shard-access.ts';
import type { Stage } from '../stage.ts';

/** Loads what the shard remembers. */
export const recall: Stage = async (run) => {
  const { shard, part } = run.request;
  const { notes, ...recalled } = await readShard(run.ports.store, shard, part);
  return { ...run, ...recalled, notes: [...run.notes, ...notes] };
};
