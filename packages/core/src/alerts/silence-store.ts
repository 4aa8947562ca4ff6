import type { StateStore } from '../ports/state-store.ts';
import { decodeSilences, encodeSilences, type Silence } from './silences.ts';

/** The silences beside the state: what the command writes, and every run reads. */
export interface SilenceStore {
  /**
   * All that are stored, expired ones too.
   * @throws {UnreadableSilencesError} what is stored is something else
   */
  load(): Promise<readonly Silence[]>;
  /**
   * Replaces them. What others have written meanwhile is not lost: then the change is made again on theirs.
   * @throws {UnreadableSilencesError} what is stored is something else; it is left alone
   * @throws {Error} others are always faster
   */
  change(edit: (silences: readonly Silence[]) => readonly Silence[]): Promise<readonly Silence[]>;
}

/** The name of the object that holds them. */
const OBJECT = 'silences';

const MOST_TRIES = 10;

export function createSilenceStore(store: StateStore): SilenceStore {
  const read = async () => {
    const stored = await store.load(OBJECT);
    if (stored === undefined) return { silences: [], version: undefined };
    return { silences: decodeSilences(stored.bytes), version: stored.version };
  };
  return {
    load: async () => (await read()).silences,
    async change(edit) {
      for (let tried = 0; tried < MOST_TRIES; tried++) {
        const { silences, version } = await read();
        const changed = edit(silences);
        const { committed } = await store.commit(OBJECT, encodeSilences(changed), version);
        if (committed) return changed;
      }
      throw new Error('the silences are being changed all the time by somebody else: try again');
    },
  };
}
