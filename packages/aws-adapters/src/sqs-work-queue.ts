import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type BatchCall, type EntryFailure, sendInBatches, UNANSWERED } from './batches.ts';
import { CLIENT_SETTINGS } from './client-settings.ts';
import type { WorkQueue } from './work-queue.ts';

export type { WorkQueue } from './work-queue.ts';

/**
 * Limits of one call, all bodies together.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const SEND_MESSAGE_BATCH: BatchCall = {
  operation: 'SendMessageBatch',
  mostEntries: 10,
  mostBytes: 1_048_576,
};

/** Apart from the other clients, so that who has no queue does not load this one. */
export interface SqsClients {
  sqs(): SQSClient;
}

/** The client is made when first asked for and kept; credentials and endpoint are found as the SDK does. */
export function createSqsClients({ region }: { readonly region: string }): SqsClients {
  let client: SQSClient | undefined;
  return {
    sqs() {
      client ??= new SQSClient({ ...CLIENT_SETTINGS, region });
      return client;
    },
  };
}

export interface SqsWorkQueueOptions {
  /** Of a standard queue. Its own limit on a message may be lower than that of SQS. */
  readonly queueUrl: string;
}

/**
 * Puts work on a queue of SQS, in the order in which it is given; a standard queue may hand it out in
 * another one, and more than once.
 *
 * Permission: sqs:SendMessage on the queue, and of a key of one's own kms:GenerateDataKey, kms:Decrypt.
 */
export function createSqsWorkQueue(
  clients: SqsClients,
  { queueUrl }: SqsWorkQueueOptions,
): WorkQueue {
  const send = async (
    batch: readonly string[],
    abortSignal?: AbortSignal,
  ): Promise<readonly (EntryFailure | undefined)[]> => {
    const entries = batch.map(
      (body, i): SendMessageBatchRequestEntry => ({ Id: String(i), MessageBody: body }),
    );
    const { Successful = [], Failed = [] } = await clients
      .sqs()
      .send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
        abortSignal && { abortSignal },
      );
    const sent = new Set(Successful.map(({ Id }) => Id));
    const failures = new Map(
      Failed.map(({ Id, Code = UNANSWERED.code, Message = '', SenderFault = false }) => [
        Id,
        { code: Code, message: Message, ofSender: SenderFault },
      ]),
    );
    return entries.map(({ Id }) => (sent.has(Id) ? undefined : (failures.get(Id) ?? UNANSWERED)));
  };
  return {
    put: (bodies, { remainingMs } = {}) =>
      sendInBatches(bodies, SEND_MESSAGE_BATCH, Buffer.byteLength, send, remainingMs),
  };
}
