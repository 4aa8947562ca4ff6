import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { AlertSink, Notification } from '@plumbline/core';
import { type BatchCall, type EntryFailure, sendInBatches, UNANSWERED } from './batches.ts';
import type { AwsClients } from './clients.ts';
import { boundedMessage, messageText } from './message-body.ts';

/**
 * Limits of one call: ten entries, under a megabyte together.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
const PUT_EVENTS: BatchCall = {
  operation: 'PutEvents',
  mostEntries: 10,
  mostBytes: 1_048_575,
};

/** Of a detail: rules may pass an event on to where its envelope and all may have 256 KiB, as to a topic. */
const DETAIL = { mostBytes: 245_760 } as const;

/** What rules match on. */
export const EVENT_SOURCE = 'plumbline';
export const DETAIL_TYPES = {
  anomaly: { firing: 'Anomaly Detected', resolved: 'Anomaly Resolved' },
  'no-data': { firing: 'Data Missing', resolved: 'Data Is Back' },
  'cannot-see': { firing: 'Series Unreadable', resolved: 'Series Readable' },
} as const;

export interface EventBridgeAlertSinkOptions {
  /** Name or ARN of the bus; the account's default unless told. */
  readonly eventBusName?: string;
}

/**
 * Puts alerts on an event bus for machines, notices and pages: source `plumbline`, detail type `Anomaly Detected`
 * or `Anomaly Resolved`, the message as detail, of bounded length. An alert that got worse is `Anomaly Detected`
 * again, with a `transition_id` of its own and the `since` of its opening. A repeat is put again, and is recognised
 * by the detail's `transition_id`.
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
    DetailType: DETAIL_TYPES[message.condition][message.state],
    Detail: messageText(boundedMessage(message, DETAIL)),
  });
  const put = async (
    batch: readonly PutEventsRequestEntry[],
    abortSignal?: AbortSignal,
  ): Promise<readonly (EntryFailure | undefined)[]> => {
    const command = new PutEventsCommand({ Entries: [...batch] });
    const { Entries = [] } = await clients
      .eventBridge()
      .send(command, abortSignal && { abortSignal });
    return batch.map((_, i) => {
      const { EventId, ErrorCode, ErrorMessage = '' } = Entries[i] ?? {};
      if (EventId) return undefined;
      return ErrorCode ? { code: ErrorCode, message: ErrorMessage } : UNANSWERED;
    });
  };
  return {
    name: 'eventbridge',
    send: (notifications, { remainingMs } = {}) =>
      sendInBatches(notifications.map(entryOf), PUT_EVENTS, sizeOf, put, remainingMs),
  };
}

/**
 * As EventBridge counts: source, detail type and detail in UTF-8.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
function sizeOf({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number {
  return [Source, DetailType, Detail].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
