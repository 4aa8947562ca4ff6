import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { AlertSink, Delivery, Notification } from '@plumbline/core';
import { isRetryableCode } from './aws-call-error.ts';
import { type BatchCall, refused, sendInBatches } from './batches.ts';
import type { AwsClients } from './clients.ts';

/**
 * Limits of one call: ten entries, under a megabyte together.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
const PUT_EVENTS: BatchCall = {
  operation: 'PutEvents',
  mostEntries: 10,
  mostBytes: 1_048_575,
};

/** What rules match on. */
export const EVENT_SOURCE = 'plumbline';
export const DETAIL_TYPES = { firing: 'Anomaly Detected', resolved: 'Anomaly Resolved' } as const;

export interface EventBridgeAlertSinkOptions {
  /** Name or ARN of the bus; the account's default unless told. */
  readonly eventBusName?: string;
}

/**
 * Puts alerts on an event bus for machines: source `plumbline`, detail type `Anomaly Detected` or
 * `Anomaly Resolved`, the message as detail. A repeat is put again, and is recognised by the detail's
 * `transition_id`.
 *
 * Permission: events:PutEvents on the bus.
 */
export function createEventBridgeAlertSink(
  clients: Pick<AwsClients, 'eventBridge'>,
  { eventBusName = 'default' }: EventBridgeAlertSinkOptions = {},
): AlertSink {
  const entryOf = ({ message }: Notification): PutEventsRequestEntry => ({
    EventBusName: eventBusName,
    Source: EVENT_SOURCE,
    DetailType: DETAIL_TYPES[message.state],
    Detail: JSON.stringify(message),
  });
  const put = async (batch: readonly PutEventsRequestEntry[]): Promise<readonly Delivery[]> => {
    const { Entries = [] } = await clients
      .eventBridge()
      .send(new PutEventsCommand({ Entries: [...batch] }));
    return batch.map((_, i): Delivery => {
      const { EventId, ErrorCode, ErrorMessage = '' } = Entries[i] ?? {};
      if (EventId) return { delivered: true };
      if (!ErrorCode) return refused('PutEvents', 'no answer for it', ErrorMessage, true);
      return refused('PutEvents', ErrorCode, ErrorMessage, isRetryableCode(ErrorCode));
    });
  };
  return {
    name: 'eventbridge',
    send: (notifications) => sendInBatches(notifications.map(entryOf), PUT_EVENTS, sizeOf, put),
  };
}

/**
 * As EventBridge counts: source, detail type and detail in UTF-8.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
function sizeOf({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number {
  return [Source, DetailType, Detail].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
