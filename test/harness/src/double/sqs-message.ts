import { createHash } from 'node:crypto';
import { AwsError } from './service.ts';

/**
 * Of a message, its attributes included, and of all the messages of a batch together.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export const MOST_BYTES = 1_048_576;
/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const MOST_ATTRIBUTES = 10;
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.|\.|.*\.\.|.*\.$)[\w.-]{1,256}$/i;
const DATA_TYPE = /^(String|Number|Binary)(\.[^.].*)?$/;
const FORBIDDEN_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const MOST_DELAY_SECONDS = 900;

/** As it travels. */
export interface MessageAttribute {
  readonly DataType?: string;
  readonly StringValue?: string;
  /** In base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What SendMessage and an entry of SendMessageBatch say of a message. */
export interface MessageInput {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: MessageAttributes;
  readonly MessageSystemAttributes?: unknown;
  readonly MessageGroupId?: unknown;
  readonly MessageDeduplicationId?: unknown;
}

/** A message as a queue keeps it. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** Access key of who sent it. */
  readonly senderId: string;
  /** By the clock of the services, ms since the epoch. */
  readonly sentAt: number;
  readonly firstReceivedAt?: number;
  /** From this queue, and from the one that gave it up. */
  readonly receives: number;
  /** ARN of the queue that gave it up. */
  readonly movedFrom?: string;
}

/** What counts against the limit: the body and the names, types and values of the attributes. */
export function bytesOf({ MessageBody = '', MessageAttributes = {} }: MessageInput): number {
  let bytes = Buffer.byteLength(MessageBody);
  for (const [name, attribute] of Object.entries(MessageAttributes)) {
    const { DataType = '', StringValue = '', BinaryValue = '' } = attribute;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += Buffer.byteLength(StringValue) + Buffer.byteLength(BinaryValue, 'base64');
  }
  return bytes;
}

/** @throws {AwsError} SQS would not take it, whatever its length */
export function checkMessage(input: MessageInput): void {
  const { MessageBody, DelaySeconds = 0, MessageAttributes = {} } = input;
  for (const name of [
    'MessageSystemAttributes',
    'MessageGroupId',
    'MessageDeduplicationId',
  ] as const) {
    if (input[name] === undefined) continue;
    throw new AwsError('UnsupportedOperation', `the double knows no ${name} of a message`);
  }
  if (!MessageBody) {
    const message = 'The request must contain the parameter MessageBody.';
    throw new AwsError('MissingParameter', message);
  }
  if (FORBIDDEN_CHARACTER.test(MessageBody)) {
    throw new AwsError('InvalidMessageContents', 'Invalid characters found in the message body.');
  }
  checkRange('DelaySeconds', DelaySeconds, 0, MOST_DELAY_SECONDS);
  const attributes = Object.entries(MessageAttributes);
  if (attributes.length > MOST_ATTRIBUTES) {
    throw invalid(`Number of message attributes [${attributes.length}] exceeds the allowed number`);
  }
  for (const [name, { DataType = '', StringValue, BinaryValue }] of attributes) {
    const what = `The message attribute '${name}'`;
    if (!ATTRIBUTE_NAME.test(name)) throw invalid(`${what} has no valid name.`);
    if (!DATA_TYPE.test(DataType)) throw invalid(`${what} has no valid type.`);
    if (!(DataType.startsWith('Binary') ? BinaryValue : StringValue)) {
      throw invalid(`${what} must contain a non-empty value of the type '${DataType}'.`);
    }
  }
}

/** @throws {AwsError} the value is outside */
export function checkRange(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw invalid(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}

/** What SQS itself says of a message, as text. */
export function systemAttributes(message: QueuedMessage): Record<string, string> {
  const { senderId, sentAt, receives, firstReceivedAt, movedFrom } = message;
  return {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(sentAt),
    SenderId: senderId,
    ...(firstReceivedAt !== undefined && {
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    }),
    ...(movedFrom !== undefined && { DeadLetterQueueSourceArn: movedFrom }),
  };
}

export function md5Of(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}

/**
 * Of the attributes by name, each part behind its length in four bytes; undefined when there are none.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', StringValue = '', BinaryValue } = attributes[name]!;
    const isBinary = DataType.startsWith('Binary');
    return [
      withLength(Buffer.from(name)),
      withLength(Buffer.from(DataType)),
      Buffer.of(isBinary ? 2 : 1),
      withLength(isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue)),
    ];
  });
  return md5Of(Buffer.concat(parts));
}

function withLength(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}
