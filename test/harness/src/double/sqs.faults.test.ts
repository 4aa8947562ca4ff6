import {
  DeleteMessageBatchCommand,
  type DeleteMessageBatchRequestEntry,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { clientsOf, startDouble } from './testing/clients.ts';

async function started() {
  const { aws, sqs } = await startDouble();
  const queue = aws.sqs.createQueue('work');
  const QueueUrl = queue.url;
  return {
    aws,
    queue,
    QueueUrl,
    send: (client = sqs) => client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' })),
    receive: () =>
      sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      ),
    batch: (...ids: string[]) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: ids.map((Id) => ({ Id, MessageBody: Id })),
        }),
      ),
    sqs,
  };
}

describe('a fault of SQS', () => {
  it.each<[string, Fault, object]>([
    ['throttles', 'throttled', { name: 'RequestThrottled' }],
    ['denies', 'accessDenied', { name: 'AccessDenied' }],
    ['fails inside', 'internalFailure', { name: 'InternalFailure' }],
    ['answers any code', { code: 'OverLimit', status: 403 }, { name: 'OverLimit' }],
    ['drops the connection', 'dropped', { code: 'ECONNRESET' }],
    ['answers what nobody can read', 'garbage', { name: 'SyntaxError' }],
  ])('%s, and takes no message', async (_, fault, error) => {
    const { aws, queue, send } = await started();
    const takeBack = aws.fail({ operation: 'SendMessage', with: fault });
    await expect(send()).rejects.toMatchObject(error);
    expect(queue.messages()).toEqual([]);
    takeBack();
    await send();
    expect(queue.messages()).toHaveLength(1);
  });

  it('loses the answer when the message is taken, so that one who tries again sends it twice', async () => {
    const { aws, queue, send } = await started();
    aws.fail({ operation: 'SendMessage', with: 'answer-lost', times: 1 });
    await send(clientsOf(aws, { maxAttempts: 2 }).sqs);
    expect(queue.messages().map(({ body }) => body)).toEqual(['hello', 'hello']);
  });

  it('answers late what is taken already', async () => {
    const { aws, queue, send } = await started();
    aws.fail({ operation: 'SendMessage', with: { delayMs: 20 } });
    const sent = send();
    await new Promise<void>((resolve) => {
      queue.onVisible(resolve);
    });
    expect(aws.calls).toEqual([]);
    await sent;
    expect(aws.calls).toMatchObject([{ operation: 'SendMessage', status: 200 }]);
  });

  it('loses the answer of a receive: the messages are hidden, and nobody has them', async () => {
    const { aws, queue, batch, receive } = await started();
    await batch('a', 'b');
    aws.fail({ operation: 'ReceiveMessage', with: 'answer-lost', times: 1 });
    await expect(receive()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
    expect((await receive()).Messages).toBeUndefined();
    queue.letTimePass();
    expect((await receive()).Messages).toHaveLength(2);
  });

  it('fails single entries of SendMessageBatch, whose messages are not taken', async () => {
    const { aws, queue, batch } = await started();
    aws.fail({
      operation: 'SendMessageBatch',
      times: 1,
      each: ({ Id }: SendMessageBatchRequestEntry, index) =>
        Id === 'b' || index === 2 ? { code: 'InternalError', message: 'try again' } : undefined,
    });
    const { Successful, Failed } = await batch('a', 'b', 'c', 'd');
    expect(Successful!.map(({ Id }) => Id)).toEqual(['a', 'd']);
    expect(Failed).toEqual(
      ['b', 'c'].map((Id) => ({
        Id,
        Code: 'InternalError',
        Message: 'try again',
        SenderFault: false,
      })),
    );
    expect(queue.messages().map(({ body }) => body)).toEqual(['a', 'd']);
    expect((await batch('b', 'c')).Failed).toEqual([]);
  });

  it('fails single entries of DeleteMessageBatch, whose messages stay', async () => {
    const { aws, queue, QueueUrl, batch, receive, sqs } = await started();
    await batch('a', 'b');
    const { Messages } = await receive();
    aws.fail({
      operation: 'DeleteMessageBatch',
      each: ({ Id }: DeleteMessageBatchRequestEntry) =>
        Id === 'a' ? { code: 'RequestThrottled', senderFault: true } : undefined,
    });
    const Entries = Messages!.map(({ Body, ReceiptHandle }) => ({ Id: Body, ReceiptHandle }));
    const { Failed } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(Failed).toMatchObject([{ Id: 'a', Code: 'RequestThrottled', SenderFault: true }]);
    expect(queue.messages().map(({ body }) => body)).toEqual(['a']);
  });
});
