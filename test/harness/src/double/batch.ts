import { AwsError, type CallContext } from './service.ts';

/**
 * The same for SNS and SQS.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const MOST_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

export interface BatchEntry {
  readonly Id?: string;
}

/** How a batch ended, entry by entry. */
export interface BatchAnswer {
  readonly Successful: readonly object[];
  readonly Failed: readonly object[];
}

/** @throws {AwsError} for what fails the batch as a whole */
export function checkEntries<Entry extends BatchEntry>(
  given: unknown,
  size?: { readonly of: (entry: Entry) => number; readonly most: number },
): readonly Entry[] {
  const entries: readonly Entry[] = Array.isArray(given) ? given : [];
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'The batch request does not contain any entries.');
  }
  if (entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `The batch request contains more entries than permissible: ${entries.length}, not ${MOST_ENTRIES}.`,
    );
  }
  for (const { Id = '' } of entries) {
    if (!ENTRY_ID.test(Id)) {
      throw new AwsError('InvalidBatchEntryId', `The Id ${JSON.stringify(Id)} is not valid.`);
    }
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more entries have the same Id.');
  }
  const bytes = size && entries.reduce((sum, entry) => sum + size.of(entry), 0);
  if (bytes && bytes > size.most) {
    throw new AwsError(
      'BatchRequestTooLong',
      `The batch request is longer than ${size.most} bytes: ${bytes} bytes.`,
    );
  }
  return entries;
}

/** Runs the entries one by one: what one of them throws, or is told to fail with, is its own. */
export function runEntries<Entry extends BatchEntry>(
  entries: readonly Entry[],
  call: CallContext,
  run: (entry: Entry) => object,
): BatchAnswer {
  const Successful: object[] = [];
  const Failed: object[] = [];
  entries.forEach((entry, index) => {
    const { Id } = entry;
    const fault = call.faultOfEntry(entry, index);
    try {
      if (fault) {
        throw new AwsError(fault.code, fault.message ?? '', fault.senderFault ? 400 : 500);
      }
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code: Code, message: Message, status } = error;
      Failed.push({ Id, Code, Message, SenderFault: status < 500 });
    }
  });
  return { Successful, Failed };
}
