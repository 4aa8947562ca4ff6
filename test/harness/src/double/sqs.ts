import { randomUUID } from 'node:crypto';
import { type BatchEntry, checkEntries, runEntries } from './batch.ts';
import { createQueue, type Queue, type QueueOptions, type ReceivedMessage } from './queue.ts';
import { AwsError, type Call, type Service } from './service.ts';
import {
  bytesOf,
  checkMessage,
  checkRange,
  invalid,
  type MessageInput,
  MOST_BYTES,
  md5Of,
  md5OfAttributes,
  systemAttributes,
} from './sqs-message.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MOST_MESSAGES = 10;
const MOST_WAIT_SECONDS = 20;
const MOST_VISIBILITY_SECONDS = 43_200;

const QUEUE_NAME = /^[\w-]{1,80}$/;

export interface SqsDouble {
  readonly service: Service;
  /** @throws {RangeError} the name is none of a standard queue, or is taken there */
  createQueue(place: QueuePlace, options: QueueOptions): Queue;
}

export interface QueuePlace {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Where SQS listens; the address of the queue is below it. */
  readonly endpoint: string;
}

interface QueueInput {
  readonly QueueUrl?: string;
}

interface ReceiveInput extends QueueInput {
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
}

interface DeleteInput {
  readonly ReceiptHandle?: string;
}

export function createSqs(now: () => number): SqsDouble {
  /** By ARN. */
  const queues = new Map<string, Queue>();

  function queueOf({ QueueUrl }: QueueInput, { region }: Call): Queue {
    if (!QueueUrl) throw missing('QueueUrl');
    const [, account, name, ...rest] = URL.canParse(QueueUrl)
      ? new URL(QueueUrl).pathname.split('/')
      : [];
    if (!account || !name || rest.length > 0) {
      const message = `The address ${QueueUrl} is not valid for this endpoint.`;
      throw new AwsError('InvalidAddress', message, 404);
    }
    const queue = queues.get(arnOf({ region, account, name }));
    if (queue) return queue;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  function send(queue: Queue, input: MessageInput, { accessKeyId }: Call): object {
    checkMessage(input);
    const { MessageBody: body = '', MessageAttributes: attributes = {}, DelaySeconds = 0 } = input;
    const id = randomUUID();
    const sentAt = Math.round(now());
    const message = { id, body, attributes, senderId: accessKeyId, sentAt, receives: 0 };
    queue.put(message, DelaySeconds * 1000);
    const MD5OfMessageAttributes = md5OfAttributes(attributes);
    return { MessageId: id, MD5OfMessageBody: md5Of(body), MD5OfMessageAttributes };
  }

  return {
    createQueue({ endpoint, ...place }, options) {
      const { name, account } = place;
      if (!QUEUE_NAME.test(name)) throw new RangeError(`${name} is no name of a standard queue`);
      const arn = arnOf(place);
      if (queues.has(arn)) throw new RangeError(`there is a queue ${arn} already`);
      const queue = createQueue({ ...place, url: `${endpoint}/${account}/${name}` }, options, now);
      queues.set(arn, queue);
      return queue;
    },
    service: {
      SendMessage(input: QueueInput & MessageInput, call): object {
        const queue = queueOf(input, call);
        if (bytesOf(input) > MOST_BYTES) {
          throw invalid(`Message must be shorter than ${MOST_BYTES} bytes.`);
        }
        return send(queue, input, call);
      },

      SendMessageBatch(input: QueueInput & { Entries?: unknown }, call): object {
        const queue = queueOf(input, call);
        const size = { of: bytesOf, most: MOST_BYTES };
        const entries = checkEntries<MessageInput & BatchEntry>(input.Entries, size);
        return runEntries(entries, call, (entry) => send(queue, entry, call));
      },

      async ReceiveMessage(input: ReceiveInput, call): Promise<object> {
        const queue = queueOf(input, call);
        const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds = 0 } = input;
        checkRange('MaxNumberOfMessages', MaxNumberOfMessages, 1, MOST_MESSAGES);
        checkRange('VisibilityTimeout', VisibilityTimeout ?? 0, 0, MOST_VISIBILITY_SECONDS);
        checkRange('WaitTimeSeconds', WaitTimeSeconds, 0, MOST_WAIT_SECONDS);
        const hiddenMs = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1000;
        const until = Date.now() + WaitTimeSeconds * 1000;
        for (;;) {
          const received = queue.receive(MaxNumberOfMessages, hiddenMs);
          if (received.length > 0) {
            return { Messages: received.map((message) => answerOf(message, input)) };
          }
          if (Date.now() >= until) return {};
          await moreVisible(queue, until - Date.now());
        }
      },

      DeleteMessage(input: QueueInput & DeleteInput, call): object {
        const queue = queueOf(input, call);
        if (!input.ReceiptHandle) throw missing('ReceiptHandle');
        queue.delete(input.ReceiptHandle);
        return {};
      },

      DeleteMessageBatch(input: QueueInput & { Entries?: unknown }, call): object {
        const queue = queueOf(input, call);
        const entries = checkEntries<DeleteInput & BatchEntry>(input.Entries);
        return runEntries(entries, call, ({ ReceiptHandle }) => {
          if (!ReceiptHandle) throw missing('ReceiptHandle');
          queue.delete(ReceiptHandle);
          return {};
        });
      },

      GetQueueAttributes(
        input: QueueInput & { readonly AttributeNames?: readonly string[] },
        call,
      ): object {
        const attributes = queueAttributes(queueOf(input, call));
        const { AttributeNames = [] } = input;
        for (const name of AttributeNames) {
          if (name === 'All' || Object.hasOwn(attributes, name)) continue;
          throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
        }
        return { Attributes: only(attributes, AttributeNames) };
      },
    },
  };
}

function arnOf({ region, account, name }: Omit<QueuePlace, 'endpoint'>): string {
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

/** Resolves when there is something to receive, or the time is over. */
function moreVisible(queue: Queue, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, limitMs).unref();
    const stop = queue.onVisible(done);
  });
}

function answerOf(message: ReceivedMessage, input: ReceiveInput): object {
  const { AttributeNames = [], MessageSystemAttributeNames = [] } = input;
  const asked = only(systemAttributes(message), [
    ...AttributeNames,
    ...MessageSystemAttributeNames,
  ]);
  const attributes = only(message.attributes, input.MessageAttributeNames ?? []);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5Of(message.body),
    Body: message.body,
    Attributes: orNothing(asked),
    MessageAttributes: orNothing(attributes),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

function queueAttributes(queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  const { arn, redrive, visibilityTimeoutMs } = queue;
  const policy = redrive && {
    deadLetterTargetArn: redrive.to.arn,
    maxReceiveCount: redrive.maxReceives,
  };
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(Math.round(visibilityTimeoutMs / 1000)),
    MaximumMessageSize: String(MOST_BYTES),
    ...(policy && { RedrivePolicy: JSON.stringify(policy) }),
  };
}

/** Those of these names: `All` or `.*` is every name, `ab.*` every one that begins with ab. */
function only<Value>(
  values: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> {
  const isAsked = (name: string): boolean =>
    names.some(
      (asked) =>
        asked === 'All' ||
        asked === name ||
        (asked.endsWith('.*') && name.startsWith(asked.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(values).filter(([name]) => isAsked(name)));
}

function orNothing<Values extends object>(values: Values): Values | undefined {
  return Object.keys(values).length > 0 ? values : undefined;
}

function missing(parameter: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${parameter}.`);
}
