import { InvalidOptionError } from '@plumbline/core';
import type { Queue, ReceivedMessage } from './double/queue.ts';
import { md5Of, md5OfAttributes, systemAttributes } from './double/sqs-message.ts';
import type { Invocation, LocalFunction } from './local-function.ts';

export interface EventSourceMappingOptions {
  /** Of the double of AWS. */
  readonly queue: Queue;
  readonly fn: Pick<LocalFunction, 'invoke'>;
  /** The most messages in one event, 1 to 10. */
  readonly batchSize?: number;
  /** The most events on their way at once, 1 to 1,000; each has an execution environment of its own. */
  readonly maxConcurrency?: number;
}

/** One event that the function got, and how it ended. */
export interface DeliveredBatch {
  readonly records: readonly SqsRecord[];
  readonly invocation: Invocation;
  /** Ids of the messages that stay in the queue. */
  readonly failed: readonly string[];
}

/** Takes messages from a queue and hands them to a function, as long as it is not closed. */
export interface EventSourceMapping {
  /** In the order in which they ended. */
  readonly batches: readonly DeliveredBatch[];
  /**
   * Resolves when the queue is empty and the function idle. Nobody waits for messages that are
   * delayed, or hidden after a failure: while nothing else happens, time passes for the queue.
   * @throws what `invoke` threw; or a message comes again and again, and no dead-letter queue takes it
   */
  idle(): Promise<void>;
  /** Takes no more messages. Resolves when the function has ended with the last ones. */
  close(): Promise<void>;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** `ApproximateReceiveCount`, `SentTimestamp`, ...: numbers as text. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>;
  readonly md5OfMessageAttributes?: string;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export interface SqsRecordAttribute {
  readonly stringValue?: string;
  /** In base64. */
  readonly binaryValue?: string;
  readonly stringListValues: readonly [];
  readonly binaryListValues: readonly [];
  readonly dataType: string;
}

/**
 * Lambda takes more than ten messages only when it may wait for them, which is not modelled here. It
 * starts with five events at once; 2 is the least limit that can be set, 1 a reserved concurrency.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const BATCH_SIZE = { most: 10, default: 10 } as const;
const CONCURRENCY = { most: 1000, default: 5 } as const;

/** A message that comes so often, with no dead-letter queue to go to, would come forever. */
const MOST_RECEIVES = 100;

/** With ReportBatchItemFailures, so that the function's failures do not slow it down. */
export function createEventSourceMapping({
  queue,
  fn,
  batchSize = BATCH_SIZE.default,
  maxConcurrency = CONCURRENCY.default,
}: EventSourceMappingOptions): EventSourceMapping {
  checkWhole('batchSize', batchSize, BATCH_SIZE.most);
  checkWhole('maxConcurrency', maxConcurrency, CONCURRENCY.most);

  const batches: DeliveredBatch[] = [];
  const running = new Set<Promise<void>>();
  let isOpen = true;
  let isWoken = false;
  let trouble: unknown;

  function take(): void {
    while (isOpen && running.size < maxConcurrency) {
      const messages = queue.receive(batchSize);
      if (messages.length === 0) return;
      const delivery = deliver(messages).catch((error: unknown) => {
        isOpen = false;
        trouble ??= error;
      });
      const ended = delivery.then(() => {
        running.delete(ended);
        take();
      });
      running.add(ended);
    }
  }

  async function deliver(messages: readonly ReceivedMessage[]): Promise<void> {
    for (const { id, receives } of messages) {
      if (receives <= MOST_RECEIVES || queue.redrive) continue;
      throw new Error(
        `message ${id} came ${receives} times, and ${queue.arn} has no dead-letter queue`,
      );
    }
    const records = messages.map((message) => recordOf(message, queue));
    const invocation = await fn.invoke({ Records: records });
    const failed = failedIds(invocation, records);
    for (const { id, receiptHandle } of messages) {
      if (!failed.includes(id)) queue.delete(receiptHandle);
    }
    batches.push({ records, invocation, failed });
  }

  // After all that came at once, so that they share an event.
  const stopListening = queue.onVisible(() => {
    if (isWoken) return;
    isWoken = true;
    queueMicrotask(() => {
      isWoken = false;
      take();
    });
  });
  take();

  return {
    batches,
    async idle() {
      for (;;) {
        take();
        if (running.size > 0) await Promise.race(running);
        else if (trouble !== undefined) throw trouble;
        else if (queue.messages().length === 0) return;
        else if (!isOpen) throw new Error(`nobody takes the messages of ${queue.arn} any more`);
        else queue.letTimePass();
      }
    },
    async close() {
      isOpen = false;
      stopListening();
      await Promise.all(running);
    },
  };
}

function checkWhole(option: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new InvalidOptionError(option, `a whole number, 1 to ${most}`, value);
}

function recordOf(message: ReceivedMessage, queue: Queue): SqsRecord {
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: recordAttributes(message),
    md5OfMessageAttributes: md5OfAttributes(message.attributes),
    md5OfBody: md5Of(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: queue.region,
  };
}

function recordAttributes({ attributes }: ReceivedMessage): Record<string, SqsRecordAttribute> {
  const lists = { stringListValues: [], binaryListValues: [] } as const;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = '', StringValue, BinaryValue }]) => [
      name,
      { stringValue: StringValue, binaryValue: BinaryValue, ...lists, dataType: DataType },
    ]),
  );
}

/**
 * Whoever reports a failure in a way that Lambda does not understand has failed with all messages.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
function failedIds(invocation: Invocation, records: readonly SqsRecord[]): readonly string[] {
  const all = records.map(({ messageId }) => messageId);
  if (invocation.outcome !== 'success') return all;
  const response = invocation.result;
  if (response === null) return [];
  if (typeof response !== 'object' || Array.isArray(response)) return all;
  const { batchItemFailures: failures } = response as { batchItemFailures?: unknown };
  if (failures === undefined || failures === null) return [];
  if (!Array.isArray(failures)) return all;
  const ids = failures.map(
    (failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier,
  );
  return ids.every((id): id is string => all.includes(id as string)) ? ids : all;
}
