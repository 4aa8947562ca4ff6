import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '@plumbline/core';
import { AwsCallError } from './aws-call-error.ts';

/** What a service takes in one call. */
export interface BatchLimits {
  readonly mostEntries: number;
  readonly mostBytes: number;
}

/** An entry that failed by itself is sent again so many times, after a pause that doubles. */
const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 100;

/**
 * Sends entries in batches, in their order; what fails alone and may pass is sent again. An answer of
 * 200 can hide failures, so `send` tells the outcome of each entry.
 *
 * @param sizeOf - bytes of an entry, as the service counts them
 * @returns one outcome an entry, in their order
 */
export async function sendInBatches<T>(
  entries: readonly T[],
  { mostEntries, mostBytes }: BatchLimits,
  sizeOf: (entry: T) => number,
  send: (batch: readonly T[]) => Promise<readonly Delivery[]>,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  let batch: T[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) deliveries.push(...(await sendStubbornly(batch, send)));
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
  batch: readonly T[],
  send: (batch: readonly T[]) => Promise<readonly Delivery[]>,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  let open = batch.map((_, i) => i);
  for (let tried = 1; open.length > 0; tried++) {
    const outcomes = await send(open.map((i) => batch[i]!));
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

/**
 * A call that failed as a whole: the client has tried again already. Also what only an operator can
 * mend, such as a topic that is gone, is worth keeping: once it is mended the alert still arrives.
 */
export function undelivered(operation: string, cause: unknown): Delivery {
  const { message, retryable, code } = new AwsCallError(operation, cause);
  const mendable = !/^(Validation|InvalidParameter|InvalidBatch|Malformed)/.test(code);
  return { delivered: false, reason: message, retryable: retryable || mendable };
}
