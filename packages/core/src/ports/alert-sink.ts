import type { AlertMessage } from '../alerts/message.ts';
import type { Severity } from '../alerts/policy.ts';

/** A transition of an alert on its way to somebody. */
export interface Notification {
  /** Same transition, same id, however often it is sent. */
  readonly id: string;
  readonly message: AlertMessage;
}

export type Delivery =
  | { readonly delivered: true }
  | {
      readonly delivered: false;
      readonly reason: string;
      /** Whether sending it again later can succeed. */
      readonly retryable: boolean;
    };

export interface SendOptions {
  /** Time left for it, ms, from now on; without end unless told. */
  readonly remainingMs?: () => number;
}

/** Where notifications go. */
export interface AlertSink {
  /** Names the sink in the outbox; unique among the sinks of a run, and stable. */
  readonly name: string;
  /**
   * Whether alerts of this severity go there, always the same; all unless told. When a notice becomes a page, that
   * is the first that a sink for pages hears of it; it hears of the end too.
   */
  readonly takes?: (severity: Severity) => boolean;
  /**
   * One outcome per notification, in their order. A repeat of an id must be harmless: the sink
   * recognises it, or passes the id on so that the receiver can.
   *
   * When the time runs out it says of each what is known: delivered, or not delivered and to be sent
   * again. What was delivered by then counts as delivered, whatever became of the rest. A sink that
   * does not wait for anybody may ignore the time.
   */
  send(notifications: readonly Notification[], options?: SendOptions): Promise<readonly Delivery[]>;
}

/** Keeps notifications in memory, one per id, in the order of their first arrival. */
export function createMemoryAlertSink(
  name = 'memory',
): AlertSink & { readonly received: readonly Notification[] } {
  const received: Notification[] = [];
  return {
    name,
    received,
    async send(notifications) {
      for (const notification of notifications) {
        if (!received.some(({ id }) => id === notification.id)) received.push(notification);
      }
      return notifications.map(() => ({ delivered: true }));
    },
  };
}
