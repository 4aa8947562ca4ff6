import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { QueueOptions } from './queue.ts';
import { clientsOf, errorOf, startDouble } from './testing/clients.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const MOST_BYTES = 1_048_576;

async function started(options: QueueOptions = {}) {
  const { aws, sqs } = await startDouble({ now: () => NOW });
  const queue = aws.sqs.createQueue('work', options);
  const QueueUrl = queue.url;
  return {
    aws,
    sqs,
    queue,
    QueueUrl,
    send: (MessageBody: string, rest: Partial<SendMessageCommandInput> = {}) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...rest })),
    batch: (Entries: SendMessageBatchRequestEntry[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
    async receive(rest: Partial<ReceiveMessageCommandInput> = {}) {
      const input = { QueueUrl, MaxNumberOfMessages: 10, ...rest };
      return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
    },
    remove: (ReceiptHandle: string) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
  };
}

describe('a queue of the double', () => {
  it('gives a message to one receiver, until it is deleted', async () => {
    const { queue, send, receive, remove } = await started();
    const { MessageId } = await send('Größe <1> & "zwei"\r\n');
    const [message] = await receive();
    expect(message).toEqual({
      MessageId,
      Body: 'Größe <1> & "zwei"\r\n',
      MD5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      ReceiptHandle: expect.any(String),
    });
    expect(await receive()).toEqual([]);
    await remove(message!.ReceiptHandle!);
    queue.letTimePass(86_400_000);
    expect(await receive()).toEqual([]);
    expect(queue.messages()).toEqual([]);
  });

  it('hands out the messages in the order in which they came, as many as are asked for', async () => {
    const { batch, send, receive } = await started();
    await batch(['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id })));
    await send('d');
    expect((await receive({ MaxNumberOfMessages: undefined })).map(({ Body }) => Body)).toEqual([
      'a',
    ]);
    expect((await receive({ MaxNumberOfMessages: 2 })).map(({ Body }) => Body)).toEqual(['b', 'c']);
    expect((await receive()).map(({ Body }) => Body)).toEqual(['d']);
  });

  it('shows a message again when its visibility timeout is over', async () => {
    const { queue, send, receive } = await started({ visibilityTimeoutMs: 45_000 });
    await send('a');
    await receive();
    queue.letTimePass(44_000);
    expect(await receive()).toEqual([]);
    queue.letTimePass(1_000);
    const [again] = await receive({ MessageSystemAttributeNames: ['All'], VisibilityTimeout: 5 });
    expect(again!.Attributes).toEqual({
      ApproximateReceiveCount: '2',
      SenderId: 'AKIDTEST',
      SentTimestamp: String(NOW),
      ApproximateFirstReceiveTimestamp: String(NOW),
    });
    queue.letTimePass(5_000);
    expect(await receive()).toHaveLength(1);
  });

  it('lets real time pass, too, and wakes who waits for a message', async () => {
    const { send, receive } = await started({ visibilityTimeoutMs: 20 });
    await send('a');
    const [first] = await receive();
    const [second] = await receive({ WaitTimeSeconds: 20 });
    expect(second!.MessageId).toBe(first!.MessageId);
  });

  it('wakes who waits as soon as something is sent, a message for each', async () => {
    const { batch, receive } = await started();
    const one = { MaxNumberOfMessages: 1, WaitTimeSeconds: 20 };
    const waiting = [receive(one), receive(one)];
    await batch(['a', 'b'].map((Id) => ({ Id, MessageBody: Id })));
    const received = await Promise.all(waiting);
    expect(received.flatMap((messages) => messages.map(({ Body }) => Body)).sort()).toEqual([
      'a',
      'b',
    ]);
  });

  it('hides a message for its delay first', async () => {
    const { queue, batch, receive } = await started();
    await batch([
      { Id: 'late', MessageBody: 'late', DelaySeconds: 900 },
      { Id: 'soon', MessageBody: 'soon' },
    ]);
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
    expect((await receive()).map(({ Body }) => Body)).toEqual(['soon']);
    queue.letTimePass(900_000);
    expect((await receive()).map(({ Body }) => Body)).toEqual(['soon', 'late']);
  });

  it('moves what was received too often to its dead-letter queue', async () => {
    const { aws, sqs } = await startDouble();
    const dead = aws.sqs.createQueue('dead');
    const queue = aws.sqs.createQueue('work', { maxReceives: 2, deadLetterQueue: dead });
    const receive = async (QueueUrl: string) => {
      const input = { QueueUrl, MessageSystemAttributeNames: ['All' as const] };
      return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
    };
    const sent = { QueueUrl: queue.url, MessageBody: 'poison' };
    const { MessageId } = await sqs.send(new SendMessageCommand(sent));
    for (let i = 0; i < 2; i++) {
      expect(await receive(queue.url)).toHaveLength(1);
      queue.letTimePass();
    }
    expect(dead.messages()).toEqual([]);
    expect(await receive(queue.url)).toEqual([]);
    expect(queue.messages()).toEqual([]);
    expect(await receive(dead.url)).toMatchObject([
      {
        MessageId,
        Body: 'poison',
        Attributes: { ApproximateReceiveCount: '3', DeadLetterQueueSourceArn: queue.arn },
      },
    ]);
  });

  it('does not delete with the handle of a receive before the last, and does not say so', async () => {
    const { queue, send, receive, remove } = await started();
    await send('a');
    const [first] = await receive();
    queue.letTimePass();
    const [second] = await receive();
    await remove(first!.ReceiptHandle!);
    expect(queue.messages()).toHaveLength(1);
    await remove(second!.ReceiptHandle!);
    expect(queue.messages()).toEqual([]);
    expect(await errorOf(() => remove(second!.ReceiptHandle!))).toEqual([undefined, undefined]);
    expect(await errorOf(() => remove('stranger'))).toEqual(['ReceiptHandleIsInvalid', 404]);
  });

  it('deletes a batch, of which an entry may fail alone', async () => {
    const { queue, sqs, QueueUrl, send, receive } = await started();
    await send('a');
    const [{ ReceiptHandle } = {}] = await receive();
    const Entries = [
      { Id: 'good', ReceiptHandle },
      { Id: 'bad', ReceiptHandle: 'stranger' },
    ];
    const answer = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(answer.Successful).toEqual([{ Id: 'good' }]);
    expect(answer.Failed).toMatchObject([
      { Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true },
    ]);
    expect(queue.messages()).toEqual([]);
  });

  it('keeps message attributes, and gives back those that are asked for', async () => {
    const { queue, send, receive } = await started({ visibilityTimeoutMs: 0 });
    // Digests from the README of https://www.npmjs.com/package/aws-md5-of-message-attributes.
    const MessageAttributes = {
      attribName1: { DataType: 'String', StringValue: 'attribValue 1' },
      customNumberTypeAttrib: {
        DataType: 'Number.float',
        StringValue: '4563442423554324324264524243.32543234',
      },
      binaryAttribute: { DataType: 'Binary', BinaryValue: Buffer.from('Hello binary world!') },
    };
    const { MD5OfMessageAttributes } = await send('a', { MessageAttributes });
    expect(MD5OfMessageAttributes).toBe('c932db14a896c663f83c260297d594ff');
    const asked = async (...MessageAttributeNames: string[]) => {
      queue.letTimePass();
      const [message] = await receive({ MessageAttributeNames });
      return [Object.keys(message!.MessageAttributes ?? {}), message!.MD5OfMessageAttributes];
    };
    expect(await asked()).toEqual([[], undefined]);
    expect(await asked('All')).toEqual([Object.keys(MessageAttributes), MD5OfMessageAttributes]);
    expect(await asked('.*')).toEqual([Object.keys(MessageAttributes), MD5OfMessageAttributes]);
    expect(await asked('attrib.*')).toEqual([['attribName1'], '19e27d4e946b072f3f58da80d94fd778']);
    expect(await asked('binaryAttribute')).toEqual([
      ['binaryAttribute'],
      '31a92b15d92f8db860eda32aceb656c3',
    ]);
  });

  it.each<[string, string, Partial<SendMessageCommandInput>]>([
    ['MissingParameter', 'an empty body', { MessageBody: '' }],
    ['InvalidParameterValue', '1 MiB and a byte', { MessageBody: 'x'.repeat(MOST_BYTES + 1) }],
    ['InvalidMessageContents', 'a control character', { MessageBody: 'a\u0000b' }],
    ['InvalidParameterValue', 'a delay of more than 15 minutes', { DelaySeconds: 901 }],
    ['InvalidParameterValue', 'a negative delay', { DelaySeconds: -1 }],
    [
      'InvalidParameterValue',
      'an attribute of an unknown type',
      { MessageAttributes: { a: { DataType: 'Text', StringValue: 'b' } } },
    ],
    [
      'InvalidParameterValue',
      'an attribute without a value',
      { MessageAttributes: { a: { DataType: 'Binary', StringValue: 'b' } } },
    ],
    [
      'InvalidParameterValue',
      'an attribute with a reserved name',
      { MessageAttributes: { 'AWS.a': { DataType: 'String', StringValue: 'b' } } },
    ],
    [
      'InvalidParameterValue',
      'eleven attributes',
      {
        MessageAttributes: Object.fromEntries(
          Array.from({ length: 11 }, (_, i) => [`a${i}`, { DataType: 'String', StringValue: 'b' }]),
        ),
      },
    ],
    ['UnsupportedOperation', 'a group', { MessageGroupId: 'a' }],
    ['QueueDoesNotExist', 'a queue that is not there', { QueueUrl: 'http://a/123456789012/b' }],
    ['InvalidAddress', 'an address that is none', { QueueUrl: 'work' }],
  ])('refuses with %s %s', async (name, _, rest) => {
    const { queue, send } = await started();
    await expect(send('hello', rest)).rejects.toMatchObject({ name });
    expect(queue.messages()).toEqual([]);
  });

  it('tells the code of the query protocol beside the name of an error', async () => {
    const { send } = await started();
    await expect(send('hello', { QueueUrl: 'http://a/123456789012/b' })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue', Type: 'Sender' },
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('is another one in another region', async () => {
    const { aws, queue, QueueUrl } = await started();
    const elsewhere = clientsOf(aws, { region: 'eu-west-1' });
    const message = { QueueUrl, MessageBody: 'a' };
    expect(await errorOf(() => elsewhere.sqs.send(new SendMessageCommand(message)))).toEqual([
      'QueueDoesNotExist',
      400,
    ]);
    const other = aws.sqs.createQueue('work', { region: 'eu-west-1' });
    await elsewhere.sqs.send(new SendMessageCommand(message));
    expect([queue, other].map((each) => each.messages().length)).toEqual([0, 1]);
  });

  it('takes a batch of 1 MiB, of which an entry may fail alone', async () => {
    const { queue, batch } = await started();
    const { Successful, Failed } = await batch([
      { Id: 'large', MessageBody: 'x'.repeat(MOST_BYTES - 2) },
      { Id: 'bad', MessageBody: '\u0001' },
      { Id: 'good', MessageBody: 'y' },
    ]);
    expect(Successful!.map(({ Id }) => Id)).toEqual(['large', 'good']);
    expect(Failed).toEqual([
      {
        Id: 'bad',
        Code: 'InvalidMessageContents',
        Message: 'Invalid characters found in the message body.',
        SenderFault: true,
      },
    ]);
    expect(queue.messages()).toHaveLength(2);
  });

  const entries = (length: number, MessageBody = 'x') =>
    Array.from({ length }, (_, i) => ({ Id: `e${i}`, MessageBody }));

  it.each<[string, SendMessageBatchRequestEntry[]]>([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', entries(11)],
    ['BatchEntryIdsNotDistinct', [...entries(2), ...entries(1)]],
    ['InvalidBatchEntryId', [{ Id: 'a b', MessageBody: 'x' }]],
    ['BatchRequestTooLong', entries(10, 'x'.repeat(104_858))],
  ])('refuses a batch with %s', async (name, batchEntries) => {
    const { queue, batch } = await started();
    await expect(batch(batchEntries)).rejects.toMatchObject({
      name,
      Error: { Code: `AWS.SimpleQueueService.${name}` },
    });
    expect(queue.messages()).toEqual([]);
  });

  it.each<[string, Partial<ReceiveMessageCommandInput>]>([
    ['no message at all', { MaxNumberOfMessages: 0 }],
    ['eleven messages', { MaxNumberOfMessages: 11 }],
    ['a wait of 21 seconds', { WaitTimeSeconds: 21 }],
    ['a visibility of more than 12 hours', { VisibilityTimeout: 43_201 }],
  ])('does not let anybody receive with %s', async (_, rest) => {
    const { receive } = await started();
    await expect(receive(rest)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('tells its attributes', async () => {
    const { aws, sqs } = await startDouble();
    const dead = aws.sqs.createQueue('dead');
    const queue = aws.sqs.createQueue('work', { maxReceives: 5, deadLetterQueue: dead });
    const ask = async (...names: string[]) => {
      const input = { QueueUrl: queue.url, AttributeNames: names as 'All'[] };
      return (await sqs.send(new GetQueueAttributesCommand(input))).Attributes;
    };
    const message = { QueueUrl: queue.url, MessageBody: 'a' };
    await sqs.send(new SendMessageCommand(message));
    await sqs.send(new SendMessageCommand({ ...message, DelaySeconds: 5 }));
    expect(await ask('All')).toEqual({
      QueueArn: 'arn:aws:sqs:us-east-1:123456789012:work',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '30',
      MaximumMessageSize: '1048576',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 5 }),
    });
    expect(await ask('QueueArn')).toEqual({ QueueArn: queue.arn });
    await expect(ask('Color')).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  it('says which operation it does not know', async () => {
    const { sqs, QueueUrl } = await started();
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringMatching(/^the double knows SendMessage, .* of sqs, not PurgeQueue$/),
    });
  });

  it('cannot be created in a way that SQS would not take', async () => {
    const { aws, queue } = await started();
    const create = (name: string, options?: QueueOptions) => () =>
      aws.sqs.createQueue(name, options);
    expect(create('work')).toThrow(`there is a queue ${queue.arn} already`);
    expect(create('a.fifo')).toThrow('a.fifo is no name of a standard queue');
    expect(create('a', { visibilityTimeoutMs: 43_200_001 })).toThrow('0 to 43200000');
    expect(create('a', { maxReceives: 3 })).toThrow('both maxReceives and deadLetterQueue');
    const dead = { maxReceives: 0, deadLetterQueue: queue };
    expect(create('a', dead)).toThrow('maxReceives must be 1 to 1000, got 0');
  });
});
