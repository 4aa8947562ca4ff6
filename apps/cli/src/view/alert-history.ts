import type { AlertMessage } from '@plumbline/core';

/** One alert from its opening to its end, put together from the messages that told of it. */
export interface AlertRecord {
  /** The message that opened it. */
  readonly opened: AlertMessage;
  /** The message that ended it; undefined while it is open. */
  readonly resolved: AlertMessage | undefined;
  /** The latest message, which knows the worst sample. */
  readonly latest: AlertMessage;
}

/** The alerts that a folder of messages tells of, in the order in which they opened. */
export function alertsOf(messages: readonly AlertMessage[]): AlertRecord[] {
  const keyOf = ({ monitor, series, since }: AlertMessage): string =>
    JSON.stringify([monitor, series, since]);
  const ends = new Map(
    messages
      .filter(({ state }) => state === 'resolved')
      .map((message) => [keyOf(message), message]),
  );
  return messages
    .filter(({ state }) => state === 'firing')
    .map((opened) => {
      const resolved = ends.get(keyOf(opened));
      return { opened, resolved, latest: resolved ?? opened };
    });
}
