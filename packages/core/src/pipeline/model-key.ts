import type { SeriesGuidance } from '../alerts/guidance.ts';
import { snapshotKey } from '../detectors/detector-spec.ts';
import { crc32 } from '../stats/crc32.ts';
import type { Monitor } from './monitor.ts';

/**
 * What the model of a series is tied to: its detector, and the labels that say what to learn. When either
 * changes it is learned anew from history.
 */
export function modelKeyOf({ detector }: Monitor, { labelsKey }: SeriesGuidance): string {
  const key = snapshotKey(detector);
  return labelsKey === '' ? key : `${key} labels ${labelsKey}`;
}

/** Names all that a verdict depends on beside the samples: when somebody has changed it, it is worth another try. */
export function settingsKeyOf({ detector }: Monitor, { labelsKey }: SeriesGuidance): string {
  const text = JSON.stringify([detector, labelsKey]);
  return crc32(new TextEncoder().encode(text)).toString(16);
}
