import type { Monitor } from '@plumbline/core';

/** Whether the metrics of a monitor have to be looked for. */
export function discovers({ source }: Pick<Monitor, 'source'>): boolean {
  return source.kind === 'cloudwatch' && Object.values(source.dimensions).includes('*');
}

/** Whether it is watched by the function, and so costs anything: files are read where they are. */
export function readsCloudWatch({ source }: Pick<Monitor, 'source'>): boolean {
  return source.kind !== 'csv';
}

/**
 * How often each series of a monitor is read, ms: when its next period has settled, in no more than each run, and
 * not before its turn. Of a series that is alive; a silent one is looked at in each run, or in each of its turns.
 */
export function readEveryMs(
  { periodMs, readEveryMs = 0 }: Pick<Monitor, 'periodMs' | 'readEveryMs'>,
  scheduleMinutes: number,
): number {
  return Math.max(scheduleMinutes * 60_000, periodMs, readEveryMs);
}

/** The series of one region, read with one role, share their calls. */
export function placeOf({ source }: Pick<Monitor, 'source'>): string {
  return source.kind === 'csv' ? '' : JSON.stringify([source.region, source.role]);
}
