import type { Mute } from '../alerts/guidance.ts';
import type { Note } from './stage.ts';

/** Says that there was something to tell, and by whose wish nobody is told. */
export function mutedNote({ reason, by }: Mute): Note {
  return { kind: 'muted', message: `nobody is told: ${reason} by ${by}` };
}
