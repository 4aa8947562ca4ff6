import type { Deploy } from '@plumbline/config';

/** Where the function's metrics are, and the dimension that holds the name of the function. */
export const METRICS = { namespace: 'Plumbline', dimension: 'service' } as const;

/** The metric whose absence is an alarm: one data point for each shard a slot, in the function's EMF line. */
export const HEARTBEAT = { ...METRICS, metric: 'Heartbeat' } as const;

/** The source that Plumbline's events carry, and the only one its role may send under. */
export const EVENT_SOURCE = 'plumbline';

/** The file beside the synthesised stack that holds the function's code and configuration. */
export const ARCHIVE_NAME = 'function.zip';

/**
 * The names that follow from the function's; all within what AWS allows for a name of 64 characters. A queue
 * has at most 80.
 */
export function derivedNames({ names }: Deploy) {
  return {
    logGroup: `/aws/lambda/${names.function}`,
    dashboard: names.function,
    /** Of what the schedule could not hand to the function. */
    undeliveredQueue: `${names.function}-undelivered`,
    /** Of the events on which the function failed for good. */
    failedQueue: `${names.function}-failed`,
    /** Of the shards to be worked on. */
    workQueue: `${names.function}-shards`,
    /** Of the shards on which the function failed for good. */
    shardsFailedQueue: `${names.function}-shards-failed`,
  } as const;
}

/** What the name of each alarm ends with. */
const ALARMS = {
  heartbeat: 'no-heartbeat',
  errors: 'errors',
  /** There are alerts that somebody could not be told of. */
  untold: 'untold',
  /** There are series that cannot be read. */
  unread: 'unread',
  // Three are called what their queues are called.
  undelivered: 'undelivered',
  failed: 'failed',
  /** Shards are not begun in their slot. */
  shardsWaiting: 'shards-waiting',
  shardsFailed: 'shards-failed',
} as const;

export type AlarmKey = keyof typeof ALARMS;

/** These watch what there is with several shards only. */
const OF_SHARDS: ReadonlySet<AlarmKey> = new Set(['shardsWaiting', 'shardsFailed']);

/** The names of the alarms that a deployment has. */
export function alarmNames({ names, shards }: Deploy): ReadonlyMap<AlarmKey, string> {
  const keys = (Object.keys(ALARMS) as AlarmKey[]).filter(
    (key) => shards > 1 || !OF_SHARDS.has(key),
  );
  return new Map(keys.map((key) => [key, `${names.function}-${ALARMS[key]}`]));
}
