import type { Deploy } from '@plumbline/config';

/** The metric whose absence is an alarm: one data point a run, in the function's EMF line. */
export const HEARTBEAT = {
  namespace: 'Plumbline',
  metric: 'Heartbeat',
  /** The dimension that holds the name of the function. */
  dimension: 'service',
} as const;

/** The source that Plumbline's events carry, and the only one its role may send under. */
export const EVENT_SOURCE = 'plumbline';

/** The file beside the synthesised stack that holds the function's code and configuration. */
export const ARCHIVE_NAME = 'function.zip';

/** The names that follow from the function's; all within what AWS allows for a name of 64 characters. */
export function derivedNames({ names }: Deploy) {
  return {
    logGroup: `/aws/lambda/${names.function}`,
    /** Of what the schedule could not hand to the function. */
    undeliveredQueue: `${names.function}-undelivered`,
    /** Of the events on which the function failed for good. */
    failedQueue: `${names.function}-failed`,
    heartbeatAlarm: `${names.function}-no-heartbeat`,
    errorsAlarm: `${names.function}-errors`,
    /** There are alerts that somebody could not be told of. */
    untoldAlarm: `${names.function}-untold`,
    /** There are series that cannot be read. */
    unreadAlarm: `${names.function}-unread`,
  } as const;
}
