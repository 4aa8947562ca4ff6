import {
  type MessageAttributeValue,
  PublishBatchCommand,
  type PublishBatchRequestEntry,
  PublishCommand,
  type PublishCommandInput,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { clientsOf, startDouble } from './testing/clients.ts';

async function started() {
  const { aws, sns } = await startDouble();
  const TopicArn = aws.sns.createTopic('alerts');
  return {
    aws,
    TopicArn,
    publish: (rest: Partial<PublishCommandInput>) =>
      sns.send(new PublishCommand({ TopicArn, Message: 'hello', ...rest })),
    batch: (PublishBatchRequestEntries: PublishBatchRequestEntry[]) =>
      sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries })),
    sns,
  };
}

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });

describe('SNS in the double', () => {
  it('records what is published, as it was meant', async () => {
    const { aws, TopicArn, publish } = await started();
    const message = 'Größe <1> & "zwei"\r\nof + 100%';
    const { MessageId } = await publish({
      Message: message,
      Subject: 'CPU is high',
      MessageAttributes: {
        severity: text('critical'),
        count: { DataType: 'Number', StringValue: '3' },
        raw: { DataType: 'Binary', BinaryValue: Buffer.from('xx') },
      },
    });
    expect(aws.sns.published).toEqual([
      {
        topicArn: TopicArn,
        subject: 'CPU is high',
        message,
        bodies: {},
        attributes: { severity: 'critical', count: '3', raw: 'eHg=' },
        messageId: MessageId,
      },
    ]);
  });

  it.each<[string, Partial<PublishCommandInput>, RegExp]>([
    ['an empty message', { Message: '' }, /Empty message/],
    ['a message of 256 KiB and one byte', { Message: 'x'.repeat(262_145) }, /too long/],
    ['a subject of 101 characters', { Subject: 'x'.repeat(101) }, /Subject/],
    ['a subject with a line break', { Subject: 'a\nb' }, /Subject/],
    ['a subject of other letters', { Subject: 'Zürich' }, /Subject/],
    ['json without default', { Message: '{"sqs":"x"}', MessageStructure: 'json' }, /No default/],
    ['json that is none', { Message: '{default:"x"}', MessageStructure: 'json' }, /parse/],
    ['json of a list', { Message: '["x"]', MessageStructure: 'json' }, /not an object/],
    [
      'a body that is no text',
      { Message: '{"default":"x","https":{"version":"1.0"}}', MessageStructure: 'json' },
      /entry for https is no text/,
    ],
    [
      'a body for a protocol that is none',
      { Message: '{"default":"x","mail":"y"}', MessageStructure: 'json' },
      /unknown protocol mail/,
    ],
    ['a structure that is none', { Message: '{}', MessageStructure: 'xml' }, /MessageStructure/],
    ['an ARN that is none', { TopicArn: 'alerts' }, /TopicArn/],
  ])('refuses %s', async (_, input, message) => {
    const { aws, publish } = await started();
    await expect(publish(input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
    expect(aws.sns.published).toEqual([]);
  });

  it('has the body of each protocol, and one for all others', async () => {
    const { aws, publish } = await started();
    const bodies = { default: '{"a":1}', email: 'A is 1.\n', https: '{"version":"1.0"}' };

    await publish({ Message: JSON.stringify(bodies), MessageStructure: 'json' });
    await publish({ Message: JSON.stringify(bodies) });

    const { default: others, ...own } = bodies;
    expect(aws.sns.published.map(({ message, bodies: each }) => [message, each])).toEqual([
      [others, own],
      [JSON.stringify(bodies), {}],
    ]);
  });

  it.each<[string, MessageAttributeValue, RegExp]>([
    ['without a value', text(''), /'owner' must contain non-empty/],
    ['of an unknown type', { DataType: 'Text', StringValue: 'x' }, /'owner' has no valid type/],
    ['of bytes where it is text', { DataType: 'String', BinaryValue: Buffer.of(1) }, /non-empty/],
  ])('refuses an attribute %s', async (_, owner, message) => {
    const { publish } = await started();
    await expect(publish({ MessageAttributes: { owner } })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringMatching(message),
    });
  });

  it('counts attributes against the limit', async () => {
    const { publish } = await started();
    const MessageAttributes = { a: text('b') }; // 1 byte of name, 6 of type, 1 of value
    await publish({ Message: 'x'.repeat(262_144 - 8), MessageAttributes });
    await expect(
      publish({ Message: 'x'.repeat(262_144 - 7), MessageAttributes }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('does not find a topic that was not created, or is in another region', async () => {
    const { aws, TopicArn, publish } = await started();
    await expect(publish({ TopicArn: `${TopicArn}-not` })).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    const elsewhere = clientsOf(aws, { region: 'eu-west-1' });
    await expect(
      elsewhere.sns.send(new PublishCommand({ TopicArn, Message: 'hello' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('publishes a batch, of which an entry may fail alone', async () => {
    const { aws, batch } = await started();
    const { Successful, Failed } = await batch([
      { Id: 'good', Message: 'one', MessageAttributes: { a: text('b') } },
      { Id: 'bad', Message: 'two', Subject: 'x'.repeat(101) },
      { Id: 'also-good', Message: 'three' },
    ]);
    expect(Successful!.map(({ Id }) => Id)).toEqual(['good', 'also-good']);
    expect(Failed).toEqual([
      {
        Id: 'bad',
        Code: 'InvalidParameter',
        Message: 'Invalid parameter: Subject',
        SenderFault: true,
      },
    ]);
    expect(aws.sns.published.map(({ message }) => message)).toEqual(['one', 'three']);
    expect(aws.sns.published[0]!.attributes).toEqual({ a: 'b' });
  });

  it.each([false, true])(
    'fails an entry on demand, with a fault of the sender: %s',
    async (senderFault) => {
      const { aws, batch } = await started();
      aws.fail({
        operation: 'PublishBatch',
        each: () => ({ code: 'KMSAccessDenied', message: 'no key', senderFault }),
      });
      const { Failed } = await batch([{ Id: 'a', Message: 'one' }]);
      expect(Failed).toEqual([
        { Id: 'a', Code: 'KMSAccessDenied', Message: 'no key', SenderFault: senderFault },
      ]);
      expect(aws.sns.published).toEqual([]);
    },
  );

  const entries = (length: number, Message = 'x') =>
    Array.from({ length }, (_, i) => ({ Id: `e${i}`, Message }));

  it.each<[string, PublishBatchRequestEntry[]]>([
    ['EmptyBatchRequestException', []],
    ['TooManyEntriesInBatchRequestException', entries(11)],
    ['BatchEntryIdsNotDistinctException', [...entries(2), ...entries(1)]],
    ['InvalidBatchEntryIdException', [{ Id: 'a b', Message: 'x' }]],
    ['BatchRequestTooLongException', entries(10, 'x'.repeat(26_215))],
  ])('refuses a batch with %s', async (name, batchEntries) => {
    const { aws, batch } = await started();
    await expect(batch(batchEntries)).rejects.toMatchObject({ name });
    expect(aws.sns.published).toEqual([]);
  });

  it('says which operation it does not know', async () => {
    const { sns, TopicArn } = await started();
    await expect(
      sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs' })),
    ).rejects.toMatchObject({
      name: 'InvalidAction',
      message: 'the double knows Publish, PublishBatch of sns, not Subscribe',
    });
  });
});
