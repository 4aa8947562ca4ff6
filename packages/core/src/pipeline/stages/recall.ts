import { messageOf } from '../../errors.ts';
import type { Stage } from '../run.ts';
import { decodeShard } from '../shard-codec.ts';

/**
 * Loads what the shard remembers. A state that cannot be read is replaced by an empty one: models
 * are learned anew from history, and an alert still open is told again under the same id.
 */
export const recall: Stage = async (run) => {
  const { shard } = run.request;
  const stored = await run.ports.store.load(shard);
  if (stored === undefined) return run;
  try {
    return { ...run, version: stored.version, state: decodeShard(stored.bytes) };
  } catch (error) {
    const message = `state of shard ${shard}: ${messageOf(error)}; learning anew from history`;
    const note = { kind: 'state-unreadable', message } as const;
    return { ...run, version: stored.version, notes: [...run.notes, note] };
  }
};
