import { AwsError } from './service.ts';
import type { QueuedMessage } from './sqs-message.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const VISIBILITY_MS = { most: 43_200_000, default: 30_000 } as const;
const MOST_RECEIVES = 1000;

export interface QueueOptions {
  /** How long a message that was received stays hidden, 0 to 12 hours; 30 s unless told. */
  readonly visibilityTimeoutMs?: number;
  /** A message that was received so often, 1 to 1,000, goes to the dead-letter queue next. */
  readonly maxReceives?: number;
  readonly deadLetterQueue?: Queue;
}

export interface ReceivedMessage extends QueuedMessage {
  /** Of this receive: only the one of the last receive deletes. */
  readonly receiptHandle: string;
}

/** A standard queue. Its time is the real one, and what `letTimePass` adds. */
export interface Queue {
  readonly url: string;
  readonly arn: string;
  readonly region: string;
  readonly visibilityTimeoutMs: number;
  readonly redrive: { readonly to: Queue; readonly maxReceives: number } | undefined;
  /** All that it holds, hidden or not, in the order in which it came. */
  messages(): readonly QueuedMessage[];
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  put(message: QueuedMessage, delayMs?: number): void;
  /** The first messages that are visible, which are then hidden. */
  receive(most: number, hiddenMs?: number): readonly ReceivedMessage[];
  /**
   * A handle that is not the message's last deletes nothing, and nobody is told.
   * @throws {AwsError} the handle is not from this queue
   */
  delete(receiptHandle: string): void;
  /** Calls back whenever there is something to receive that was not there before. @returns stops it */
  onVisible(listener: () => void): () => void;
  /** Until the next hidden message shows, unless told. */
  letTimePass(ms?: number): void;
}

interface Held {
  readonly message: QueuedMessage;
  /** From this queue, and not from the one that gave it up. */
  readonly receivesHere: number;
  /** In the time of the queue. */
  readonly visibleAt: number;
}

/** @param now - the clock of the services */
export function createQueue(
  { name, account, ...place }: { name: string; account: string; region: string; url: string },
  options: QueueOptions,
  now: () => number,
): Queue {
  const { visibilityTimeoutMs = VISIBILITY_MS.default } = options;
  if (!(visibilityTimeoutMs >= 0 && visibilityTimeoutMs <= VISIBILITY_MS.most)) {
    throw new RangeError(
      `visibilityTimeoutMs must be 0 to ${VISIBILITY_MS.most}, got ${visibilityTimeoutMs}`,
    );
  }
  const redrive = redriveOf(options);
  const arn = `arn:aws:sqs:${place.region}:${account}:${name}`;

  /** Of all messages, in the order in which they came; each is visible or hidden. */
  const held = new Map<string, Held>();
  const visible = new Set<string>();
  const hidden = new Set<string>();
  const listeners = new Set<() => void>();
  let passedMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let wakesAt = Number.POSITIVE_INFINITY;
  const time = (): number => Date.now() + passedMs;

  function hide(message: QueuedMessage, receivesHere: number, visibleAt: number): void {
    held.set(message.id, { message, receivesHere, visibleAt });
    visible.delete(message.id);
    hidden.add(message.id);
    wakeAt(visibleAt);
  }

  function wakeAt(at: number): void {
    if (at >= wakesAt) return;
    clearTimeout(timer);
    wakesAt = at;
    // A process that is done otherwise does not wait for this.
    timer = setTimeout(show, at - time()).unref();
  }

  /** What has been hidden for long enough is so no more. */
  function show(): void {
    clearTimeout(timer);
    wakesAt = Number.POSITIVE_INFINITY;
    const at = time();
    const due: string[] = [];
    for (const id of hidden) {
      const { visibleAt } = held.get(id)!;
      if (visibleAt > at) wakeAt(visibleAt);
      else due.push(id);
    }
    due.sort((one, other) => held.get(one)!.visibleAt - held.get(other)!.visibleAt);
    for (const id of due) {
      hidden.delete(id);
      visible.add(id);
    }
    if (due.length > 0) tell();
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  const handleOf = ({ id, receives }: QueuedMessage): string =>
    Buffer.from(`${arn}/${id}/${receives}`).toString('base64url');

  /** Now, when nothing is hidden. */
  function nextVisibleAt(): number {
    if (hidden.size === 0) return time();
    return Math.min(...Array.from(hidden, (id) => held.get(id)!.visibleAt));
  }

  return {
    ...place,
    arn,
    visibilityTimeoutMs,
    redrive,
    messages: () => [...held.values()].map(({ message }) => message),
    counts() {
      const delayed = [...hidden].filter((id) => held.get(id)!.receivesHere === 0).length;
      return { visible: visible.size, inFlight: hidden.size - delayed, delayed };
    },
    put(message, delayMs = 0) {
      if (delayMs > 0) {
        hide(message, 0, time() + delayMs);
        return;
      }
      held.set(message.id, { message, receivesHere: 0, visibleAt: time() });
      visible.add(message.id);
      tell();
    },
    receive(most, hiddenMs = visibilityTimeoutMs) {
      const at = time();
      if (at >= wakesAt) show();
      const received: ReceivedMessage[] = [];
      for (const id of visible) {
        if (received.length === most) break;
        const { message, receivesHere } = held.get(id)!;
        if (redrive && receivesHere >= redrive.maxReceives) {
          visible.delete(id);
          held.delete(id);
          redrive.to.put({ ...message, movedFrom: arn });
          continue;
        }
        const { receives, firstReceivedAt = Math.round(now()) } = message;
        const next = { ...message, receives: receives + 1, firstReceivedAt };
        hide(next, receivesHere + 1, at + hiddenMs);
        received.push({ ...next, receiptHandle: handleOf(next) });
      }
      return received;
    },
    delete(receiptHandle) {
      const handle = Buffer.from(receiptHandle, 'base64url').toString();
      const [id = '', receives, ...rest] = handle.slice(arn.length + 1).split('/');
      if (!handle.startsWith(`${arn}/`) || receives === undefined || rest.length > 0) {
        const message = `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`;
        throw new AwsError('ReceiptHandleIsInvalid', message, 404);
      }
      if (String(held.get(id)?.message.receives) !== receives) return;
      held.delete(id);
      visible.delete(id);
      hidden.delete(id);
    },
    onVisible(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    letTimePass(ms) {
      passedMs += ms ?? Math.max(0, nextVisibleAt() - time());
      show();
    },
  };
}

function redriveOf({ maxReceives, deadLetterQueue }: QueueOptions): Queue['redrive'] {
  if ((maxReceives === undefined) !== (deadLetterQueue === undefined)) {
    throw new TypeError('a queue needs both maxReceives and deadLetterQueue, or neither');
  }
  if (maxReceives === undefined || deadLetterQueue === undefined) return undefined;
  if (!(maxReceives >= 1 && maxReceives <= MOST_RECEIVES)) {
    throw new RangeError(`maxReceives must be 1 to ${MOST_RECEIVES}, got ${maxReceives}`);
  }
  return { to: deadLetterQueue, maxReceives };
}
