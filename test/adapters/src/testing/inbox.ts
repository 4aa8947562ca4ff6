import type { AlertMessage } from '@plumbline/core';
import type { Receiver } from '@plumbline/harness';

/** The first message of each transition, in the order in which they came. */
export function withoutRepeats(messages: readonly AlertMessage[]): AlertMessage[] {
  const seen = new Set<string>();
  return messages.filter(({ transition_id }) => {
    const isNew = !seen.has(transition_id);
    seen.add(transition_id);
    return isNew;
  });
}

/** Asks for all that a receiver has ever had. */
export function createInbox(receiver: Receiver): () => Promise<AlertMessage[]> {
  const messages: AlertMessage[] = [];
  return async () => {
    for (const { content } of await receiver.arrivals()) messages.push(content as AlertMessage);
    return withoutRepeats(messages);
  };
}
