import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '@plumbline/core';
import {
  AwsCallError,
  failureText,
  isMendable,
  isRetryableCode,
  isUnacceptable,
} from './aws-call-error.ts';
import { OutOfTimeError, withinTime } from './time-limit.ts';

/** A call that takes several entries, and how much of them. */
export interface BatchCall {
  /** As in `PublishBatch`. */
  readonly operation: string;
  readonly mostEntries: number;
  readonly mostBytes: number;
}

/** Why an entry failed by itself, in the words of the service. */
export interface EntryFailure {
  readonly code: string;
  readonly message: string;
  /** Whether the service says that the entry itself is wrong, where that can be believed. */
  readonly ofSender?: boolean;
}

/** Of an entry that the answer does not speak of. */
export const UNANSWERED: EntryFailure = { code: 'no answer for it', message: '' };

/** An entry that failed by itself is sent again so many times, after a pause that doubles. */
const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 100;

/** What one call may take of the time that is left: what waits for its turn needs some too. */
const SHARE = 0.5;
/**
 * With less time left than this no call is made: it would arrive, its answer would be late, and so it
 * would be repeated.
 */
const LEAST_MS = 500;

/** Makes one call, until the signal. @returns why an entry failed; undefined for one that was taken */
type SendBatch<T> = (
  batch: readonly T[],
  signal?: AbortSignal,
) => Promise<readonly (EntryFailure | undefined)[]>;

/**
 * Sends entries in batches, in their order; what fails alone and may pass is sent again. A batch that
 * fails as a whole is not, for the client has tried again already, unless it is refused for what is in
 * it: then in halves, until only what is not acceptable is refused.
 *
 * An entry is given up when it is not acceptable, and for nothing else.
 *
 * @param sizeOf - bytes of an entry, as the service counts them
 * @param send - tells the outcome of each entry, for an answer of 200 can hide failures
 * @param remainingMs - time left, ms; a call gets a share of it
 * @returns one outcome an entry, in their order
 */
export async function sendInBatches<T>(
  entries: readonly T[],
  { operation, mostEntries, mostBytes }: BatchCall,
  sizeOf: (entry: T) => number,
  send: SendBatch<T>,
  remainingMs: () => number = () => Number.POSITIVE_INFINITY,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  const sendInTime = inTime(send, remainingMs);
  let batch: T[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) deliveries.push(...(await sendStubbornly(operation, batch, sendInTime)));
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

/**
 * Gives each call its share of the time. Once there was no answer there is no further call: what comes
 * after it would overtake it, and would hardly fare better.
 */
function inTime<T>(send: SendBatch<T>, remainingMs: () => number): SendBatch<T> {
  let late: OutOfTimeError | undefined;
  const shareMs = (): number => {
    const left = remainingMs();
    return left < LEAST_MS ? 0 : left * SHARE;
  };
  return async (batch) => {
    if (late !== undefined) throw late;
    try {
      return await withinTime(shareMs, (signal) => send(batch, signal));
    } catch (error) {
      if (error instanceof OutOfTimeError) late = error;
      throw error;
    }
  };
}

/** One batch; entries that failed alone again, as long as that may help. */
async function sendStubbornly<T>(
  operation: string,
  batch: readonly T[],
  send: SendBatch<T>,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  let open = batch.map((_, i) => i);
  for (let tried = 1; open.length > 0; tried++) {
    const entries = open.map((i) => batch[i]!);
    let failures: readonly (EntryFailure | undefined)[];
    try {
      failures = await send(entries);
    } catch (error) {
      const outcomes = await afterFailure(operation, error, entries, send);
      open.forEach((i, at) => {
        deliveries[i] = outcomes[at]!;
      });
      return deliveries;
    }
    open.forEach((i, at) => {
      deliveries[i] = outcomeOf(operation, failures[at]);
    });
    open = open.filter((_, at) => {
      const failure = failures[at];
      return failure !== undefined && !isHopeless(failure) && !isMendable(failure.code);
    });
    if (tried === MOST_TRIES) break;
    if (open.length > 0) await sleep(FIRST_PAUSE_MS * 2 ** (tried - 1));
  }
  return deliveries;
}

/** What becomes of the entries of a call that failed as a whole. */
async function afterFailure<T>(
  operation: string,
  cause: unknown,
  entries: readonly T[],
  send: SendBatch<T>,
): Promise<readonly Delivery[]> {
  const failure = failureOf(operation, cause);
  if (failure.retryable || entries.length === 1) return entries.map(() => failure);
  // One after the other: they are to arrive in their order.
  const middle = Math.ceil(entries.length / 2);
  const first = await sendStubbornly(operation, entries.slice(0, middle), send);
  return [...first, ...(await sendStubbornly(operation, entries.slice(middle), send))];
}

function outcomeOf(operation: string, failure: EntryFailure | undefined): Delivery {
  if (failure === undefined) return { delivered: true };
  const reason = failureText(operation, failure.code, failure.message);
  return { delivered: false, reason, retryable: !isHopeless(failure) };
}

/** Whether an entry is not acceptable, now or later. */
function isHopeless({ code, ofSender = false }: EntryFailure): boolean {
  return isUnacceptable(code) || (ofSender && !isMendable(code) && !isRetryableCode(code));
}

/**
 * Also what only an operator can mend, such as a topic that is gone, is worth keeping: once it is
 * mended the alert still arrives.
 */
function failureOf(
  operation: string,
  cause: unknown,
): { readonly delivered: false; readonly reason: string; readonly retryable: boolean } {
  if (cause instanceof OutOfTimeError) {
    return { delivered: false, reason: `${operation}: ${cause.message}`, retryable: true };
  }
  const { message, retryable, code } = new AwsCallError(operation, cause);
  return { delivered: false, reason: message, retryable: retryable || !isUnacceptable(code) };
}
