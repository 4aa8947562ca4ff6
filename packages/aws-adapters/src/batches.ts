import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '@plumbline/core';
import { AwsCallError, failureText, isMendable } from './aws-call-error.ts';

/** A call that takes several entries, and how much of them. */
export interface BatchCall {
  /** As in `PublishBatch`. */
  readonly operation: string;
  readonly mostEntries: number;
  readonly mostBytes: number;
}

/** An entry that failed by itself is sent again so many times, after a pause that doubles. */
const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 100;

/**
 * Sends entries in batches, in their order; what fails alone and may pass is sent again. A batch that
 * fails as a whole is not: the client has tried again already.
 *
 * @param sizeOf - bytes of an entry, as the service counts them
 * @param send - tells the outcome of each entry, for an answer of 200 can hide failures
 * @returns one outcome an entry, in their order
 */
export async function sendInBatches<T>(
  entries: readonly T[],
  { operation, mostEntries, mostBytes }: BatchCall,
  sizeOf: (entry: T) => number,
  send: (batch: readonly T[]) => Promise<readonly Delivery[]>,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  let batch: T[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) deliveries.push(...(await sendStubbornly(operation, batch, send)));
    batch = [];
    bytes = 0;
  };
  for (const entry of entries) {
    const size = sizeOf(entry);
    if (batch.length === mostEntries || bytes + size > mostBytes) await flush();
    if (size > mostBytes) {
      const reason = `${size} bytes, and ${mostBytes} is the most that can be sent`;
      deliveries.push({ delivered: false, reason, retryable: false });
      continue;
    }
    batch.push(entry);
    bytes += size;
  }
  await flush();
  return deliveries;
}

/** One batch; entries that failed alone again, as long as that may help. */
async function sendStubbornly<T>(
  operation: string,
  batch: readonly T[],
  send: (batch: readonly T[]) => Promise<readonly Delivery[]>,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  let open = batch.map((_, i) => i);
  for (let tried = 1; open.length > 0; tried++) {
    let outcomes: readonly Delivery[];
    try {
      outcomes = await send(open.map((i) => batch[i]!));
    } catch (error) {
      const failure = undelivered(operation, error);
      for (const i of open) deliveries[i] = failure;
      return deliveries;
    }
    open.forEach((i, at) => {
      deliveries[i] = outcomes[at]!;
    });
    open = open.filter((_, at) => {
      const outcome = outcomes[at]!;
      return !outcome.delivered && outcome.retryable;
    });
    if (tried === MOST_TRIES) break;
    if (open.length > 0) await sleep(FIRST_PAUSE_MS * 2 ** (tried - 1));
  }
  return deliveries;
}

/** An entry that failed by itself, and whether the service itself says that it may pass. */
export function refused(
  operation: string,
  code: string,
  message: string,
  retryable: boolean,
): Delivery {
  const reason = failureText(operation, code, message);
  return { delivered: false, reason, retryable: retryable || isMendable(code) };
}

/**
 * A call that failed as a whole. Also what only an operator can mend, such as a topic that is gone, is
 * worth keeping: once it is mended the alert still arrives.
 */
function undelivered(operation: string, cause: unknown): Delivery {
  const { message, retryable, code } = new AwsCallError(operation, cause);
  const mendable = !/^(Validation|InvalidParameter|InvalidBatch|Malformed)/.test(code);
  return { delivered: false, reason: message, retryable: retryable || mendable };
}
