import { randomUUID } from 'node:crypto';
import { type BatchEntry, checkEntries, runEntries } from './batch.ts';
import { AwsError, type CallContext, type Service } from './service.ts';

/**
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
const MOST_BYTES = 262_144;
/** Begins with a letter, a number or a punctuation mark; printable ASCII, at most 100 characters. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;
const DATA_TYPE = /^(String|Number|Binary)(\.[^.].*)?$/;

/** A message that a topic took. Nothing is delivered anywhere. */
export interface PublishedMessage {
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** What subscribers get whose protocol has no body of its own. */
  readonly message: string;
  /** Of a message that has several bodies, those of single protocols: by `email`, `https`, ... */
  readonly bodies: Readonly<Record<string, string>>;
  /** Values as text; of binary attributes in base64. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string;
}

export interface SnsDouble {
  readonly service: Service;
  createTopic(name: string, region: string): string;
  /** In the order in which they came. */
  readonly published: readonly PublishedMessage[];
}

interface Message {
  readonly Message?: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: readonly {
    readonly Name?: string;
    readonly Value?: {
      readonly DataType?: string;
      readonly StringValue?: string;
      readonly BinaryValue?: string;
    };
  }[];
}

export function createSns(account: string): SnsDouble {
  const topics = new Set<string>();
  const published: PublishedMessage[] = [];

  function checkTopic(arn: string | undefined, { region }: CallContext): string {
    const [, , service, topicRegion, , name] = arn?.split(':') ?? [];
    if (!arn || service !== 'sns' || !name) throw invalid('TopicArn');
    // A topic of another region is not looked for: the ARN itself is refused.
    if (topicRegion !== region) throw invalid('TopicArn');
    if (!topics.has(arn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return arn;
  }

  function publish(topicArn: string, message: Message): string {
    checkMessage(message);
    const messageId = randomUUID();
    const attributes = (message.MessageAttributes ?? []).map(
      ({ Name, Value }) => [Name!, (Value!.StringValue ?? Value!.BinaryValue)!] as const,
    );
    const { default: body, ...bodies } = bodiesOf(message);
    published.push({
      topicArn,
      subject: message.Subject,
      message: body,
      bodies,
      attributes: Object.fromEntries(attributes),
      messageId,
    });
    return messageId;
  }

  return {
    published,
    createTopic(name, region) {
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      topics.add(arn);
      return arn;
    },
    service: {
      Publish(input: Message & { TopicArn?: string }, call): object {
        const topic = checkTopic(input.TopicArn, call);
        if (bytesOf(input) > MOST_BYTES) throw invalid('Message too long');
        return { MessageId: publish(topic, input) };
      },

      PublishBatch(
        input: { TopicArn?: string; PublishBatchRequestEntries?: unknown },
        call,
      ): object {
        const topic = checkTopic(input.TopicArn, call);
        const size = { of: bytesOf, most: MOST_BYTES };
        const entries = checkEntries<Message & BatchEntry>(input.PublishBatchRequestEntries, size);
        return runEntries(entries, call, (entry) => ({ MessageId: publish(topic, entry) }));
      },
    },
  };
}

function checkMessage({ Message, Subject, MessageStructure, MessageAttributes = [] }: Message) {
  if (!Message) throw invalid('Empty message');
  if (Subject !== undefined && !SUBJECT.test(Subject)) throw invalid('Subject');
  if (MessageStructure === 'json') checkBodies(Message);
  else if (MessageStructure !== undefined) throw invalid('MessageStructure');
  for (const { Name, Value: { DataType, StringValue, BinaryValue } = {} } of MessageAttributes) {
    const what = `The message attribute '${Name}'`;
    if (!Name || !DataType || !DATA_TYPE.test(DataType)) {
      throw new AwsError('ParameterValueInvalid', `${what} has no valid type.`);
    }
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (!value) {
      throw new AwsError(
        'ParameterValueInvalid',
        `${what} must contain non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    }
  }
}

/**
 * Protocols that can have a body of their own; all others, SQS among them, get theirs too, or `default`.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const PROTOCOLS: ReadonlySet<string> = new Set([
  'default',
  'http',
  'https',
  'email',
  'email-json',
  'sms',
  'sqs',
  'application',
  'lambda',
  'firehose',
]);

/** Of a message with several bodies: an object of texts, by protocols there are, with one for all others. */
function checkBodies(message: string): void {
  const what = 'Message Structure';
  let bodies: unknown;
  try {
    bodies = JSON.parse(message);
  } catch {
    throw invalid(`${what} - JSON message body failed to parse`);
  }
  if (typeof bodies !== 'object' || bodies === null || Array.isArray(bodies)) {
    throw invalid(`${what} - JSON message body is not an object`);
  }
  if (typeof (bodies as Record<string, unknown>).default !== 'string') {
    throw invalid(`${what} - No default entry in JSON message body`);
  }
  for (const [protocol, body] of Object.entries(bodies)) {
    // SNS leaves out what it does not know; here it would be a slip of the pen.
    if (!PROTOCOLS.has(protocol)) throw invalid(`${what} - unknown protocol ${protocol}`);
    if (typeof body !== 'string') throw invalid(`${what} - the entry for ${protocol} is no text`);
  }
}

function bodiesOf({ Message, MessageStructure }: Message): { readonly default: string } {
  return MessageStructure === 'json' ? JSON.parse(Message!) : { default: Message! };
}

/** What counts against the limit: the body and the names, types and values of the attributes. */
function bytesOf({ Message = '', MessageAttributes = [] }: Message): number {
  const parts = MessageAttributes.flatMap(({ Name = '', Value = {} }) => [
    Buffer.byteLength(Name),
    Buffer.byteLength(Value.DataType ?? ''),
    Buffer.byteLength(Value.StringValue ?? ''),
    Buffer.byteLength(Value.BinaryValue ?? '', 'base64'),
  ]);
  return parts.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(Message));
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
